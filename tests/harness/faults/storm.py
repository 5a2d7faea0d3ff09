"""Mails, calls and replies from outside at a steady rate, each tried until somebody acknowledges it.

As the world does: a program repeats a call with the same idempotency key, a mail server hands the same bytes over
again, and now and then an acknowledgement is lost on its way, so that what was taken is sent once more.
"""

from __future__ import annotations

import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import httpx

from tests.harness.faults.ledger import Ledger
from tests.harness.platform import Api, Platform, letter, smtp_to

_KINDS = ("mail", "call", "mail", "reply", "call", "mail", "call", "answer")
_LOST_ANSWERS = 0.1
_PATIENCE_SECONDS = 90.0


class NeverAcknowledged(AssertionError):
    """Something was refused for good, or for longer than anybody would try."""


class Storm:
    """Sends `rate` things a second for `seconds`; what each is, the seed decides."""

    def __init__(
        self, platform: Platform, ledger: Ledger, seed: int, rate: float, tenant: str = "acme"
    ) -> None:
        self._platform = platform
        self._ledger = ledger
        self._random = random.Random(seed)
        self._rate = rate
        self._tenant = tenant
        self._run = f"{seed:x}-{time.time_ns():x}"
        # What was acknowledged by a call, and so has an id that replies can be sent to.
        self._targets: list[dict[str, Any]] = []
        self._local = threading.local()
        self.refusals: Counter[str] = Counter()
        self.sent = 0

    def blow(self, seconds: float) -> None:
        """Returns once everything it sent is acknowledged. Raises NeverAcknowledged."""
        waiting: list[Future[None]] = []
        begin = time.monotonic()
        with ThreadPoolExecutor(32, thread_name_prefix="storm") as crowd:
            while (elapsed := time.monotonic() - begin) < seconds:
                if self.sent >= elapsed * self._rate:
                    time.sleep(0.005)
                    continue
                waiting.append(crowd.submit(self._one()))
                self.sent += 1
        for future in waiting:
            future.result()

    def _one(self) -> Callable[[], None]:
        kind, key = _KINDS[self.sent % len(_KINDS)], f"{self._run}-{self.sent}"
        times = 2 if self._random.random() < _LOST_ANSWERS else 1
        target = self._random.choice(self._targets) if self._targets else None
        if kind == "mail":
            return lambda: self._mail(key, times)
        if kind == "call" or target is None:
            return lambda: self._call(key, times)
        if kind == "reply":
            return lambda: self._reply(key, times, target)
        return lambda: self._answer(key, times, target)

    # --- what is sent

    def requester(self, key: str) -> str:
        """One of many people, since nobody is sent very many acknowledgements an hour."""
        return f"courier-{int(key.rpartition('-')[2]) % 199}@{self._tenant}.example"

    def _mail(self, key: str, times: int) -> None:
        title = f"mail {key}"
        to = f"support@{self._tenant}.northstar.example"
        message = letter(self.requester(key), to, title, "The scanner beeps and does nothing.\n")
        self._until_acknowledged(title, times, lambda: self._hand_over(message))
        self._ledger.note("opened", title=title)

    def _call(self, key: str, times: int) -> None:
        title = f"call {key}"
        body = {"tenant_id": self._tenant, "title": title, "requester": {"email": self.requester(key)}}
        answer = self._until_acknowledged(title, times, lambda: self._post("/incidents", body, key))
        self._ledger.note("opened", title=title)
        if "incident_id" in answer:  # 202: taken, and not yet an incident
            self._targets.append(answer)

    def _reply(self, key: str, times: int, target: dict[str, Any]) -> None:
        text = f"reply {key}"
        path = f"/incidents/{target['incident_id']}/replies"
        self._until_acknowledged(text, times, lambda: self._post(path, {"text": text}, key))
        self._ledger.note("reply", text=text, incident_id=target["incident_id"])

    def _answer(self, key: str, times: int, target: dict[str, Any]) -> None:
        """The requester answers our own mail, if one has come by now."""
        try:
            told = self._platform.mailbox.list(target["requester"]["address"], target["number"])
            to = (
                self._platform.mailbox.read(told[-1]["id"])["Reply-To"].addresses[0].addr_spec if told else ""
            )
        except (httpx.HTTPError, KeyError):
            to = ""
        if not to:
            return self._reply(key, times, target)
        text = f"answer {key}"
        message = letter(target["requester"]["address"], to, f"Re: {target['title']}", f"{text}\n")
        self._until_acknowledged(text, times, lambda: self._hand_over(message))
        self._ledger.note("answer", text=text, incident_id=target["incident_id"])
        return None

    # --- how it is sent

    def _until_acknowledged(self, what: str, times: int, attempt: Callable[[], Any]) -> Any:
        """`times`: how often an acknowledgement must come until one is heard."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if (answer := attempt()) is None:
                time.sleep(0.1)
                continue
            times -= 1
            if times == 0:
                return answer
        raise NeverAcknowledged(f"{what}: refused for {_PATIENCE_SECONDS:.0f} s; {dict(self.refusals)}")

    def _post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        if not hasattr(self._local, "api"):
            self._local.api = Api(self._platform.base_url, self._platform.document["api_client"])
        try:
            answer = self._local.api.post(path, body, Idempotency_Key=key)
        except httpx.HTTPError as error:
            return self._refused(type(error).__name__)
        if answer.is_success:
            return answer.json()
        # 404: the incident of a moment ago is not known to a process that has just started? Never.
        if answer.status_code not in (409, 429, 503):
            raise NeverAcknowledged(f"{path}: {answer.status_code} {answer.text}")
        return self._refused(str(answer.status_code))

    def _hand_over(self, message: EmailMessage) -> bool | None:
        try:
            smtp_to(self._platform.document["smtp"], message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
        except smtplib.SMTPResponseException as error:
            code = error.smtp_code
        except (OSError, smtplib.SMTPException) as error:
            return self._refused(type(error).__name__)
        else:
            return True
        if code >= 500:  # the sender's server would give up, and somebody's mail would be lost
            raise NeverAcknowledged(f"mail refused for good: {code}")
        return self._refused(str(code))

    def _refused(self, how: str) -> None:
        self.refusals[how] += 1

"""Somebody outside who sends in mails and calls, and keeps a list of what was acknowledged."""

from __future__ import annotations

import secrets
import smtplib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage

import httpx

from tests.harness.platform import Api, Platform, letter, smtp_to


@dataclass
class Ledger:
    """Titles that were acknowledged: 201 or 202 to a call, 250 to a mail. Whatever else comes is tried again, as
    a program and a mail server do: with the same idempotency key, and with the same bytes."""

    platform: Platform
    tenant: str
    acknowledged: list[str] = field(default_factory=list)
    # How often which answer came that was no acknowledgement: a status, an SMTP code, or what broke.
    refusals: Counter[str] = field(default_factory=Counter)
    _ending: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, pause: float = 0.15) -> Ledger:
        """Begins to send, a mail and a call in turn on a thread each."""
        for work in (self._call_on_and_on, self._mail_on_and_on):
            thread = threading.Thread(target=work, args=(pause,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self, timeout: float = 60.0) -> None:
        """No new ones; what is under way is tried until it is acknowledged."""
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout)
            assert not thread.is_alive(), "something is never acknowledged"

    def _call_on_and_on(self, pause: float) -> None:
        api = Api(self.platform.base_url, self.platform.document["api_client"])
        while not self._ending.wait(pause):
            title = f"call {secrets.token_hex(6)}"
            while not self._called(api, title):
                time.sleep(0.1)
            self.acknowledged.append(title)
        api.close()

    def requester(self, title: str) -> str:
        """Whose it is: one of many people, since nobody is sent very many acknowledgements an hour."""
        return f"courier-{title[-2:]}@{self.tenant}.example"

    def _called(self, api: Api, title: str) -> bool:
        body = {"tenant_id": self.tenant, "title": title, "requester": {"email": self.requester(title)}}
        try:
            answer = api.post("/incidents", body, Idempotency_Key=title.replace(" ", "-"))
        except httpx.HTTPError as error:
            return self._refused(type(error).__name__)
        if answer.status_code in (201, 202):
            return True
        assert answer.status_code == 503, f"{answer.status_code} {answer.text}"
        return self._refused("503")

    def _mail_on_and_on(self, pause: float) -> None:
        while not self._ending.wait(pause):
            title = f"mail {secrets.token_hex(6)}"
            message = letter(
                self.requester(title), f"support@{self.tenant}.northstar.example", title, "Words.\n"
            )
            while not self._mailed(message):
                time.sleep(0.1)
            self.acknowledged.append(title)

    def _mailed(self, message: EmailMessage) -> bool:
        try:
            smtp_to(self.platform.document["smtp"], message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            assert all(400 <= code < 500 for code in codes), codes
            return self._refused(str(codes[0]))
        except smtplib.SMTPResponseException as error:
            # Never a 5xx: the sender's server would give up, and somebody's mail would be lost.
            assert error.smtp_code < 500, f"{error.smtp_code} {error.smtp_error!r}"
            return self._refused(str(error.smtp_code))
        except (OSError, smtplib.SMTPException) as error:
            return self._refused(type(error).__name__)
        return True

    def _refused(self, how: str) -> bool:
        self.refusals[how] += 1
        return False

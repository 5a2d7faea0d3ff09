"""Webhooks, signed as Standard Webhooks specifies; no redirects, and no address inside the house.

Source: the Standard Webhooks specification (headers webhook-id, webhook-timestamp, webhook-signature).
"""

from __future__ import annotations

import socket
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook as Signer

from services.notify.domain.delivery import Delivery, Outcome
from services.notify.domain.webhook import Webhook, is_public
from services.notify.ports import Attempt

if TYPE_CHECKING:
    import httpx

_SECONDS = 10.0
# What an endpoint says for good; everything else may pass.
_GONE = 410


class HttpWebhooks:
    """ports.WebhookChannel over HTTP.

    The name is resolved here and the connection made to the address that was checked, so that a name which
    answers differently the second time leads nowhere else.
    """

    def __init__(self, internal_allowed: bool) -> None:
        self._internal_allowed = internal_allowed

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx  # five megabytes, which only those need who have webhooks

        limits = httpx.Limits(max_keepalive_connections=8)
        return httpx.Client(timeout=_SECONDS, follow_redirects=False, limits=limits, trust_env=False)

    def send(self, delivery: Delivery, webhook: Webhook, now: datetime) -> tuple[Attempt, bool]:
        body = delivery.content["payload"]
        headers = {
            "content-type": "application/json",
            "user-agent": "Fairlead-Webhooks/1",
            "webhook-id": delivery.delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            # Several signatures stand side by side, divided by spaces, while a secret is being changed.
            "webhook-signature": " ".join(
                Signer(secret).sign(delivery.delivery_id, now, body) for secret in webhook.secrets_at(now)
            ),
        }
        try:
            url, host = self._checked(webhook.url)
        except OSError:
            return Attempt(Outcome.TRY_AGAIN, "webhook_name_unresolved", answered=False), False
        if not url:
            return Attempt(Outcome.REFUSED, "webhook_address_internal"), False
        return self._posted(url, host, body, {**headers, "host": _host(webhook.url)})

    def _posted(self, url: str, host: str, body: str, headers: dict[str, str]) -> tuple[Attempt, bool]:
        import httpx

        try:
            # Only the status is of interest: a body without end is not read.
            extensions = {"sni_hostname": host}
            with self._client.stream(
                "POST", url, content=body, headers=headers, extensions=extensions
            ) as answer:
                pass
        except httpx.ReadTimeout:
            return Attempt(Outcome.UNKNOWN, "webhook_timeout", answered=False), False
        except httpx.HTTPError as error:
            return Attempt(Outcome.TRY_AGAIN, f"webhook_{type(error).__name__}", answered=False), False
        if answer.is_success:
            return Attempt(Outcome.SENT), False
        gone = answer.status_code == _GONE
        outcome = Outcome.REFUSED if gone else Outcome.TRY_AGAIN
        return Attempt(outcome, f"webhook_status_{answer.status_code}"), gone

    def close(self) -> None:
        if "_client" in vars(self):
            self._client.close()

    def _checked(self, url: str) -> tuple[str, str]:
        """The URL with the address in place of the name, and the name; "" when the address is internal."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self._internal_allowed and not all(is_public(str(address)) for address in found):
            return "", host
        address = f"[{found[0]}]" if ":" in str(found[0]) else found[0]
        return parts._replace(netloc=f"{address}:{port}").geturl(), host


def _host(url: str) -> str:
    return urlsplit(url).netloc

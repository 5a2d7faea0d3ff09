"""The running platform as an outsider sees it: HTTP, SMTP and the mail catcher."""

import threading
import time
from typing import Any

import httpx

from cli.errors import Failed
from cli.installation import Running

# The longest wait for one answer; a back end that hangs is given up by the gateway before that.
_SECONDS = 8.0


class Platform:
    """Answers questions as the provider's own API client. Safe for threads; close it when done.

    patience: seconds that one step of the tour may take.
    """

    def __init__(self, running: Running, seed: dict[str, Any], patience: float = _SECONDS) -> None:
        document = running.document
        self.seconds = min(_SECONDS, patience + 1)
        self.seed = seed
        self.base_url = running.http_base_url
        self.smtp_host, self.smtp_port = document["smtp"]["host"], int(document["smtp"]["port"])
        self.mailbox_url = str(document["mail_catcher"]["http_url"])
        self._http = httpx.Client(base_url=self.base_url, timeout=self.seconds, trust_env=False)
        self._mailbox = httpx.Client(base_url=self.mailbox_url, timeout=self.seconds, trust_env=False)
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def get(self, path: str, **params: Any) -> Any:
        """The answer's JSON. Raises Failed for any other answer than success."""
        return self._json("GET", path, params=params)

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        """The answer's JSON. Raises Failed for any other answer than success."""
        return self._json("POST", path, json=body, headers=headers)

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """What the mail catcher holds for an address, newest first."""
        try:
            found = self._mailbox.get("/api/messages", params={"to": address}).raise_for_status().json()
        except httpx.HTTPError as error:
            raise Failed(f"the mail catcher does not answer ({type(error).__name__})") from None
        return found["messages"] if isinstance(found, dict) else found

    def browser(self) -> httpx.Client:
        """A client of its own, for pages."""
        return httpx.Client(base_url=self.base_url, timeout=self.seconds, trust_env=False)

    def close(self) -> None:
        self._http.close()
        self._mailbox.close()

    def _json(self, method: str, path: str, **options: Any) -> Any:
        headers = {**options.pop("headers", {}), "authorization": f"Bearer {self._access_token()}"}
        try:
            answer = self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Failed(f"the gateway does not answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise Failed(f"{method} {path} answered {answer.status_code}")
        return answer.json()

    def _access_token(self) -> str:
        with self._lock:
            if time.monotonic() > self._until:
                client = self.seed["api_client"]
                pair = (client["client_id"], client["client_secret"])
                try:
                    answer = self._http.post(
                        "/oauth/token", data={"grant_type": "client_credentials"}, auth=pair
                    )
                    answer.raise_for_status()
                except httpx.HTTPError as error:
                    raise Failed(f"the gateway gives no access token ({type(error).__name__})") from None
                self._token = str(answer.json()["access_token"])
                self._until = time.monotonic() + 300
            return self._token

"""The gateway's settings."""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class GatewaySettings(Settings):
    """Addresses, limits and lifetimes of the HTTP face. Durations are in seconds in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="FAIRLEAD_GATEWAY_", frozen=True, extra="ignore", populate_by_name=True
    )

    service: str = "gateway"
    # 0 switches a face off: production runs the two faces as two deployments of the same code.
    http_port: int = Field(8080, validation_alias="FAIRLEAD_HTTP_PORT")
    live_port: int = Field(8081, validation_alias="FAIRLEAD_LIVE_PORT")
    # What browsers and programs call us: the OAuth issuer, and the origin allowed to open live streams.
    # Empty: http://localhost:<port>, which browsers treat as secure (RFC 6761 names it loopback).
    public_url: str = Field("", validation_alias="FAIRLEAD_PUBLIC_URL")
    # Empty: the same host as public_url with live_port.
    live_url: str = Field("", validation_alias="FAIRLEAD_LIVE_URL")
    # Reverse proxies in front of us whose X-Forwarded-For is believed.
    trusted_proxies: int = 0
    blocking_threads: int = 24
    max_body_bytes: int = 2 * 1024 * 1024
    # One file sent by a program, and all files of a form together; what is larger than half a megabyte waits on disk.
    max_file_bytes: int = 25 * 1024 * 1024
    max_form_bytes: int = 60 * 1024 * 1024

    # One bulk request: its rows, and its bytes, which are read as they come.
    max_bulk_rows: int = 10_000
    max_bulk_bytes: int = 64 * 1024 * 1024

    # How long an action on many incidents can be undone before any of it is done.
    bulk_undo_seconds: float = Field(10.0, ge=0, le=600)

    # False names the cookies without the __Host- prefix and the Secure attribute, for plain http on a real
    # network (a laboratory); loopback http works with True in Chromium and Firefox.
    secure_cookies: bool = True
    session_idle_seconds: int = 8 * 3600
    session_absolute_seconds: int = 7 * 24 * 3600
    # How long an answer of the directory about a person may be used; never more than a minute.
    caller_cache_seconds: float = Field(30.0, ge=0, le=60)
    sign_in_attempts_per_account: int = 10
    sign_in_attempts_per_address: int = 60
    sign_in_window_seconds: int = 900
    password_link_seconds: int = 7 * 24 * 3600

    access_token_seconds: int = 900
    code_seconds: int = 60
    refresh_token_seconds: int = 30 * 24 * 3600
    signing_key_days: int = 90

    # Token bucket for each tenant and API client, in this process.
    api_requests_per_second: float = 200.0
    api_burst: int = 1000

    # The same for each alert source, by its key; a wrong key counts for whoever sends it.
    alerts_per_second: float = 200.0
    alerts_burst: int = 5_000

    live_clients: int = 4000
    live_queue_events: int = 256
    live_replay_events: int = 1000
    live_heartbeat_seconds: float = 15.0

    @property
    def origin(self) -> str:
        """The web face's origin, without a trailing slash; also the OAuth issuer (RFC 8414)."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.http_port}"

    def web_origin_for(self, host: str) -> str:
        """The origin of pages asked for under this host name (without port).

        Cookies belong to a host, so on a developer's machine "localhost", "127.0.0.1" and "acme.localhost" are
        each taken as they come; anywhere else there is one origin.
        """
        if _is_loopback(host) and _is_loopback(urlsplit(self.origin).hostname or ""):
            return f"http://{_bracketed(host)}:{self.http_port}"
        return self.origin

    def live_origin_for(self, host: str) -> str:
        """The live face's origin for pages asked for under this host name (without port)."""
        if self.live_url:
            return self.live_url.rstrip("/")
        web = urlsplit(self.web_origin_for(host))
        return f"{web.scheme}://{_bracketed(web.hostname or 'localhost')}:{self.live_port}"

    @property
    def session_cookie(self) -> str:
        return "__Host-fairlead" if self.secure_cookies else "fairlead"

    @property
    def visitor_cookie(self) -> str:
        """Binds the forms of somebody who is not signed in to their browser."""
        return "__Host-fairlead-visitor" if self.secure_cookies else "fairlead-visitor"

    @property
    def caller_cache(self) -> timedelta:
        return timedelta(seconds=self.caller_cache_seconds)


def _is_loopback(host: str) -> bool:
    """RFC 6761 reserves localhost and everything below it."""
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host

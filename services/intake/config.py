"""Intake's settings."""

from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class IntakeSettings(Settings):
    """Where mail comes in, and how it is looked at. A port of 0 is chosen free, -1 is off."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_INTAKE_")

    service: str = "intake"
    smtp_port: int = Field(2525, ge=-1, le=65535, validation_alias="FAIRLEAD_SMTP_PORT")
    lmtp_port: int = Field(2424, ge=-1, le=65535, validation_alias="FAIRLEAD_LMTP_PORT")
    # The name the listener greets with; the machine's own when empty.
    hostname: str = ""
    smtp_connections: int = Field(256, ge=1)
    smtp_connections_of_one: int = Field(64, ge=1)
    # Off: mail to any address is taken, and waits in quarantine where nobody knows whose it is. For a mail server in
    # front of us that takes mail for addresses it does not rewrite to our mailboxes.
    verify_recipients: bool = True
    # Processes that read mail, and the processor seconds one mail may take there.
    readers: int = Field(2, ge=1, le=16)
    reader_cpu_seconds: int = Field(2, ge=1, le=60)
    # Submissions that may wait for the record; beyond it calls are refused with "intake_backlogged". 0: any number.
    most_waiting: int = Field(50_000, ge=0)
    # Fetch mail from servers that are not on the internet, too: where every provider of the installation may know of them.
    internal_mailboxes: bool = False
    # Verify DKIM and DMARC by DNS. Off: mail is unverified unless our own mail server vouches for it.
    dns: bool = False
    # Believe SPF, too: the address that connects to us is the sender's. Off where mail comes through a server of one's own,
    # which would speak for everybody whose mail it passes on; a trusted_authserv_id switches it off by itself.
    spf: bool = True
    # "address:port", several parted by commas; empty for the system's resolver.
    dns_nameservers: str = ""
    # The authserv-id (RFC 8601) of a mail server in front of us whose Authentication-Results we believe.
    # That server must remove such fields of that name from what it is sent.
    trusted_authserv_id: str = ""

    # What browsers call us; with the installation's name it marks our own mails, so that one that comes back is known.
    public_url: str = Field("http://localhost:8080", validation_alias="FAIRLEAD_PUBLIC_URL")

    def loop_mark(self) -> str:
        """What notify marks its mails with."""
        return f"{self.installation}@{urlsplit(self.public_url).netloc}"

    def nameservers(self) -> list[str] | None:
        """What the reader is to ask: None for nothing, [] for the system's resolver."""
        if not self.dns:
            return None
        return [one.strip() for one in self.dns_nameservers.split(",") if one.strip()]

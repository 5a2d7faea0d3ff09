"""Notify's settings."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class NotifySettings(Settings):
    """Which server takes our mail on, and what links in mails begin with."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_NOTIFY_")

    service: str = "notify"
    # host:port of any SMTP server.
    smtp_relay: str = Field("127.0.0.1:25", validation_alias="FAIRLEAD_SMTP_RELAY")
    smtp_username: str = Field("", validation_alias="FAIRLEAD_SMTP_USERNAME")
    smtp_password: str = Field("", validation_alias="FAIRLEAD_SMTP_PASSWORD", repr=False)
    smtp_starttls: bool = Field(False, validation_alias="FAIRLEAD_SMTP_STARTTLS")
    public_url: str = Field("http://localhost:8080", validation_alias="FAIRLEAD_PUBLIC_URL")
    # For tests and demonstrations: endpoints on this machine and over plain http.
    internal_webhooks: bool = False
    # Connections to the relay, each with a mail under way.
    senders: int = 6
    # Webhook endpoints that may be told at the same moment.
    webhook_senders: int = 16

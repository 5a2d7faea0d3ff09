"""Settings from the environment, the same for every service; a service's own config.py subclasses them.

    class IntakeSettings(Settings):
        model_config = SettingsConfigDict(env_prefix="FAIRLEAD_INTAKE_")
        service: str = "intake"
        smtp_port: int = 2525          # FAIRLEAD_INTAKE_SMTP_PORT

The shared fields keep their own environment names whatever prefix the subclass chooses.
"""

import os
import re
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_ADDRESS = re.compile(r"FAIRLEAD_([A-Z]+)_ADDRESS")


def _addresses() -> dict[str, str]:
    matches = ((_ADDRESS.fullmatch(name), value) for name, value in os.environ.items())
    return {match[1].lower(): value for match, value in matches if match and value}


def _metrics_port(fields: dict[str, Any]) -> int:
    return _number_of("METRICS_PORT", fields)


def _niceness(fields: dict[str, Any]) -> int:
    return _number_of("NICENESS", fields)


def _number_of(what: str, fields: dict[str, Any]) -> int:
    return int(os.environ.get(f"FAIRLEAD_{fields.get('service', '').upper()}_{what}") or 0)


class Settings(BaseSettings):
    """Where a service finds its stores, its peers and its keys. Immutable; made once, at start."""

    model_config = SettingsConfigDict(
        env_prefix="FAIRLEAD_", frozen=True, extra="ignore", populate_by_name=True
    )

    service: str
    # The prefix of databases, streams, durables and subjects.
    installation: str = Field(
        "fl", pattern=r"^[a-z][a-z0-9_]{0,30}$", validation_alias="FAIRLEAD_INSTALLATION"
    )
    mongodb_uri: str = Field("mongodb://127.0.0.1:27017/?replicaSet=rs0", validation_alias="MONGODB_URI")
    nats_url: str = Field("nats://127.0.0.1:4222", validation_alias="NATS_URL")
    key_dir: Path = Field(Path(".fairlead/keys"), validation_alias="FAIRLEAD_KEY_DIR")
    host: str = Field("127.0.0.1", validation_alias="FAIRLEAD_HOST")
    log_level: str = Field("info", validation_alias="FAIRLEAD_LOG_LEVEL")
    # Copies that NATS keeps of each stream it makes for us: 1, or 3 and 5 in a cluster.
    stream_replicas: int = Field(1, ge=1, le=5, validation_alias="FAIRLEAD_STREAM_REPLICAS")
    otlp_endpoint: str = Field("", validation_alias="FAIRLEAD_OTLP_ENDPOINT")
    # FAIRLEAD_<SERVICE>_ADDRESS=host:port, and FAIRLEAD_<SERVICE>_METRICS_PORT (0 = off).
    addresses: dict[str, str] = Field(default_factory=_addresses)
    metrics_port: int = Field(default_factory=_metrics_port)
    # FAIRLEAD_<SERVICE>_NICENESS: 0 to 19, how far it stands back for others of its machine while all is busy.
    niceness: int = Field(default_factory=_niceness, ge=0, le=19)

    def address(self, service: str) -> str:
        """host:port of a service. Raises LookupError when the environment names none."""
        try:
            return self.addresses[service]
        except KeyError:
            raise LookupError(f"FAIRLEAD_{service.upper()}_ADDRESS is not set") from None

    @property
    def database_name(self) -> str:
        return f"{self.installation}_{self.service}"

    @property
    def stream_name(self) -> str:
        """The service's one stream."""
        return f"{self.installation}_{self.service}".upper()

    @property
    def subject_root(self) -> str:
        """What every subject of this service's events begins with."""
        return f"{self.installation}.{self.service}.v1"

"""Settings of the incidents service."""

from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class IncidentsSettings(Settings):
    """Beside the shared ones; times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_INCIDENTS_")

    service: str = "incidents"
    # How often silence is looked for, and unfinished numbers.
    sweep_seconds: float = 1.0
    # How long a request that reserved a number may be under way.
    number_grace_seconds: float = 10.0
    # How long intake may take to send a submission again before the number reserved for it is voided.
    number_patience_seconds: float = 900.0
    # How long an upload waits for the message that refers to it.
    upload_patience_seconds: float = 24 * 3600.0
    # Files on their way in or out at once; each holds one of the threads that answer calls.
    transfers: int = 12
    # A virus scanner that speaks ClamAV's protocol: "host:port", or a path of a unix socket. Empty: files are not scanned.
    clamd: str = ""
    # How long each step of one scan may take.
    clamd_seconds: float = 30.0

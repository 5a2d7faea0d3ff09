"""The settings of service levels."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class SlaSettings(Settings):
    """How closely due times are watched, besides what every service has."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_SLA_")

    service: str = "sla"
    # The longest wait between two looks at what is due; a due time is at most this late, and the time to save.
    watch_seconds: float = Field(0.2, gt=0, le=0.5)
    # How long a watcher that died keeps others from taking over. A frozen one cannot do harm: see use_cases.
    lease_seconds: float = Field(0.8, gt=0)

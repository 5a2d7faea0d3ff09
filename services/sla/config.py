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
    # How long a watcher that died keeps others from taking over, at most. A frozen one cannot do harm: see use_cases.
    lease_seconds: float = Field(0.5, gt=0)
    # How often the statements' worker looks by itself; a request wakes it at once.
    statement_seconds: float = Field(1.0, gt=0)
    # How long a worker that died keeps another from taking over.
    statement_lease_seconds: float = Field(15.0, gt=0)
    # Simulations at once in this process, and for one provider among them; of one client there is one.
    simulations: int = Field(3, ge=1)
    simulations_per_provider: int = Field(2, ge=1)
    # How often chances of a breach that have grown are looked for.
    look_seconds: float = Field(2.0, gt=0)
    # The least time between two looks at one incident's chance, and between two tries to learn from too little; what was
    # learned is good for thirty times as long.
    forecast_seconds: float = Field(60.0, gt=0)

"""Triage's settings."""

from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class TriageSettings(Settings):
    """Where it serves, its store and its keys are every service's."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_TRIAGE_")

    service: str = "triage"
    # How often it looks whether there is enough to learn from; 0: nothing is learned.
    learn_seconds: float = 60.0

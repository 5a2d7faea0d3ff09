"""Triage's settings."""

from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class TriageSettings(Settings):
    """Nothing of its own yet: where it serves, its store and its keys are every service's."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_TRIAGE_")

    service: str = "triage"

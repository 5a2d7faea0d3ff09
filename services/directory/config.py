"""The directory's settings."""

from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class DirectorySettings(Settings):
    """Nothing of its own yet: where it serves, its store and its keys are every service's."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_DIRECTORY_")

    service: str = "directory"

"""The settings of knowledge."""

from pydantic_settings import SettingsConfigDict

from chassis.config import Settings


class KnowledgeSettings(Settings):
    """Nothing of its own yet: where it serves, its store, its keys and the directory's address."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_KNOWLEDGE_")

    service: str = "knowledge"

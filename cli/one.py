"""`--layout one`: all services as threads of one process, each by the same start() as its own process has."""

import importlib

from pydantic_settings import SettingsConfigDict

from chassis.config import Settings
from chassis.process import Closing, Running, run_process
from cli.installation import SERVICES


class OneSettings(Settings):
    """The process's own settings: what it logs with."""

    model_config = SettingsConfigDict(
        env_prefix="FAIRLEAD_ONE_", frozen=True, extra="ignore", populate_by_name=True
    )

    service: str = "services"


def settings_class(service: str) -> type[Settings]:
    """The one Settings class that a service's config.py defines."""
    module = importlib.import_module(f"services.{service}.config")
    found = [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Settings) and item.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise LookupError(f"services/{service}/config.py must define exactly one Settings class")
    return found[0]


def start(settings: Settings) -> Running:
    """Starts every service; when one cannot start, those before it are stopped again."""
    running = Closing()
    try:
        for service in SERVICES:
            main = importlib.import_module(f"services.{service}.main")
            running.add(main.start(settings_class(service)()))  # type: ignore[call-arg]  # every field comes from the environment
    except BaseException:
        running.stop()
        raise
    return running


if __name__ == "__main__":
    run_process(start, OneSettings)

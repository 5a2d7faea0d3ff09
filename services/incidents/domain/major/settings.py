"""How a provider handles major incidents, and the words it keeps for updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.errors import InvalidArgument
from services.incidents.domain import texts
from services.incidents.domain.major import wording

_LONGEST = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorSettings:
    """minutes: between two updates, by severity. actions_before_closing: no open action item outlives it."""

    minutes: Mapping[str, int]
    actions_before_closing: bool = False
    revision: int = 0

    def interval(self, severity: str) -> timedelta:
        return timedelta(minutes=self.minutes[severity])

    def check(self) -> None:
        """Raises InvalidArgument."""
        for severity, minutes in self.minutes.items():
            if not 1 <= minutes <= _LONGEST:
                message = f"Between 1 and {_LONGEST} minutes."
                raise InvalidArgument("minutes_out_of_range", message, field=f"{severity}_minutes")


DEFAULTS = MajorSettings(minutes={"sev1": 30, "sev2": 60, "sev3": 240})


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTemplate:
    """Words by language, with placeholders."""

    template_id: str
    name: str
    texts: Mapping[str, str]
    update_time: datetime
    revision: int = 0

    def check(self) -> None:
        """Raises InvalidArgument: value_missing, value_too_long, placeholder_unknown, language_unknown."""
        texts.required("name", self.name, 120)
        if not self.texts:
            raise InvalidArgument("value_missing", "Words in one language at least.", field="texts")
        for locale, text in self.texts.items():
            wording.check(locale, text)

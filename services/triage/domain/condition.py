"""One condition of a rule: what it looks at, how it compares, and with what."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from chassis.errors import InvalidArgument
from services.triage.domain.hours import hours_of, within
from services.triage.domain.oncall.wall_clock import zone_of
from services.triage.domain.report import Report
from services.triage.domain.text import contains_phrase, fold, words


class Field(StrEnum):
    """What a condition may look at."""

    SUBJECT = "subject"
    TEXT = "text"
    WORDS = "words"  # subject or text
    CHANNEL = "channel"
    TENANT = "tenant"
    SENDER = "sender"
    SENDER_DOMAIN = "sender_domain"
    CONFIGURATION_ITEM = "configuration_item"
    FORM = "form"  # the answer to one field of a form
    TIME = "time"  # when it was opened


class Operator(StrEnum):
    """How a condition compares."""

    CONTAINS_ANY = "contains_any"
    CONTAINS_ALL = "contains_all"
    EQUALS = "equals"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"  # a regular expression
    WITHIN = "within"  # hours of the week


_MAX_VALUES = 50
_LONGEST_PATTERN = 500
_LONGEST_KEY = 100


@dataclass(frozen=True)
class Condition:
    """Holds when the field meets any (or all) of the values. Words match whole; accents do not matter.

    key: of a form the field's key, of a time the IANA zone whose clocks count ("" is UTC).
    """

    field: Field
    operator: Operator
    values: tuple[str, ...]
    negate: bool = False
    key: str = ""

    @property
    def tenants(self) -> frozenset[str]:
        """The clients that it names."""
        return frozenset(filter(None, self.values)) if self.field is Field.TENANT else frozenset()

    def match(self, report: Report) -> str | None:
        """The value that decided, "" where a negated condition holds, None when it does not hold."""
        found = self._found(report)
        if self.negate:
            return "" if found is None else None
        return found

    def _found(self, report: Report) -> str | None:
        if self.operator is Operator.WITHIN:
            moment = report.create_time
            held = (value for value in self.values if moment and within(moment, value, self.key))
            return next(held, None)
        meets = (value for value in self.values if self._meets(report, value))
        if self.operator is not Operator.CONTAINS_ALL:
            return next(meets, None)
        return ", ".join(self.values) if len(list(meets)) == len(self.values) else None

    def _meets(self, report: Report, value: str) -> bool:
        if self.operator in (Operator.CONTAINS_ANY, Operator.CONTAINS_ALL):
            wanted = words(value)
            return any(contains_phrase(found, wanted) for found in report.words_of(self.field, self.key))
        return any(_compares(self.operator, text, value) for text in report.texts_of(self.field, self.key))


def _compares(operator: Operator, text: str, value: str) -> bool:
    if operator is Operator.MATCHES:
        return _pattern(value).is_valid(text)
    found, wanted = fold(text.strip()), fold(value.strip())
    if operator is Operator.STARTS_WITH:
        return found.startswith(wanted)
    if operator is Operator.ENDS_WITH:
        return found.endswith(wanted)
    return found == wanted


@lru_cache(maxsize=512)
def _pattern(text: str) -> Any:
    """Asks whether a text holds the pattern. Its time is linear in the text, whatever was written. Raises InvalidArgument."""
    import jsonschema_rs  # five megabytes, which only those need who write patterns

    schema = {"type": "string", "pattern": f"(?i){text}"}
    try:
        return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError) as error:
        message = "This pattern cannot be read; references back and looking around are not part of it."
        raise InvalidArgument("condition_pattern_invalid", message, field="conditions") from error


def check_condition(condition: Condition) -> None:
    """Raises InvalidArgument for one that could never be read or compared."""
    values = condition.values
    if not 1 <= len(values) <= _MAX_VALUES or not all(value.strip() for value in values):
        raise InvalidArgument(
            "condition_values_invalid", f"A condition has 1 to {_MAX_VALUES} values.", field="conditions"
        )
    if (condition.field is Field.TIME) != (condition.operator is Operator.WITHIN):
        message = "Hours are compared with a time, and a time with nothing else."
        raise InvalidArgument("condition_operator_invalid", message, field="conditions")
    if condition.field is Field.FORM and not 1 <= len(condition.key.strip()) <= _LONGEST_KEY:
        raise InvalidArgument("condition_key_missing", "Name the field of the form.", field="conditions")
    if condition.field is Field.TIME:
        for value in values:
            hours_of(value)
        zone_of(condition.key or "UTC")
    if condition.operator is Operator.MATCHES:
        for value in values:
            if len(value) > _LONGEST_PATTERN:
                message = f"A pattern has at most {_LONGEST_PATTERN} characters."
                raise InvalidArgument("condition_pattern_invalid", message, field="conditions")
            _pattern(value)

"""A mapping that an administrator fills in: where in a payload the parts of an alert stand.

An expression is a JSON pointer (RFC 6901) where it begins with a slash, and JMESPath otherwise, where a fixed text stands
in single quotes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from chassis.errors import InvalidArgument
from services.intake.domain.alerts.guess import guess, is_over
from services.intake.domain.alerts.payload import dict_of, item_of, labels_of, list_of, malformed, text_of
from services.intake.domain.alerts.severity import severity_of
from services.intake.domain.alerts.signal import Action, Signal, digest_key

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class AlertMapping:
    """Each part's expression; "" leaves it to what can be guessed. alerts: where a list of alerts stands.

    resolved_values: words of status that mean it is over, parted by commas; "" for the usual ones.
    """

    alerts: str = ""
    title: str = ""
    severity: str = ""
    dedup_key: str = ""
    status: str = ""
    resolved_values: str = ""
    configuration_item: str = ""
    link: str = ""
    text: str = ""
    labels: str = ""

    def checked(self) -> "AlertMapping":
        """Itself. Raises InvalidArgument("expression_malformed") naming the field."""
        for one in fields(self):
            expression = getattr(self, one.name).strip()
            if len(expression) > _LONGEST:
                raise InvalidArgument("expression_too_long", "At most 500 characters.", field=one.name)
            if one.name != "resolved_values":
                _compile(expression, one.name)
        return self

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, one.name).strip() for one in fields(self))


def mapped(payload: Any, mapping: AlertMapping) -> tuple[Signal, ...]:
    """The signals of a payload. Raises InvalidArgument where it has no alert by this mapping."""
    if mapping.alerts.strip():
        found = _look(mapping.alerts, payload, "alerts")
        if found is None:
            raise malformed("There is no list of alerts where the mapping says.", "alerts")
        each = list_of(found if isinstance(found, list) else [found])
    else:
        each = list_of(payload) if isinstance(payload, list) else [payload]
    if not each:
        raise malformed("There is no alert in it.")
    return tuple(_signal(one, mapping) for one in each)


def _signal(item: Any, mapping: AlertMapping) -> Signal:
    if not isinstance(item, dict):
        raise malformed("An alert is a JSON object.")
    if mapping.is_empty:
        return guess(item)
    try:
        guessed = guess(item)
    except InvalidArgument:
        guessed = None
    said = {name: _text(getattr(mapping, name), item, name) for name in _TEXTS}
    title = said["title"] or (guessed.title if guessed and not mapping.title.strip() else "")
    if not title:
        raise malformed("There is no title where the mapping says.", "title")
    labels = labels_of(_look(mapping.labels, item, "labels")) if mapping.labels.strip() else ()
    if not labels and guessed:
        labels = guessed.labels
    ci = said["configuration_item"] or (guessed.configuration_item if guessed else item_of(dict(labels)))
    own = guessed.dedup_key if guessed and not mapping.dedup_key.strip() else ""
    return Signal(
        action=Action.RECOVER if _is_over(mapping, said["status"], guessed) else Action.FIRE,
        dedup_key=said["dedup_key"] or own or digest_key(title, ci),
        title=title,
        severity=severity_of(said["severity"] or (guessed.severity if guessed else "")),
        text=said["text"] or (guessed.text if guessed else ""),
        configuration_item=ci,
        link=said["link"] or (guessed.link if guessed else ""),
        labels=labels,
    )


_TEXTS = ("title", "severity", "dedup_key", "status", "configuration_item", "link", "text")


def _is_over(mapping: AlertMapping, status: str, guessed: Signal | None) -> bool:
    if not mapping.status.strip():
        return guessed is not None and guessed.action is Action.RECOVER
    named = {word.strip().lower() for word in mapping.resolved_values.split(",") if word.strip()}
    return status.strip().lower() in named if named else is_over(status)


def _text(expression: str, item: Any, name: str) -> str:
    return text_of(_look(expression, item, name)).strip() if expression.strip() else ""


def _look(expression: str, item: Any, name: str) -> Any:
    expression = expression.strip()
    if expression.startswith("/"):
        return _at(expression, item)
    try:
        return _compile(expression, name).search(item)
    except JMESPathError as error:
        raise malformed(f"The mapping's {name} does not fit: {error}", name) from error


def _at(pointer: str, item: Any) -> Any:
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(item, list) and step.isdecimal() and int(step) < len(item):
            item = item[int(step)]
        else:
            item = dict_of(item).get(step)
    return item


def _compile(expression: str, name: str) -> Any:
    if not expression or expression.startswith("/"):
        return None
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        message = " ".join(str(error).split())[:200]
        raise InvalidArgument(
            "expression_malformed", f"This is no expression: {message}", field=name
        ) from error


def mapping_from(values: Mapping[str, str]) -> AlertMapping:
    """From a plain dict; names that are no part of a mapping are left out."""
    names = {one.name for one in fields(AlertMapping)}
    return AlertMapping(**{name: value for name, value in values.items() if name in names})

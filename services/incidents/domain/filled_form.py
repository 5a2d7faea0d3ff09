"""What a requester filled in: kept with the incident as it was asked and answered then."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One answered field. label and text by language; value is JSON."""

    field: str
    kind: str
    label: Mapping[str, str]
    value: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Which form at which version, and its answers in the form's order."""

    form_id: str
    version: int
    title: Mapping[str, str]
    answers: tuple[FormAnswer, ...] = ()

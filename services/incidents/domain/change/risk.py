"""How risky a change is: how likely it goes wrong, by four questions, times how much it would hit.

What it would hit is suggested from what hangs on its items; people may know better.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chassis.errors import InvalidArgument
from services.incidents.domain.configuration_item import ConfigurationItem, Criticality


class Level(StrEnum):
    """Of likelihood, impact and risk; only a risk is ever critical."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


# Each question's answers, from the safest on; an answer's place is its points.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "experience": ("often", "once", "never"),  # was it done before?
    "testing": ("fully", "partly", "not"),  # was it tried elsewhere?
    "back_out": ("easy", "hard", "impossible"),  # can it be taken back?
    "complexity": ("one_person", "one_team", "several_teams"),  # who takes part?
}
_LIKELY = ((2, Level.LOW), (4, Level.MEDIUM))
_MATRIX: Mapping[tuple[Level, Level], Level] = {
    (Level.LOW, Level.LOW): Level.LOW,
    (Level.LOW, Level.MEDIUM): Level.LOW,
    (Level.LOW, Level.HIGH): Level.MEDIUM,
    (Level.MEDIUM, Level.LOW): Level.LOW,
    (Level.MEDIUM, Level.MEDIUM): Level.MEDIUM,
    (Level.MEDIUM, Level.HIGH): Level.HIGH,
    (Level.HIGH, Level.LOW): Level.MEDIUM,
    (Level.HIGH, Level.MEDIUM): Level.HIGH,
    (Level.HIGH, Level.HIGH): Level.CRITICAL,
}
# So many affected items are an impact of their own, however little each of them matters.
_MANY, _SOME = 10, 3


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was answered, and how much is hit. impact None: as the walk suggests."""

    answers: Mapping[str, str]
    impact: Level | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every question is answered."""
        return self.answers.keys() >= QUESTIONS.keys()

    @property
    def points(self) -> int:
        return sum(QUESTIONS[name].index(answer) for name, answer in self.answers.items())


def checked(assessment: Assessment) -> Assessment:
    """The same. Raises InvalidArgument("answer_unknown") naming the question."""
    for name, answer in assessment.answers.items():
        if answer not in QUESTIONS.get(name, ()):
            message = f"{name} is answered by one of {', '.join(QUESTIONS.get(name, ())) or 'nothing'}."
            raise InvalidArgument("answer_unknown", message, field="risk_answers", question=name)
    if assessment.impact is Level.CRITICAL:
        raise InvalidArgument("impact_invalid", "An impact is low, medium or high.", field="risk_impact")
    return assessment


def likelihood(assessment: Assessment) -> Level | None:
    """How likely it goes wrong; None before every question is answered."""
    if not assessment.is_whole:
        return None
    return next((level for most, level in _LIKELY if assessment.points <= most), Level.HIGH)


def risk_of(assessment: Assessment, suggested: Level) -> Level | None:
    """Likelihood times impact; None before every question is answered."""
    likely = likelihood(assessment)
    return _MATRIX[likely, assessment.impact or suggested] if likely else None


def suggested_impact(items: Iterable[ConfigurationItem], affected: Iterable[ConfigurationItem]) -> Level:
    """By how much is lost while the items, and what hangs on them, are down, and how many that are."""
    hit = {one.item_id: one for one in (*items, *affected)}.values()
    tenants = {one.tenant_id for one in hit if not one.is_shared}
    worst = {one.criticality for one in hit}
    if Criticality.CRITICAL in worst or len(tenants) > 1 or len(hit) >= _MANY:
        return Level.HIGH
    if Criticality.HIGH in worst or len(hit) >= _SOME:
        return Level.MEDIUM
    return Level.LOW

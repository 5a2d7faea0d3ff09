"""How good predictions were, and whether their confidence can be believed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

# Confidence above which a prediction is measured as one that nobody looks at.
THRESHOLD = 0.8
# Bins of equal width in which stated confidence is held against what came true.
_BINS = 15


@dataclass(frozen=True)
class Answered:
    """One prediction with its stated confidence (0 to 1), and what was true."""

    predicted: str
    confidence: float
    true: str

    @property
    def right(self) -> bool:
        return self.predicted == self.true


@dataclass(frozen=True)
class ClassMeasure:
    """One class: how many truly were of it, and precision, recall and F1 of the predictions."""

    support: int
    precision: float
    recall: float
    f1: float


def accuracy(answers: Sequence[Answered]) -> float:
    """The share that was right; 0 for none at all."""
    return sum(one.right for one in answers) / len(answers) if answers else 0.0


def by_class(answers: Sequence[Answered]) -> dict[str, ClassMeasure]:
    """Each class that was true or predicted at least once; what cannot be computed counts as 0."""
    true = Counter(one.true for one in answers)
    predicted = Counter(one.predicted for one in answers)
    hits = Counter(one.true for one in answers if one.right)
    measures = {}
    for name in sorted({*true, *predicted}):
        precision = hits[name] / predicted[name] if predicted[name] else 0.0
        recall = hits[name] / true[name] if true[name] else 0.0
        f1 = 2 * hits[name] / (predicted[name] + true[name])
        measures[name] = ClassMeasure(true[name], precision, recall, f1)
    return measures


def macro_f1(classes: dict[str, ClassMeasure]) -> float:
    """The mean F1 of the classes, small ones counting as much as large ones."""
    return sum(one.f1 for one in classes.values()) / len(classes) if classes else 0.0


def weighted_f1(classes: dict[str, ClassMeasure]) -> float:
    """The mean F1 of the classes, each by how many truly were of it."""
    total = sum(one.support for one in classes.values())
    return sum(one.f1 * one.support for one in classes.values()) / total if total else 0.0


def expected_calibration_error(answers: Sequence[Answered]) -> float:
    """The mean distance between stated confidence and accuracy, over bins of equal width, by their share."""
    bins: dict[int, list[Answered]] = {}
    for one in answers:
        # Each bin holds its upper end: the first (0, 1/15], the last (14/15, 1].
        place = min(_BINS - 1, max(0, ceil(one.confidence * _BINS) - 1))
        bins.setdefault(place, []).append(one)
    distances = (
        abs(sum(one.confidence for one in each) - sum(one.right for one in each)) for each in bins.values()
    )
    return sum(distances) / len(answers) if answers else 0.0


def above(answers: Sequence[Answered], threshold: float = THRESHOLD) -> tuple[float, float]:
    """(coverage, accuracy): the share of predictions that sure or surer, and how many of those were right."""
    sure = [one for one in answers if one.confidence >= threshold]
    return (len(sure) / len(answers) if answers else 0.0), accuracy(sure)


def accuracy_at_coverage(answers: Sequence[Answered], coverage: float) -> float:
    """The accuracy of the surest share of the predictions."""
    surest = sorted(answers, key=lambda one: -one.confidence)
    return accuracy(surest[: round(len(surest) * coverage)])


def threshold_for(answers: Sequence[Answered], wanted: float) -> float | None:
    """The least confidence from which on the predictions are that accurate; None where no confidence is enough."""
    found, right = None, 0
    surest = sorted(answers, key=lambda one: -one.confidence)
    for count, one in enumerate(surest, start=1):
        right += one.right
        last_of_its_kind = count == len(surest) or surest[count].confidence < one.confidence
        if last_of_its_kind and right / count >= wanted:
            found = one.confidence
    return found


def figures(answers: Sequence[Answered]) -> dict[str, float]:
    """Everything above by its plain name, as a model's card and the command line tell it."""
    classes = by_class(answers)
    coverage, sure = above(answers)
    told = {
        "accuracy": accuracy(answers),
        "macro_f1": macro_f1(classes),
        "weighted_f1": weighted_f1(classes),
        "expected_calibration_error": expected_calibration_error(answers),
        "coverage_at_0_8": coverage,
        "accuracy_at_0_8": sure,
        "accuracy_at_80_percent_coverage": accuracy_at_coverage(answers, 0.8),
    }
    return {name: round(value, 4) for name, value in told.items()}

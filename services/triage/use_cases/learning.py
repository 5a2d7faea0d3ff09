"""The learned model: hears lessons, learns anew where there is enough, switches on what is better, and advises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.errors import Unavailable
from chassis.tenancy import GrantedScope, TenantScope
from services.triage import ports
from services.triage.domain.decision import Suggestion
from services.triage.domain.learning.card import NEVER, Card, parted, refusal_of, threshold_of
from services.triage.domain.learning.lesson import MOST_LESSONS, Lesson, usable, worth_learning
from services.triage.domain.learning.measures import Answered, figures
from services.triage.domain.report import Report


@dataclass(frozen=True)
class Learn:
    """A provider's lessons teach that provider's model alone."""

    lessons: ports.Lessons
    cards: ports.Cards
    learner: ports.Learner
    now: ports.Clock
    new_id: ports.NewId
    # Provider → how many lessons there were when it was last looked into, whatever came of it.
    looked: dict[str, int] = field(default_factory=dict)

    def hear(self, heard: Sequence[ports.Heard]) -> None:
        self.lessons.hear(heard)

    def learn_due(self) -> list[Card]:
        """Learns for each provider that is due; answers the cards of what was newly tried."""
        made = []
        for provider_id, count in self.lessons.providers():
            cards = self.cards.all(_room(provider_id))
            present = next((card for card in cards if not card.refusal), None)
            before = self.looked.get(provider_id, cards[0].lessons if cards else 0)
            if worth_learning(count, before):
                self.looked[provider_id] = count
                card = self._try(provider_id, present)
                made += [card] if card else []
            elif present and not self.learner.knows(provider_id):
                # After a start there are cards and no model: it is learned again from what there is.
                self._learn(provider_id, self._lessons_of(provider_id))
        return made

    def _try(self, provider_id: str, present: Card | None) -> Card | None:
        lessons = self._lessons_of(provider_id)
        known, asked = parted(lessons)
        if len({one.category for one in known}) < 2:
            return None
        answers = _answered(asked, self.learner.tried(_texts(known), _labels(known), _texts(asked)))
        rivals = self._rivals(provider_id, asked) if present else []
        labels = _labels(known)
        refusal = refusal_of(answers, rivals, max(sorted(set(labels)), key=labels.count))
        if not refusal:
            self._learn(provider_id, lessons)
        card = Card(
            version=self.new_id("mdl"),
            provider_id=provider_id,
            create_time=self.now(),
            lessons=len(lessons),
            first_time=lessons[0].create_time,
            last_time=lessons[-1].create_time,
            categories=tuple(sorted(set(_labels(lessons)))),
            tried_on=len(asked),
            figures=figures(answers),
            threshold=threshold_of(answers),
            refusal=refusal,
        )
        self.cards.add(_room(provider_id), card)
        return card

    def _rivals(self, provider_id: str, asked: Sequence[Lesson]) -> list[Answered]:
        said = self.learner.ask(provider_id, _texts(asked))
        return _answered(asked, [(category, confidence) for category, confidence, _ in said]) if said else []

    def _lessons_of(self, provider_id: str) -> list[Lesson]:
        return usable(self.lessons.of(GrantedScope(provider_id, None), MOST_LESSONS))

    def _learn(self, provider_id: str, lessons: Sequence[Lesson]) -> None:
        if lessons:
            self.learner.learn(provider_id, _texts(lessons), _labels(lessons))


@dataclass(frozen=True)
class Advise:
    """ports.Advisers: never in the way. Where what learned is away, rules decide alone and `away` is told."""

    cards: ports.Cards
    learner: ports.Learner
    away: ports.Told

    def suggestions(self, provider_id: str, reports: Sequence[Report]) -> Mapping[str, Suggestion]:
        if not self.learner.knows(provider_id):
            return {}
        try:
            said = self.learner.ask(provider_id, [text_of(one.subject, one.text) for one in reports])
        except Unavailable as error:
            self.away(error)
            return {}
        threshold = self._threshold(provider_id)
        return {
            report.incident_id: Suggestion(category, confidence, words, confidence >= threshold)
            for report, (category, confidence, words) in zip(reports, said, strict=False)
        }

    def _threshold(self, provider_id: str) -> float:
        cards = self.cards.all(_room(provider_id))
        return next((card.threshold for card in cards if not card.refusal), NEVER)


def text_of(subject: str, text: str) -> str:
    """What is learned and asked of an incident: its subject and the beginning of its words."""
    return f"{subject}\n{text}"[:8_000]


def _room(provider_id: str) -> TenantScope:
    return TenantScope(provider_id, provider_id)


def _texts(lessons: Sequence[Lesson]) -> list[str]:
    return [one.text for one in lessons]


def _labels(lessons: Sequence[Lesson]) -> list[str]:
    return [one.category for one in lessons]


def _answered(lessons: Sequence[Lesson], said: Sequence[tuple[str, float]]) -> list[Answered]:
    return [
        Answered(category, confidence, one.category)
        for one, (category, confidence) in zip(lessons, said, strict=True)
    ]

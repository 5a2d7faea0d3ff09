"""The learned models: hear lessons, learn anew where there is enough, switch on what is better, and advise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.errors import Unavailable
from chassis.tenancy import GrantedScope, TenantScope
from services.triage import ports
from services.triage.domain.learning.advice import Advice, Aspect, Suggestion
from services.triage.domain.learning.card import (
    NEVER,
    Card,
    current,
    parted,
    refusal_of,
    threshold_of,
)
from services.triage.domain.learning.lesson import MOST_LESSONS, Lesson, usable, worth_learning
from services.triage.domain.learning.measures import Answered, figures
from services.triage.domain.learning.standing import Progress
from services.triage.domain.report import Report

Key = tuple[str, Aspect]
# What machines say is settled by what they say of themselves; of it only the category is learned.
_ALERT = "alert"


@dataclass(frozen=True)
class Learn:
    """A provider's lessons teach that provider's models alone, one for each aspect."""

    lessons: ports.Lessons
    cards: ports.Cards
    learner: ports.Learner
    now: ports.Clock
    new_id: ports.NewId
    # How many lessons there were when it was last looked into, whatever came of it.
    looked: dict[Key, int] = field(default_factory=dict)
    progress: dict[Key, Progress] = field(default_factory=dict)

    def hear(self, heard: Sequence[ports.Heard]) -> None:
        self.lessons.hear(heard)

    def learn_due(self) -> list[Card]:
        """Learns for each provider and aspect that is due; answers the cards of what was newly tried."""
        made = []
        for provider_id, aspect, count in self.lessons.providers():
            key = provider_id, aspect
            try:
                card = self._look(key, count)
            finally:
                self.progress.pop(key, None)
            made += [card] if card else []
        return made

    def _look(self, key: Key, count: int) -> Card | None:
        cards = self.cards.all(_room(key[0]), key[1])
        present = current(cards)
        if present and self.learner.version(model_key(*key)) != present.version:
            # Somebody switched to another one, or this is a start: it is learned again from what it was learned from.
            lessons = self._lessons_of(key, present)
            self._learn(key, present.version, lessons)
        if not worth_learning(count, self.looked.get(key, cards[0].lessons if cards else 0)):
            return None
        self.looked[key] = count
        return self._try(key, present)

    def _try(self, key: Key, present: Card | None) -> Card | None:
        lessons = self._lessons_of(key)
        known, asked = parted(lessons)
        if len({one.label for one in known}) < 2:
            return None
        self.progress[key] = Progress("trying", len(lessons), self.now())
        answers = _answered(asked, self.learner.tried(_texts(known), _labels(known), _texts(asked)))
        rivals = self._rivals(key, asked) if present else []
        labels = _labels(known)
        refusal = refusal_of(answers, rivals, max(sorted(set(labels)), key=labels.count))
        version = self.new_id("mdl")
        if not refusal:
            self._learn(key, version, lessons)
        card = Card(
            version=version,
            provider_id=key[0],
            create_time=self.now(),
            lessons=len(lessons),
            first_time=lessons[0].create_time,
            last_time=lessons[-1].create_time,
            categories=tuple(sorted(set(_labels(lessons)))),
            tried_on=len(asked),
            figures=figures(answers),
            threshold=threshold_of(answers),
            refusal=refusal,
            aspect=key[1],
            switch_time=None if refusal else self.now(),
        )
        self.cards.put(_room(key[0]), card)
        return card

    def _rivals(self, key: Key, asked: Sequence[Lesson]) -> list[Answered]:
        said = self.learner.ask(model_key(*key), _texts(asked))
        return _answered(asked, [(label, confidence) for label, confidence, _ in said]) if said else []

    def _lessons_of(self, key: Key, card: Card | None = None) -> list[Lesson]:
        """The newest; or those from which a card's model was learned, as they are labeled by now."""
        until = card.last_time if card else None
        found = self.lessons.of(GrantedScope(key[0], None), key[1], MOST_LESSONS, until)
        return usable([one for one in found if not card or one.create_time >= card.first_time])

    def _learn(self, key: Key, version: str, lessons: Sequence[Lesson]) -> None:
        if lessons:
            self.progress[key] = Progress("learning", len(lessons), self.now())
            self.learner.learn(model_key(*key), version, _texts(lessons), _labels(lessons))


@dataclass(frozen=True)
class Advise:
    """ports.Advisers: never in the way. Where what learned is away, rules decide alone and `away` is told."""

    cards: ports.Cards
    learner: ports.Learner
    away: ports.Told

    def advice(self, provider_id: str, reports: Sequence[Report]) -> Mapping[str, Advice]:
        found: dict[str, dict[Aspect, Suggestion]] = {}
        for aspect in Aspect:
            asked = [one for one in reports if _is_asked(aspect, one)]
            if not asked or not self.learner.version(model_key(provider_id, aspect)):
                continue
            try:
                for incident_id, one in self._suggestions(provider_id, aspect, asked).items():
                    found.setdefault(incident_id, {})[aspect] = one
            except Unavailable as error:
                self.away(error)
                break
        return found

    def _suggestions(
        self, provider_id: str, aspect: Aspect, reports: Sequence[Report]
    ) -> Mapping[str, Suggestion]:
        key = model_key(provider_id, aspect)
        version = self.learner.version(key)
        said = self.learner.ask(key, [text_of(one.subject, one.text) for one in reports])
        cards = self.cards.all(_room(provider_id), aspect)
        threshold = next((card.threshold for card in cards if card.version == version), NEVER)
        return {
            report.incident_id: Suggestion(label, confidence, words, confidence >= threshold)
            for report, (label, confidence, words) in zip(reports, said, strict=False)
        }


def model_key(provider_id: str, aspect: Aspect) -> str:
    """By which the learner knows a provider's model of one aspect."""
    return f"{provider_id}.{aspect}"


def text_of(subject: str, text: str) -> str:
    """What is learned and asked of an incident: its subject and the beginning of its words."""
    return f"{subject}\n{text}"[:8_000]


def _is_asked(aspect: Aspect, report: Report) -> bool:
    """Whether its sender left it open, as far as a model may say."""
    given = {
        Aspect.CATEGORY: report.category,
        Aspect.IMPACT: report.impact,
        Aspect.URGENCY: report.urgency,
    }
    return not given.get(aspect) and (aspect is Aspect.CATEGORY or report.channel != _ALERT)


def _room(provider_id: str) -> TenantScope:
    return TenantScope(provider_id, provider_id)


def _texts(lessons: Sequence[Lesson]) -> list[str]:
    return [one.text for one in lessons]


def _labels(lessons: Sequence[Lesson]) -> list[str]:
    return [one.label for one in lessons]


def _answered(lessons: Sequence[Lesson], said: Sequence[tuple[str, float]]) -> list[Answered]:
    return [
        Answered(label, confidence, one.label) for one, (label, confidence) in zip(lessons, said, strict=True)
    ]

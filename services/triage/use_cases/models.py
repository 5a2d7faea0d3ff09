"""The learned models, as people see and steer them: their cards, which is used, from which confidence on; and what they suggest."""

from dataclasses import dataclass

from chassis.errors import NotFound
from chassis.tenancy import Caller, TenantScope
from services.triage import ports
from services.triage.domain.learning.advice import Advice, Aspect
from services.triage.domain.learning.card import Card, current
from services.triage.domain.learning.lesson import next_count
from services.triage.domain.learning.standing import Standing
from services.triage.use_cases.learning import Learn, model_key
from services.triage.use_cases.rooms import read_room, require_staff, write_room


@dataclass(frozen=True)
class SteerModels:
    """Cards are read by staff, steered by administrators."""

    cards: ports.Cards
    lessons: ports.Lessons
    learning: Learn
    staff: ports.Staff
    now: ports.Clock

    def all(self, caller: Caller) -> list[tuple[Card, bool]]:
        """The newest first, each with whether it is the one in use."""
        room = read_room(caller)
        found = []
        for aspect in Aspect:
            cards = self.cards.all(room, aspect)
            present = current(cards)
            found += [(card, card is present) for card in cards]
        return found

    def standings(self, caller: Caller) -> list[Standing]:
        """One of each aspect."""
        room = read_room(caller)
        counts = {
            aspect: count
            for provider_id, aspect, count in self.lessons.providers()
            if provider_id == room.provider_id
        }
        return [self._standing(room, aspect, counts.get(aspect, 0)) for aspect in Aspect]

    def switch(self, caller: Caller, version: str) -> Card:
        """Uses this version from the next round of learning on. Raises NotFound("model_not_found"), InvalidState."""
        room = write_room(caller)
        card = self._card(room, version).switched_on(self.now(), self._name(caller))
        self.cards.put(room, card)
        return card

    def set_threshold(self, caller: Caller, version: str, threshold: float) -> Card:
        """Raises NotFound("model_not_found"), InvalidArgument naming the field."""
        room = write_room(caller)
        card = self._card(room, version).with_threshold(threshold, self._name(caller))
        self.cards.put(room, card)
        return card

    def _standing(self, room: TenantScope, aspect: Aspect, count: int) -> Standing:
        cards = self.cards.all(room, aspect)
        key = room.provider_id, aspect
        tried = self.learning.looked.get(key, cards[0].lessons if cards else 0)
        present = current(cards)
        return Standing(
            aspect=aspect,
            lessons=count,
            next_lessons=next_count(tried),
            present=present.version if present else "",
            loaded=self.learning.learner.version(model_key(*key)),
            progress=self.learning.progress.get(key),
        )

    def _card(self, room: TenantScope, version: str) -> Card:
        for aspect in Aspect:
            for card in self.cards.all(room, aspect):
                if card.version == version:
                    return card
        raise NotFound("model_not_found", "There is no such model.")

    def _name(self, caller: Caller) -> str:
        if not caller.person_id:
            return caller.subject
        return self.staff.names(caller, [caller.person_id]).get(caller.person_id, caller.subject)


@dataclass(frozen=True)
class SeeSuggestions:
    """What the models made of an incident and were not sure enough of. Staff only."""

    suggestions: ports.Suggestions

    def of(self, caller: Caller, incident_id: str) -> Advice:
        """Nothing for an incident that is not the caller's to see."""
        require_staff(caller)
        return self.suggestions.of(caller.granted(), incident_id)

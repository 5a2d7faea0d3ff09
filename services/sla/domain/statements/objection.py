"""What people object to: a pause that a client's manager contests, and a promise that is to be left out of a statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chassis.errors import InvalidArgument, InvalidState, PermissionDenied
from services.sla.domain.statements.canonical import stamp

MOST_WORDS = 2000


@dataclass(frozen=True)
class Somebody:
    """Who said or decided something: the caller's subject, and the name it had then."""

    subject: str
    name: str = ""

    def data(self) -> dict[str, Any]:
        return {"subject": self.subject, "name": self.name}


@dataclass(frozen=True)
class Contest:
    """A client's manager says that a pause should not have stopped the clock; the provider answers once."""

    incident_id: str
    pause_id: str
    by: Somebody
    words: str
    time: datetime
    answered_by: Somebody | None = None
    answer: str = ""
    answer_time: datetime | None = None
    # What the answer was; False while there is none.
    conceded: bool = False

    def answered(self, by: Somebody, conceded: bool, words: str, now: datetime) -> Contest:
        """Raises InvalidState("contest_answered"): an answer stands; InvalidArgument without words."""
        if self.answered_by:
            raise InvalidState("contest_answered", "It has been answered.")
        said = said_words(words, "answer")
        return replace(self, answered_by=by, answer=said, answer_time=now, conceded=conceded)

    def data(self) -> dict[str, Any]:
        """As a statement shows it."""
        answer = None
        if self.answered_by:
            answer = {
                "by": self.answered_by.data(),
                "words": self.answer,
                "time": stamp(self.answer_time),
                "conceded": self.conceded,
            }
        return {
            "contested_by": self.by.data(),
            "contest_words": self.words,
            "contest_time": stamp(self.time),
            "answer": answer,
        }


class ExclusionState(StrEnum):
    """How a proposal to leave a promise out stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True)
class Exclusion:
    """A promise that is to be left out of attainment and credits: proposed by one person, decided by another."""

    exclusion_id: str
    provider_id: str
    tenant_id: str
    contract_id: str
    incident_id: str
    number: str
    target: str
    cycle: int
    reason: str
    proposed_by: Somebody
    propose_time: datetime
    state: ExclusionState = ExclusionState.PROPOSED
    decided_by: Somebody | None = None
    decide_time: datetime | None = None

    @property
    def promise(self) -> str:
        return promise_key(self.incident_id, self.target, self.cycle)

    def decided(self, by: Somebody, approved: bool, now: datetime) -> Exclusion:
        """Raises InvalidState("exclusion_decided"), PermissionDenied("second_person_required")."""
        if self.state is not ExclusionState.PROPOSED:
            raise InvalidState("exclusion_decided", "It has been decided.", state=self.state)
        if by.subject == self.proposed_by.subject:
            raise PermissionDenied("second_person_required", "Somebody else than who proposed it decides.")
        state = ExclusionState.APPROVED if approved else ExclusionState.DECLINED
        return replace(self, state=state, decided_by=by, decide_time=now)

    def again(self, reason: str, by: Somebody, now: datetime) -> Exclusion:
        """Proposed anew after it was declined; the very same proposal again changes nothing.

        Raises InvalidState("exclusion_exists") otherwise.
        """
        known = (self.state, self.reason, self.proposed_by.subject)
        if known == (ExclusionState.PROPOSED, reason, by.subject):
            return self
        if self.state is not ExclusionState.DECLINED:
            raise InvalidState("exclusion_exists", "It is proposed already.", state=self.state)
        return replace(
            self,
            reason=reason,
            proposed_by=by,
            propose_time=now,
            state=ExclusionState.PROPOSED,
            decided_by=None,
            decide_time=None,
        )

    def data(self) -> dict[str, Any]:
        """As a statement shows it."""
        return {
            "reason": self.reason,
            "proposed_by": self.proposed_by.data(),
            "propose_time": stamp(self.propose_time),
            "approved_by": self.decided_by.data() if self.decided_by else None,
            "approve_time": stamp(self.decide_time),
        }


def promise_key(incident_id: str, target: str, cycle: int) -> str:
    """One promise of one incident."""
    return f"{incident_id}.{target}.{cycle}"


def said_words(words: str, field: str) -> str:
    """Words without blanks around them. Raises InvalidArgument when there are none, or too many."""
    said = words.strip()
    if not said:
        raise InvalidArgument("words_missing", "This needs words.", field=field)
    if len(said) > MOST_WORDS:
        raise InvalidArgument("words_too_long", f"At most {MOST_WORDS} characters.", field=field)
    return said

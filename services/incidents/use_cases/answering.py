"""Links in mails: confirm, reopen or rate without signing in. Reading one changes nothing; using one acts once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.errors import InvalidArgument, InvalidState, NotFound, RevisionConflict
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain import closing, ending, ordering, rating, texts
from services.incidents.domain.answer_token import AnswerAction, AnswerClaim, AnswerTokens
from services.incidents.domain.approval import Approver, Roster, Verdict
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor, Incident, Party, State
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.visibility import as_party_sees
from services.incidents.ports import Clock, Incidents, Rules
from services.incidents.ports.orders import Approvers
from services.incidents.use_cases.attempts import attempts


class Standing(StrEnum):
    """Whether a link may still be used."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    MOVED_ON = "moved_on"


@dataclass(frozen=True, slots=True)
class AnswerWanted:
    """A link to be made; recipient is a person's id, or an address where nobody is known."""

    incident_id: str
    action: AnswerAction
    cycle: int
    recipient: str
    issue_time: datetime


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What a link does to which incident, for whom; rate_token is "" where the recipient has nothing to rate."""

    incident: Incident
    action: AnswerAction
    standing: Standing
    recipient: Party
    expire_time: datetime
    rate_token: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answers with: words, a score where it is rated, whether they reject where they decide."""

    text: str = ""
    score: int = 0
    reject: bool = False


class Answering:
    """Services only: notify mints what it mails, the gateway reads and uses what it is shown."""

    def __init__(
        self, incidents: Incidents, rules: Rules, approvers: Approvers, tokens: AnswerTokens, clock: Clock
    ) -> None:
        self._incidents = incidents
        self._rules = rules
        self._approvers = approvers
        self._tokens = tokens
        self._clock = clock

    def mint(self, caller: Caller, wanted: Sequence[AnswerWanted]) -> list[str]:
        """A token for each, in order.

        Raises NotFound("incident_not_found") if any incident is unknown, InvalidArgument for an empty recipient.
        """
        caller.require(Role.SERVICE)
        known = self._incidents.load_many(caller.granted(), {each.incident_id for each in wanted})
        for each in wanted:
            if each.incident_id not in known:
                message = "There is no such incident."
                raise NotFound("incident_not_found", message, incident_id=each.incident_id)
            if not each.recipient.strip():
                raise InvalidArgument("value_missing", "A recipient is needed.", field="recipient")
        return [
            self._tokens.mint(each.incident_id, each.action, each.cycle, each.recipient, each.issue_time)
            for each in wanted
        ]

    def read(self, caller: Caller, token: str) -> AnswerLink:
        """Raises NotFound("answer_link_not_found") for what is not genuine, or of another tenant."""
        caller.require(Role.SERVICE)
        claim, incident, party = self._claimed(caller, token)
        return self._link(token, claim, incident, party)

    def use(self, caller: Caller, token: str, said: Said) -> AnswerLink:
        """Does what the link is for, in its recipient's name.

        Raises as `read`; InvalidState("answer_link_used", "answer_link_expired" or "answer_link_moved_on"),
        InvalidArgument for a missing reason or score, PermissionDenied("not_an_approver") for who is none any more.
        """
        caller.require(Role.SERVICE)
        roster = self._roster(*self._claimed(caller, token)[:2])
        for _ in attempts():
            claim, incident, party = self._claimed(caller, token)
            standing = self._standing(token, claim, incident, party)
            if standing is not Standing.OPEN:
                raise InvalidState(f"answer_link_{standing}", "This link can no longer be used.")
            change = self._decide(claim, incident, party, _actor(party, caller), said, roster)
            if change is None:
                return self._link(token, claim, incident, party)
            if claim.action is not AnswerAction.RATE:
                change = change.remembering(_fingerprint(token))
            try:
                self._incidents.save(change, caller)
            except RevisionConflict:
                continue
            return self._link(token, claim, change.after, party)
        raise RevisionConflict("revision_conflict", "The incident is changing too fast.")

    def _claimed(self, caller: Caller, token: str) -> tuple[AnswerClaim, Incident, Party]:
        claim = self._tokens.read(token)
        found = self._incidents.load_many(caller.granted(), [claim.incident_id]) if claim else {}
        incident = found.get(claim.incident_id) if claim else None
        party = claim.party_of(incident) if claim and incident else None
        if claim is None or incident is None or party is None:
            raise NotFound("answer_link_not_found", "There is no such link.")
        return claim, incident, party

    def _roster(self, claim: AnswerClaim, incident: Incident) -> Roster:
        approval = incident.order.approval if incident.order else None
        if claim.action is not AnswerAction.DECIDE or approval is None:
            return Roster()
        return self._approvers.roster(TenantScope(incident.provider_id, incident.tenant_id), approval.steps)

    def _decide(
        self,
        claim: AnswerClaim,
        incident: Incident,
        party: Party,
        actor: Actor,
        said: Said,
        roster: Roster,
    ) -> Change | None:
        now = self._clock()
        if claim.action is AnswerAction.DECIDE:
            by, verdict = (
                Approver(party.person_id, party.name),
                Verdict.REJECT if said.reject else Verdict.APPROVE,
            )
            return ordering.decide(incident, verdict, by, said.text, roster, actor, now)
        if claim.action is AnswerAction.CONFIRM:
            return ending.confirm(incident, actor, Side.CLIENT, now)
        if claim.action is AnswerAction.REOPEN:
            reason = texts.required("text", said.text, texts.MAX_REASON)
            return ending.reopen(incident, reason, actor, Side.CLIENT, now)
        return rating.rate(incident, said.score, said.text, party, actor, Side.CLIENT, now)

    def _standing(self, token: str, claim: AnswerClaim, incident: Incident, party: Party) -> Standing:
        now = self._clock()
        if _fingerprint(token) in incident.recent_keys:
            return Standing.USED
        if now > claim.expire_time:
            return Standing.EXPIRED
        if claim.is_of_cycle(incident) and self._allows(claim.action, incident, party, now):
            return Standing.OPEN
        rated = claim.action is AnswerAction.RATE and claim.is_of_cycle(incident) and incident.rating
        return Standing.USED if rated else Standing.MOVED_ON

    def _allows(self, action: AnswerAction, incident: Incident, party: Party, now: datetime) -> bool:
        if action is AnswerAction.CONFIRM:
            return incident.state is State.RESOLVED
        if action is AnswerAction.DECIDE:
            approval = incident.order.approval if incident.order else None
            return approval is not None and any(
                one.person_id == party.person_id for one in approval.still_asked
            )
        if action is AnswerAction.RATE:
            return rating.may_rate(incident, party, now)
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        return closing.may_reopen(incident, self._rules.at(scope, incident.close_time or now), now)

    def _link(self, token: str, claim: AnswerClaim, incident: Incident, party: Party) -> AnswerLink:
        now = self._clock()
        rate_token = ""
        if rating.may_rate(incident, party, now):
            recipient = party.person_id or party.address
            cycle = incident.reopen_count
            rate_token = self._tokens.mint(incident.incident_id, AnswerAction.RATE, cycle, recipient, now)
        standing = self._standing(token, claim, incident, party)
        return AnswerLink(
            as_party_sees(incident, party), claim.action, standing, party, claim.expire_time, rate_token
        )


def _actor(party: Party, caller: Caller) -> Actor:
    """The recipient where they are known; else the service that brought the answer, under their name."""
    name = party.name or party.address
    return Actor(f"person:{party.person_id}" if party.person_id else caller.subject, name)


def _fingerprint(token: str) -> str:
    return hashlib.sha256(f"answer\n{token}".encode()).hexdigest()[:24]

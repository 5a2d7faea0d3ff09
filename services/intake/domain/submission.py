"""The submission: one thing that somebody sent in, by whatever channel, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.errors import InvalidState
from services.intake.domain.forms import Answered


class Channel(StrEnum):
    """How it came."""

    EMAIL = "email"
    PORTAL = "portal"
    API = "api"
    ALERT = "alert"
    PHONE = "phone"


class State(StrEnum):
    """What became of it.

    received: durable, the record has not answered yet. accepted: done; it opened or joined an incident, or is a
    delivery report that was announced. quarantined: kept for an administrator to decide. discarded: an
    administrator threw it away. released: it left quarantine, and lives on as a submission of its tenant.
    """

    RECEIVED = "received"
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"
    RELEASED = "released"


# Kept for the operator alone: mail that no provider of this installation can be found for.
UNPLACED = "unplaced"

TITLE_LENGTH = 200
# So long the sweep leaves a new submission to whoever stored it: they hand it to the record at once.
OWN_TIME = timedelta(seconds=10)
_FIRST_WAIT = timedelta(seconds=1)
# Short, because after an outage people wait for their numbers.
_LONGEST_WAIT = timedelta(seconds=30)
_OUTAGE_WAIT = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Party:
    """Who sent it, or whom it was copied to. person_id is empty while nobody is known by the address."""

    address: str
    name: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What helps the record to decide where it belongs, and what the sender asked for.

    referenced_message_ids: oldest first. automatic: a machine sent it, so nothing may answer it by itself.
    by_staff: staff answered a mail of ours; then the sender is no requester, and the mail opens nothing.
    kind, impact, urgency: numbers of the record's enums, 0 where the sender did not say.
    """

    reply_token: str = ""
    referenced_message_ids: tuple[str, ...] = ()
    message_id: str = ""
    copied: tuple[Party, ...] = ()
    automatic: bool = False
    by_staff: bool = False
    kind: int = 0
    impact: int = 0
    urgency: int = 0
    category: str = ""
    # Files that the record has for it, whose uploads they are (empty: ours), and by what name they were claimed.
    attachment_ids: tuple[str, ...] = ()
    attachment_uploader: str = ""
    attachment_claim: str = ""
    # What an alert is about: the name of a device or service.
    configuration_item: str = ""
    # The item of the record's catalog that is ordered.
    catalog_item_id: str = ""
    # The person who ordered it, where that is not the sender.
    ordered_by: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission. It lies in its tenant's room; in quarantine without a tenant, in its provider's own.

    sender is who it is from and for: the requester. verified: DMARC passed, or the sender was signed in.
    Times are UTC; accept_time is None until accepted.
    """

    submission_id: str
    provider_id: str
    tenant_id: str
    channel: Channel
    state: State
    sender: Party
    subject: str
    text: str
    verified: bool
    receive_time: datetime
    evidence: Evidence = Evidence()
    recipients: tuple[str, ...] = ()
    raw_size: int = 0
    # How many files came with the mail; the record is given them before it is given the words.
    attached: int = 0
    problems: tuple[str, ...] = ()
    quarantine_reason: str = ""
    # For which clients a quarantined one may be; empty where that is not known.
    candidate_tenant_ids: tuple[str, ...] = ()
    # Who decided on a quarantined one, and what they said: a caller's subject, and words.
    decided_by: str = ""
    decision: str = ""
    # To which client it was released; until attempt_time is empty again, the submission of that client may be missing.
    release_provider_id: str = ""
    release_tenant_id: str = ""
    incident_id: str = ""
    incident_number: str = ""
    joined: bool = False
    accept_time: datetime | None = None
    attempts: int = 0
    # When the record may next be asked to take it; meaningful while it is received.
    attempt_time: datetime | None = None
    # What it opened, in the record's own words at that moment: who sends it again is told the same. Empty for mail.
    opened: bytes = b""
    # What was filled in, when it came by a form.
    form: Answered | None = None
    revision: int = 0

    @property
    def has_tenant(self) -> bool:
        """Whether it is filed under a client organisation."""
        return self.tenant_id not in ("", UNPLACED, self.provider_id)

    def accepted(
        self, incident_id: str, number: str, joined: bool, now: datetime, opened: bytes = b""
    ) -> "Submission":
        """The record has it. Raises InvalidState unless it was received."""
        self._require(State.RECEIVED, "accept")
        return replace(
            self,
            state=State.ACCEPTED,
            incident_id=incident_id,
            incident_number=number,
            joined=joined,
            accept_time=now,
            attempt_time=None,
            opened=opened,
        )

    def with_attachments(self, attachment_ids: tuple[str, ...]) -> "Submission":
        """The record has the files that came with it."""
        return replace(self, evidence=replace(self.evidence, attachment_ids=attachment_ids))

    def refused(self, reason: str) -> "Submission":
        """The record will never take it as it is: somebody must look. Raises InvalidState unless received."""
        self._require(State.RECEIVED, "refuse")
        return replace(self, state=State.QUARANTINED, quarantine_reason=reason, attempt_time=None)

    def postponed(self, now: datetime) -> "Submission":
        """The record failed over this one; it is asked again, less and less often."""
        self._require(State.RECEIVED, "postpone")
        return replace(self, attempts=self.attempts + 1, attempt_time=now + wait_after(self.attempts))

    def deferred(self, now: datetime) -> "Submission":
        """Nobody could be asked at all. Not this one's fault, so it is not counted."""
        self._require(State.RECEIVED, "defer")
        return replace(self, attempt_time=now + _OUTAGE_WAIT)

    def discarded(self, by: str, reason: str) -> "Submission":
        """An administrator has read it and wants no more of it. Raises InvalidState unless quarantined."""
        self._require(State.QUARANTINED, "discard")
        return replace(self, state=State.DISCARDED, decided_by=by, decision=reason)

    def released(
        self, by: str, provider_id: str, tenant_id: str, sender: Party, now: datetime
    ) -> "Submission":
        """It leaves quarantine for a client. Raises InvalidState unless quarantined, or put away by a client's rule."""
        if not (self.state is State.DISCARDED and not self.decided_by):
            self._require(State.QUARANTINED, "release")
        return replace(
            self,
            state=State.RELEASED,
            decided_by=by,
            sender=sender,
            release_provider_id=provider_id,
            release_tenant_id=tenant_id,
            attempt_time=now + OWN_TIME,
        )

    def handed_on(self) -> "Submission":
        """The client's submission is there. Raises InvalidState unless released."""
        self._require(State.RELEASED, "hand_on")
        return replace(self, attempt_time=None)

    def filed_as_released(self, now: datetime) -> "Submission":
        """What was released as a submission of its client, on its way to the record."""
        return replace(
            self,
            provider_id=self.release_provider_id,
            tenant_id=self.release_tenant_id,
            state=State.RECEIVED,
            quarantine_reason="",
            candidate_tenant_ids=(),
            release_provider_id="",
            release_tenant_id="",
            attempts=0,
            attempt_time=now,
            revision=0,
        )

    def resumed(self, by: str, now: datetime) -> "Submission":
        """The record refused it, an administrator wants it tried once more. Raises InvalidState unless quarantined."""
        self._require(State.QUARANTINED, "release")
        return replace(
            self, state=State.RECEIVED, quarantine_reason="", decided_by=by, attempts=0, attempt_time=now
        )

    def _require(self, state: State, command: str) -> None:
        if self.state is not state:
            raise InvalidState(
                "transition_not_allowed",
                f"A submission that is {self.state} does not allow this: {command}.",
                state=self.state,
                command=command,
            )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling from a second to half a minute."""
    return min(_FIRST_WAIT * 2 ** min(attempts, 20), _LONGEST_WAIT)


def title_of(subject: str) -> str:
    """A subject as a title: one line of at most TITLE_LENGTH characters; "" stays empty."""
    subject = " ".join(subject.split())
    return subject if len(subject) <= TITLE_LENGTH else f"{subject[: TITLE_LENGTH - 1].rstrip()}…"

"""Where a mail belongs, and what kind of submission it becomes."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.intake.domain.arrival import Arrival
from services.intake.domain.facts import Bounced, Discarded, Fact, PageAnswered, Quarantined, Received
from services.intake.domain.loops import answer_tag, is_our_own, return_path
from services.intake.domain.mail import Address, NormalizedMail
from services.intake.domain.outline import LARGEST_HEAD
from services.intake.domain.submission import (
    OWN_TIME,
    UNPLACED,
    Channel,
    Evidence,
    Party,
    State,
    Submission,
    title_of,
)

UNPARSABLE = "message_unparsable"
TOO_LARGE = "message_too_large"
HEADERS_TOO_LARGE = "headers_too_large"
DOMAIN_UNKNOWN = "mail_domain_unknown"
SENDER_MISSING = "sender_missing"
MAIL_LOOP = "mail_loop"
CLIENT_UNCLEAR = "client_unclear"
PERSON_UNKNOWN = "person_unknown"
PERSON_REJECTED = "person_rejected"

LONGEST_TEXT = 65_536
_MAX_COPIED = 50
_TOKEN = re.compile(r"[a-z0-9]{6,64}")
# What we mint is this long; other tags are tried only where none is.
_MINTED = 50
# Of the mails it mentions, those that began the thread and the nearest.
_FIRST_OF_THREAD, _NEAREST_OF_THREAD = 20, 180


class NewPerson(StrEnum):
    """What a client wants done with a mail from its domain whose sender nobody knows."""

    CREATE = "create"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Place:
    """What the directory says about a mail. tenant_id is empty when only the provider is known by the recipient.

    candidates: then, the clients of a sender who belongs to several. new_person: what the client wants done with a sender
    whom nobody there knows.

    outsiders: who is mentioned and must not take part. staff_person_id: the sender, where they are the provider's
    staff and wrote to the mailbox of a client they are granted, staff_tenant_id.
    """

    provider_id: str
    tenant_id: str = ""
    person_id: str = ""
    outsiders: frozenset[str] = frozenset()
    staff_person_id: str = ""
    staff_tenant_id: str = ""
    candidates: tuple[str, ...] = ()
    new_person: NewPerson = NewPerson.CREATE


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail as a submission, and what happened thereby."""

    submission: Submission
    facts: tuple[Fact, ...]


def sender_of(arrival: Arrival, mail: NormalizedMail | None) -> Address:
    """Whom the mail is from: the From field, or the envelope when there is none to be read."""
    if mail and mail.sender:
        return mail.sender
    return Address(name="", address=arrival.envelope_sender)


def asked_about(arrival: Arrival, mail: NormalizedMail | None) -> str:
    """The address whose domain tells the tenant: the sender's; of a delivery report, who did not get our mail."""
    if mail and mail.bounce and mail.bounce.recipients:
        return mail.bounce.recipients[0].address
    return sender_of(arrival, mail).address


def mentioned_in(mail: NormalizedMail | None) -> tuple[str, ...]:
    """Whom the mail names beside its sender, as far as they may become participants."""
    if mail is None or mail.bounce:
        return ()
    return tuple(dict.fromkeys(one.address for one in (*mail.to, *mail.cc)))[:_MAX_COPIED]


def as_staff(
    arrival: Arrival, mail: NormalizedMail | None, place: Place | None, verified: bool
) -> Place | None:
    """The place of an authenticated answer by staff: the client's whose mailbox they answered to; None for others."""
    if mail is None or mail.bounce or not verified or place is None or not place.staff_person_id:
        return None
    if not reply_token(arrival, mail):
        return None
    return replace(place, tenant_id=place.staff_tenant_id, person_id=place.staff_person_id)


def written_to(arrival: Arrival) -> tuple[str, ...]:
    """The recipients, and those with a tag ("support+token@…") once more without it."""
    return tuple(dict.fromkeys((*arrival.recipients, *map(mailbox_of, arrival.recipients))))


def mailbox_of(address: str) -> str:
    """The address without its tag."""
    return re.sub(r"\+[^@]*@", "@", address, count=1)


def quarantine_reason(
    arrival: Arrival, mail: NormalizedMail | None, place: Place | None, head: int, mark: str = ""
) -> str:
    """Why it must wait for a person, "" when it need not. head: bytes of its header section. mark: of our own mails."""
    if arrival.too_large:
        return TOO_LARGE
    if mail is None:
        return UNPARSABLE
    if head > LARGEST_HEAD:
        return HEADERS_TOO_LARGE
    if is_our_own(arrival, mail, mark):
        return MAIL_LOOP
    if place is None or not place.provider_id:
        return DOMAIN_UNKNOWN
    if mail.bounce or answer_tag(arrival):
        return ""
    if mail.sender is None:
        return SENDER_MISSING
    if not place.tenant_id:
        return CLIENT_UNCLEAR if place.candidates else DOMAIN_UNKNOWN
    if place.person_id or place.new_person is NewPerson.CREATE:
        return ""
    return PERSON_UNKNOWN if place.new_person is NewPerson.HOLD else PERSON_REJECTED


def file_mail(
    arrival: Arrival,
    mail: NormalizedMail | None,
    place: Place | None,
    verified: bool,
    head: int,
    now: datetime,
    mark: str = "",
) -> Filed:
    """The submission a mail becomes. mail is None when it could not be read at all. mark: of our own mails."""
    staff = as_staff(arrival, mail, place, verified)
    place = staff or place
    reason = quarantine_reason(arrival, mail, place, head, mark)
    bounced = mail is not None and mail.bounce is not None and not reason
    # Neither is for the record: who was called answers us, not the client.
    settled = bounced or (not reason and bool(answer_tag(arrival)))
    provider_id = place.provider_id if place else ""
    submission = Submission(
        submission_id=arrival.arrival_id,
        provider_id=provider_id or UNPLACED,
        tenant_id=_room(place, bool(reason)),
        channel=Channel.EMAIL,
        state=_state(reason, settled),
        sender=_party(sender_of(arrival, mail), place.person_id if place and not bounced else ""),
        subject=title_of(mail.subject) if mail else "",
        text=_text(mail),
        verified=verified and not reason,
        receive_time=arrival.receive_time,
        evidence=_evidence(arrival, mail, place.outsiders if place else frozenset(), staff is not None),
        recipients=arrival.recipients,
        raw_size=arrival.size,
        attached=len(mail.attachments) if mail else 0,
        problems=_problems(mail, bounced),
        quarantine_reason=reason,
        candidate_tenant_ids=_candidates(place) if reason else (),
        accept_time=now if settled else None,
        attempt_time=None if reason or settled else now + OWN_TIME,
    )
    return Filed(submission, _facts(submission, arrival, mail, bool(reason)))


def _state(reason: str, settled: bool) -> State:
    if reason == PERSON_REJECTED:
        # Put away by the client's own rule: nobody need look, and whoever looks may still release it.
        return State.DISCARDED
    if reason:
        return State.QUARANTINED
    return State.ACCEPTED if settled else State.RECEIVED


def _candidates(place: Place | None) -> tuple[str, ...]:
    """For which clients it may be, as far as that is known."""
    if place is None:
        return ()
    return (place.tenant_id,) if place.tenant_id else place.candidates


def _room(place: Place | None, quarantined: bool) -> str:
    if place is None or not place.provider_id:
        return UNPLACED
    # Whatever waits for an administrator waits in the provider's own room; so does what has no tenant.
    return place.provider_id if quarantined or not place.tenant_id else place.tenant_id


def _party(address: Address, person_id: str) -> Party:
    return Party(address=address.address.lower(), name=address.name, person_id=person_id)


def _text(mail: NormalizedMail | None) -> str:
    """What the record is given: of an answer only what is new, of a first letter all of it (it may be a forward)."""
    if mail is None:
        return ""
    answer = bool(mail.in_reply_to or mail.references or mail.token_header)
    text = (mail.reply_text or mail.text) if answer else mail.text
    return text[:LONGEST_TEXT]


def _problems(mail: NormalizedMail | None, bounced: bool) -> tuple[str, ...]:
    found = set(mail.problems) if mail else set()
    if bounced:
        found.add("bounce")
    if mail and len(mail.text) > LONGEST_TEXT:
        found.add("text_truncated")
    return tuple(sorted(found))


def _evidence(
    arrival: Arrival, mail: NormalizedMail | None, outsiders: frozenset[str], by_staff: bool
) -> Evidence:
    if mail is None:
        return Evidence()
    sender = mail.sender.address if mail.sender else ""
    # We were written to at these, whoever listed them; a colleague of the sender's may stand among them.
    ours = {one for one in arrival.recipients if one.rpartition("@")[2] != sender.rpartition("@")[2]}
    own = {*ours, *outsiders, sender}
    token = reply_token(arrival, mail)
    # What a person answers through a list is still a person's answer.
    by_list = mail.is_list and not token
    # Only who was asked about: whether anybody else may take part is not known.
    others = set(mentioned_in(mail)) - own
    copied = [one for one in (*mail.to, *mail.cc) if one.address in others]
    thread = dict.fromkeys((*mail.references, *((mail.in_reply_to,) if mail.in_reply_to else ())))
    return Evidence(
        reply_token=token,
        referenced_message_ids=_ends_of(tuple(thread)),
        message_id=mail.message_id,
        copied=tuple(_party(one, "") for one in copied),
        automatic=mail.auto_submitted or by_list or mail.is_bounce or not arrival.envelope_sender,
        by_staff=by_staff,
    )


def _ends_of(thread: tuple[str, ...]) -> tuple[str, ...]:
    if len(thread) <= _FIRST_OF_THREAD + _NEAREST_OF_THREAD:
        return thread
    return (*thread[:_FIRST_OF_THREAD], *thread[-_NEAREST_OF_THREAD:])


def reply_token(arrival: Arrival, mail: NormalizedMail) -> str:
    """What may be a reply token: after "+" in an address the mail was sent to, else in our own header.

    It proves nothing here; the record minted it and verifies it. Mail servers may have changed its case.
    """
    addresses = (
        *arrival.recipients,
        *mail.delivered_to,
        *(one.address for one in (*mail.to, *mail.cc)),
    )
    tags = [address.rpartition("@")[0].partition("+")[2].lower() for address in addresses]
    found = [tag for tag in (*tags, mail.token_header.strip().lower()) if _TOKEN.fullmatch(tag)]
    return next((tag for tag in found if len(tag) == _MINTED), found[0] if found else "")


def _facts(
    submission: Submission, arrival: Arrival, mail: NormalizedMail | None, quarantined: bool
) -> tuple[Fact, ...]:
    if submission.provider_id == UNPLACED:
        return ()  # no provider could hear of it
    if submission.state is State.DISCARDED:
        return (Discarded(submission),)
    if quarantined:
        return (Quarantined(submission),)
    if mail and mail.bounce:
        return _bounces(submission, arrival, mail)
    if tag := answer_tag(arrival):
        # That somebody is out of office is no answer.
        automatic = submission.evidence.automatic
        return () if automatic else (PageAnswered(submission.submission_id, tag),)
    return (Received(submission),)


def _bounces(submission: Submission, arrival: Arrival, mail: NormalizedMail) -> tuple[Fact, ...]:
    """One for each recipient that the report names. One that came to a return path is about a single mail of ours."""
    assert mail.bounce
    path, original = return_path(arrival), mail.bounce.original_message_id
    # For those that only wait, the mailer goes on trying.
    failed = [one for one in mail.bounce.recipients if not one.delayed]
    return tuple(
        Bounced(
            submission.submission_id, one.address, one.status, original, path, one.hard, one.diagnostic[:300]
        )
        for one in (failed[:1] if path else failed)
    )

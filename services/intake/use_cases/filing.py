"""Arrivals become submissions: read, placed, recognized when they came before, stored, handed to the record."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event

from chassis.errors import FairleadError, Unavailable
from services.intake.domain.arrival import Arrival, fingerprint
from services.intake.domain.authenticity import Origin, trusted_result
from services.intake.domain.facts import Received
from services.intake.domain.filing import Filed, Place, asked_about, file_mail, mentioned_in, written_to
from services.intake.domain.submission import State, Submission, wait_after
from services.intake.ports import (
    Arrivals,
    Clock,
    Directory,
    Fresh,
    Log,
    Origins,
    Providers,
    Reader,
    Reading,
    Submissions,
)
from services.intake.use_cases.accepting import Accepting

_BATCH = 100
# So many mails' senders are asked about at once; one after another they were half the time from 250 to incident.
_ASKING = 4


@dataclass(frozen=True, slots=True)
class _Read:
    arrival: Arrival
    raw: bytes
    reading: Reading | None


class Filing:
    """Files what has arrived. Safe to run in several processes, and to be cut off anywhere."""

    def __init__(
        self,
        arrivals: Arrivals,
        submissions: Submissions,
        directory: Directory,
        reader: Reader,
        providers: Providers,
        accepting: Accepting,
        clock: Clock,
        log: Log,
        trusted_authserv_id: str = "",
        loop_mark: str = "",
        origins: Origins | None = None,
    ) -> None:
        self._arrivals = arrivals
        self._submissions = submissions
        self._directory = directory
        self._reader = reader
        self._providers = providers
        self._accepting = accepting
        self._clock = clock
        self._log = log
        self._trusted = trusted_authserv_id
        self._mark = loop_mark
        self._origins = origins
        self._asking = ThreadPoolExecutor(_ASKING, thread_name_prefix="intake-asking")

    def file_arrivals(self, limit: int = _BATCH) -> int:
        """Files up to `limit` arrivals that are due; how many it took. Raises Unavailable when the store is down."""
        claimed = self._arrivals.claim(limit, self._clock())
        if not claimed:
            return 0
        readings = self._reader.read([raw for _, raw in claimed])
        read = [_Read(*one, reading) for one, reading in zip(claimed, readings, strict=True)]
        self._file_all(self._without_repeats(read))
        return len(claimed)

    def _file_all(self, read: Sequence[_Read]) -> None:
        try:
            self._file_batch(read)
        except FairleadError:
            raise
        except Exception as error:
            # One of them cannot be stored as it was read. It must neither hold up the others nor get lost.
            self._log.warning("mail_not_filed", error=type(error).__name__, mails=len(read))
            if len(read) > 1:
                for one in read:
                    self._file_all([one])
            elif read[0].reading is not None:
                self._file_all([replace(read[0], reading=None)])
            else:
                arrival = read[0].arrival
                self._log.warning("mail_waits_unfiled", arrival_id=arrival.arrival_id)
                self._arrivals.postpone([arrival.arrival_id], self._clock() + wait_after(arrival.attempts))

    def _file_batch(self, read: Sequence[_Read]) -> None:
        fresh, unplaced = self._place_all(read)
        added = self._submissions.add_many(fresh)
        self._arrivals.settle([one.submission.submission_id for one in fresh])
        for arrival in unplaced:
            until = self._clock() + wait_after(arrival.attempts)
            self._arrivals.postpone([arrival.arrival_id], until)
        self._report(added)
        self._accepting.accept([one for one in added if one.state is State.RECEIVED])

    def _without_repeats(self, read: Sequence[_Read]) -> list[_Read]:
        """A sender's server that missed our 250 delivers the same bytes again; one submission is made of them."""
        prints = {
            one.arrival.arrival_id: mark
            for one in read
            if one.reading
            and (mark := fingerprint(one.reading.mail.message_id, one.raw, one.arrival.recipients))
        }
        first = self._arrivals.first_of(prints, self._clock()) if prints else {}
        repeats = {repeat: original for repeat, original in first.items() if repeat != original}
        if repeats:
            self._arrivals.note_repeats(repeats)
            for repeat, original in repeats.items():
                self._log.info("mail_delivered_again", arrival_id=repeat, submission_id=original)
        return [one for one in read if one.arrival.arrival_id not in repeats]

    def _place_all(self, read: Sequence[_Read]) -> tuple[list[Fresh], list[Arrival]]:
        """What can be stored, and the arrivals for which the directory could not be asked."""
        fresh: list[Fresh] = []
        unplaced: list[Arrival] = []
        away = Event()
        asked = [self._asking.submit(self._unless, away, one) for one in read]
        for one, answer in zip(read, asked, strict=True):
            try:
                filed = answer.result()
            except Unavailable:
                unplaced.append(one.arrival)
            else:
                fresh.append(Fresh(filed.submission, filed.facts))
        return fresh, unplaced

    def _unless(self, away: Event, read: _Read) -> Filed:
        if away.is_set():
            # The directory would not answer for this one either; each question would only wait in vain.
            raise Unavailable("directory_unavailable", "The directory did not answer a moment ago.")
        try:
            return self._file(read)
        except Unavailable:
            away.set()
            raise

    def _file(self, read: _Read) -> Filed:
        mail = read.reading.mail if read.reading else None
        head = read.reading.head if read.reading else 0
        place = self._place(read.arrival, read.reading)
        verified = self._verified(read.arrival, read.reading)
        filed = file_mail(read.arrival, mail, place, verified, head, self._clock(), self._mark)
        if filed.submission.state is State.RECEIVED and not filed.submission.sender.person_id:
            return self._with_requester(filed)
        return filed

    def _place(self, arrival: Arrival, reading: Reading | None) -> Place | None:
        mail = reading.mail if reading else None
        place = self._directory.place(asked_about(arrival, mail), written_to(arrival), mentioned_in(mail))
        if place is None and (only := self._providers.only()):
            return Place(only)  # whose else could it be
        return place

    def _with_requester(self, filed: Filed) -> Filed:
        """A person is made for an unknown address of a known domain; if the directory refuses, there is none."""
        submission = filed.submission
        try:
            person = self._directory.requester(
                submission.provider_id, submission.tenant_id, submission.sender, submission.verified
            )
        except Unavailable:
            raise
        except FairleadError as error:
            self._log.warning(
                "requester_refused", submission_id=submission.submission_id, reason=error.reason
            )
            return filed
        sender = replace(
            submission.sender, person_id=person.person_id, name=submission.sender.name or person.name
        )
        changed = replace(submission, sender=sender)
        return Filed(changed, (Received(changed),))

    def _verified(self, arrival: Arrival, reading: Reading | None) -> bool:
        if reading is None:
            return False
        trusted = trusted_result(reading.mail.authentication_results, self._trusted)
        if trusted is not None or reading.dmarc:
            return reading.dmarc if trusted is None else trusted
        # Only over SMTP is the client known that the sender's domain speaks of.
        sender = reading.mail.sender
        known = arrival.peer and arrival.helo and sender and "sender_missing" not in reading.mail.problems
        if not (self._origins and known and sender):
            return False
        origin = Origin(arrival.peer, arrival.helo, arrival.envelope_sender)
        return self._origins.vouch(origin, sender.domain)

    def _report(self, added: Sequence[Submission]) -> None:
        for one in added:
            if one.state is State.QUARANTINED:
                self._log.warning(
                    "submission_quarantined",
                    submission_id=one.submission_id,
                    provider_id=one.provider_id,
                    reason=one.quarantine_reason,
                )

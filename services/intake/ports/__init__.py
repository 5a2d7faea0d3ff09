"""What the use cases need of the world. Every port raises Unavailable while what stands behind it is down."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller
from services.intake.domain.arrival import Arrival
from services.intake.domain.authenticity import Origin
from services.intake.domain.facts import Fact
from services.intake.domain.filing import Place
from services.intake.domain.mail import NormalizedMail
from services.intake.domain.sight import Sight, Wanted
from services.intake.domain.submission import Party, Submission

Clock = Callable[[], datetime]
NewId = Callable[[str], str]


class Arrivals(Protocol):
    """Mail as it came, before anybody looked into it. Belongs to no tenant yet."""

    def keep(self, arrival: Arrival, raw: bytes) -> "Future[None]":
        """Makes it durable; the future is done when it is, and fails with Unavailable when it may not be.

        Never blocks: mails that come in together share a write.
        """
        ...

    def claim(self, limit: int, now: datetime) -> list[tuple[Arrival, bytes]]:
        """The oldest that are due, with their bytes; for a while nobody else gets them, then they come again."""
        ...

    def settle(self, arrival_ids: Iterable[str]) -> None:
        """Filed: they are not claimed again. Their bytes stay."""
        ...

    def note_repeats(self, first_by_repeat: dict[str, str]) -> None:
        """These were delivered before: arrival id → submission id of the first. They are not claimed again."""
        ...

    def postpone(self, arrival_ids: Iterable[str], until: datetime) -> None:
        """They come again at that time."""
        ...

    def first_of(self, fingerprints: dict[str, str], now: datetime) -> dict[str, str]:
        """Arrival id → fingerprint in; arrival id → the id that came first with that fingerprint out.

        Remembered for some days. An arrival that is asked about again is still its own first.
        """
        ...

    def raw(self, arrival_id: str) -> Iterator[bytes]:
        """The bytes verbatim, in chunks. Raises NotFound("submission_not_found")."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """Makes a submission repeatable: unique per tenant, caller and key; digest tells whether it is the same one."""

    subject: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """A submission to be stored, with what happened, who did it (None: this service) and what it was made of."""

    submission: Submission
    facts: tuple[Fact, ...]
    caller: Caller | None = None
    key: Key | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Changed:
    """A submission to be saved over its former revision."""

    submission: Submission
    facts: tuple[Fact, ...] = ()
    caller: Caller | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, newest first; next_token is "" at its end."""

    submissions: tuple[Submission, ...]
    next_token: str = ""


class Submissions(Protocol):
    """Submissions of tenants, and what is kept in quarantine."""

    def add(self, fresh: Fresh) -> Submission:
        """Durable when it returns. Raises AlreadyExists("submission_exists") for a taken id or idempotency key."""
        ...

    def add_many(self, fresh: Sequence[Fresh]) -> list[Submission]:
        """Those that are new; one that is there already (from before a crash) is left as it is, and left out."""
        ...

    def save(self, changed: Changed) -> Submission:
        """With its new revision. Raises RevisionConflict("submission_changed")."""
        ...

    def save_soon(self, changed: Changed) -> Submission:
        """Returns at once, as if it were saved: for what the sweep would find out by itself if it never is.

        Whoever asks this process sees it saved.
        """
        ...

    def save_many(self, changed: Sequence[Changed]) -> None:
        """Those that nobody else changed meanwhile; the others are left as they are."""
        ...

    def get(self, sight: Sight, submission_id: str) -> Submission:
        """Raises NotFound("submission_not_found"), also for what the caller may not see."""
        ...

    def find_by_key(self, provider_id: str, tenant_id: str, key: Key) -> tuple[Submission, str] | None:
        """What was submitted with this key, and its digest."""
        ...

    def page(self, sight: Sight, wanted: Wanted, limit: int, page_token: str) -> Page:
        """Newest first. Raises InvalidArgument("cursor_invalid")."""
        ...

    def claim_received(self, limit: int, now: datetime) -> list[Submission]:
        """Of all tenants, those whose attempt is due; for a while nobody else gets them."""
        ...

    def claim_released(self, limit: int, now: datetime) -> list[Submission]:
        """Of all providers, those released from quarantine whose client's submission may be missing; as above."""
        ...

    def waiting(self, limit: int) -> int:
        """How many of all tenants the record has not answered; counting stops at limit."""
        ...

    def body(self, submission: Submission) -> bytes:
        """What a submission by portal or API was made of; empty for mail."""
        ...


@dataclass(frozen=True, slots=True)
class Client:
    """A client organisation, as far as intake asks."""

    tenant_id: str
    provider_id: str
    active: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person, as far as intake asks."""

    person_id: str
    address: str
    name: str
    tenant_ids: frozenset[str]


class Directory(Protocol):
    """Who and where."""

    def place(self, sender: str, recipients: Sequence[str], mentioned: Sequence[str]) -> Place | None:
        """Where a mail belongs, None when nobody knows; of those mentioned, who must not take part."""
        ...

    def client(self, provider_id: str, tenant_id: str) -> Client:
        """A client of this provider, of any when provider_id is empty. Raises NotFound("tenant_not_found")."""
        ...

    def person(self, provider_id: str, person_id: str) -> Person:
        """Raises NotFound("person_not_found")."""
        ...

    def requester(
        self, provider_id: str, tenant_id: str, party: Party, verified: bool, strangers_only: bool = False
    ) -> Person:
        """The requester of this address in this tenant, made when there is none.

        strangers_only: whoever is known elsewhere is not made one. Raises InvalidState("requester_elsewhere").
        """
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The record's answer about one submission. error_reason is empty when it has it."""

    submission_id: str
    incident_id: str = ""
    number: str = ""
    joined: bool = False
    error_reason: str = ""
    retryable: bool = False
    # What it opened, in the record's own words, for whoever waits to be shown it; empty otherwise.
    opened: bytes = b""


class Record(Protocol):
    """The incidents service."""

    def accept(self, provider_id: str, submissions: Sequence[Submission], in_haste: bool) -> list[Verdict]:
        """Hands submissions of one provider over. in_haste: somebody waits, so answer or fail soon."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a mail. dmarc: what we found ourselves; head: bytes of the header section."""

    mail: NormalizedMail
    dmarc: bool
    head: int


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """What came with a mail: as its sender calls it, with what they say it is, and its bytes."""

    filename: str
    content_type: str
    content: bytes


class Reader(Protocol):
    """Reads mail where it can do no harm."""

    def read(self, raws: Sequence[bytes]) -> list[Reading | None]:
        """None for those that could not be read, in the order given; it never raises for a mail."""
        ...

    def attached(self, raw: bytes) -> list[AttachedFile] | None:
        """What came with a mail beside its text, in order; None when it could not be read."""
        ...


class Origins(Protocol):
    """Whether where a mail came from speaks for its author."""

    def vouch(self, origin: Origin, author: str) -> bool:
        """Whether the author's domain is aligned with one that lets this client send (SPF). In doubt it does not."""
        ...


class Files(Protocol):
    """Where the record keeps files."""

    def upload(self, provider_id: str, tenant_id: str, source_key: str, name: str, content: bytes) -> str:
        """The attachment's id; the same one for the same source key. Durable.

        Raises InvalidArgument for what the record will never keep.
        """
        ...

    def claim(
        self, provider_id: str, tenant_id: str, attachment_ids: Sequence[str], uploader: str, claim: str
    ) -> Mapping[str, str]:
        """Binds somebody's uploads to one submission; what they are called, by id.

        Raises InvalidArgument("attachment_not_found").
        """
        ...


class Providers(Protocol):
    """Which providers this installation has, as far as the directory has announced them."""

    def note(self, provider_ids: Iterable[str]) -> None:
        """These exist."""
        ...

    def only(self) -> str:
        """The id of the only one; "" when there are several, or none is known."""
        ...


class Log(Protocol):
    """Structured log: constant names with fields."""

    def info(self, event: str, **fields: object) -> None: ...

    def warning(self, event: str, **fields: object) -> None: ...

"""The shape of a normalised mail; JSON-ready, because it crosses from the parsing child as JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a hostile mail is looked at. What lies beyond is kept raw and named in `problems`.

    told_…: beyond these a mail is no honest letter any more and `problems` says so, but it is read all the same.
    """

    told_bytes: int = 26_214_400
    told_head_bytes: int = 65_536
    told_parts: int = 100
    head_bytes: int = 2_097_152
    fields: int = 1_000
    parts: int = 1_000
    depth: int = 20
    text_bytes: int = 2_097_152
    text_chars: int = 262_144
    html_marks: int = 50_000
    subject_chars: int = 2_000
    addresses: int = 500
    references: int = 1000


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. The domain is in lower case, the local part as it was written."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text: what it is, not its bytes (those stay in the raw message).

    size: decoded bytes; sha256: of the decoded bytes, hexadecimal.
    """

    filename: str
    content_type: str
    size: int
    sha256: str
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part without parts below it: where it stands ("2.1"), and what it is, decoded."""

    path: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address a delivery report speaks of; status is an enhanced status code (RFC 3463).

    reason: why, as one of few words (docs/mail.md). hard: trying again is of no use.
    delayed: not given up yet, the mailer goes on trying.
    """

    address: str
    status: str
    diagnostic: str
    reason: str = "undefined"
    hard: bool = False
    delayed: bool = False


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail was not delivered, or not yet (RFC 3464, or what is recognizably meant as one)."""

    recipients: tuple[FailedRecipient, ...]
    # Message-ID of the mail that did not arrive, without angle brackets; empty when the report does not say.
    original_message_id: str


@dataclass(frozen=True, slots=True)
class NormalizedMail:
    """A mail as a person would read it. Every field has a value, however broken the mail was.

    sender is None when no From field holds an address. date is in UTC, None when missing or absurd.
    text is the whole plain text, reply_text only what was newly written. problems are stable codes, sorted.
    """

    sender: Address | None
    # What the From field says where it holds no address ("root").
    sender_words: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    # Further recipients that headers of delivery agents name (Delivered-To and its kin), for reply tokens.
    delivered_to: tuple[str, ...]
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    date: datetime | None
    text: str
    # Harmless to show, and fetching nothing; None when the mail has no HTML.
    html: str | None
    reply_text: str
    attachments: tuple[Attachment, ...]
    auto_submitted: bool
    is_bounce: bool
    bounce: Bounce | None
    is_list: bool
    # Values of Authentication-Results fields, topmost first; whether to trust one is decided elsewhere.
    authentication_results: tuple[str, ...]
    # Value of X-Fairlead-Token and X-Fairlead-Loop; empty when absent.
    token_header: str
    loop_header: str
    problems: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; the date as RFC 3339 text."""
        values = asdict(self)
        values["date"] = self.date.isoformat() if self.date else None
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "NormalizedMail":
        """The mail that `to_dict` described."""
        bounce = values["bounce"]
        return cls(
            **{
                **values,
                "sender": Address(**values["sender"]) if values["sender"] else None,
                **{name: tuple(Address(**one) for one in values[name]) for name in ("to", "cc", "reply_to")},
                **{
                    name: tuple(values[name])
                    for name in ("delivered_to", "references", "authentication_results", "problems")
                },
                "date": datetime.fromisoformat(values["date"]) if values["date"] else None,
                "attachments": tuple(Attachment(**one) for one in values["attachments"]),
                "bounce": Bounce(
                    tuple(FailedRecipient(**one) for one in bounce["recipients"]),
                    bounce["original_message_id"],
                )
                if bounce
                else None,
            }
        )

"""What somebody submits through the portal or the API, checked; and when two requests are the same."""

import hashlib
import json
from dataclasses import asdict, dataclass

from chassis.errors import InvalidArgument
from services.intake.domain.submission import TITLE_LENGTH, Channel

LONGEST_TEXT_BYTES = 65_536
LONGEST_ANSWERS_BYTES = 262_144
LONGEST_KEY = 200
_LONGEST_NAME = 200
_LONGEST_CATEGORY = 100
_LONGEST_ADDRESS = 320
_CHANNELS = frozenset({Channel.PORTAL, Channel.API, Channel.PHONE})


@dataclass(frozen=True, slots=True)
class Request:
    """A submission as it was asked for; make it with `checked`."""

    tenant_id: str
    channel: Channel
    subject: str
    text: str
    requester_person_id: str = ""
    requester_email: str = ""
    requester_name: str = ""
    kind: int = 0
    impact: int = 0
    urgency: int = 0
    category: str = ""
    idempotency_key: str = ""
    attachment_ids: tuple[str, ...] = ()
    # A form that is filled in; its answers as JSON; the language to write them down in.
    form_id: str = ""
    answers: str = ""
    locale: str = ""
    # The item of the record's catalog that is ordered.
    catalog_item_id: str = ""

    def checked(self) -> "Request":
        """The same, trimmed. Raises InvalidArgument naming the field."""
        subject = " ".join(self.subject.split())
        email = self.requester_email.strip().lower()
        values = {
            **asdict(self),
            "subject": subject,
            "text": self.text.strip(),
            "requester_email": email,
            "requester_name": " ".join(self.requester_name.split())[:_LONGEST_NAME],
            "category": self.category.strip(),
        }
        _require(bool(self.tenant_id), "tenant_id_required", "tenant_id", "Which client?")
        _require(self.channel in _CHANNELS, "channel_not_allowed", "channel", "Not a channel of this call.")
        _require(bool(subject or self.form_id), "subject_required", "subject", "A submission needs a title.")
        _require(
            len(subject) <= TITLE_LENGTH, "subject_too_long", "subject", f"At most {TITLE_LENGTH} characters."
        )
        size = len(self.text.encode("utf-8", "replace"))
        _require(size <= LONGEST_TEXT_BYTES, "text_too_long", "text", "At most 64 KiB.")
        _require(
            len(self.category) <= _LONGEST_CATEGORY,
            "category_too_long",
            "category",
            "At most 100 characters.",
        )
        answers_size = len(self.answers.encode("utf-8", "replace"))
        _require(answers_size <= LONGEST_ANSWERS_BYTES, "answers_too_large", "answers", "At most 256 KiB.")
        key_length = len(self.idempotency_key)
        _require(
            key_length <= LONGEST_KEY,
            "idempotency_key_too_long",
            "idempotency_key",
            "At most 200 characters.",
        )
        only_one = not (email and self.requester_person_id)
        _require(only_one, "requester_ambiguous", "requester_email", "Either the person or the address.")
        _require(
            not email or _is_address(email), "email_malformed", "requester_email", "That is no mail address."
        )
        return Request(**values)

    @property
    def digest(self) -> str:
        """The same for the same content, whatever the key."""
        content = {name: value for name, value in asdict(self).items() if name != "idempotency_key"}
        if not self.attachment_ids:
            del content["attachment_ids"]  # as it was before there were any
        if not self.form_id:
            for name in ("form_id", "answers", "locale"):
                del content[name]
        if not self.catalog_item_id:
            del content["catalog_item_id"]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def as_bytes(self) -> bytes:
        """The request verbatim, for whoever wants to see what came in: JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1).encode()


def _require(met: bool, reason: str, field: str, message: str) -> None:
    if not met:
        raise InvalidArgument(reason, message, field=field)


def _is_address(email: str) -> bool:
    local, at, domain = email.rpartition("@")
    plain = not any(character.isspace() or character in '<>,;:"()' for character in email)
    return bool(
        at and local and "." in domain and plain and len(email) <= _LONGEST_ADDRESS and "@" not in local
    )

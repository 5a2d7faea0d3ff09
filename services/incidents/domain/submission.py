"""What came in, as intake found it: the evidence by which an incident is opened or joined."""

from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.filled_form import FilledForm
from services.incidents.domain.incident import Impact, Kind, Party, Urgency

CHANNELS = frozenset({"email", "portal", "api", "alert", "phone"})
# Mail programs repeat the whole thread; its beginning and the nearest ancestors decide.
_FIRST_READ, _NEAREST_READ = 20, 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One item from one channel. authenticated: DMARC passed, or signed in. Message-IDs without brackets."""

    submission_id: str
    tenant_id: str
    channel: str
    sender: Party
    authenticated: bool
    subject: str
    text: str
    receive_time: datetime | None = None
    reply_token: str = ""
    referenced_message_ids: tuple[str, ...] = ()
    message_id: str = ""
    kind: Kind = Kind.INCIDENT
    impact: Impact | None = None
    urgency: Urgency | None = None
    category: str = ""
    copied: tuple[Party, ...] = ()
    automatic: bool = False
    by_staff: bool = False
    # What came with it, found and bound to it; and, before, what intake named: ids, whose they are, what they are for.
    attachments: tuple[Attachment, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    attachment_uploader: str = ""
    attachment_claim: str = ""
    form: FilledForm | None = None
    # The catalog item that is ordered.
    catalog_item_id: str = ""
    # The person who ordered it, where that is not the sender.
    ordered_by: str = ""
    # What an alert is about.
    configuration_item: str = ""

    def check(self) -> None:
        """Raises InvalidArgument for what intake must never send."""
        for field in ("submission_id", "tenant_id"):
            if not getattr(self, field):
                raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
        if self.channel not in CHANNELS:
            raise InvalidArgument("channel_unknown", f"{self.channel!r} is no channel.", field="channel")

    @property
    def speaks_for_staff(self) -> bool:
        """A From field alone makes nobody staff."""
        return self.by_staff and self.authenticated

    @property
    def nearest_references(self) -> tuple[str, ...]:
        """The Message-IDs it refers to, nearest first."""
        mentioned = self.referenced_message_ids
        return tuple(dict.fromkeys((*reversed(mentioned[-_NEAREST_READ:]), *mentioned[:_FIRST_READ])))

    @property
    def has_thread(self) -> bool:
        """Whether anything in it may tie it to an incident that is there already."""
        return bool(self.reply_token or self.referenced_message_ids)

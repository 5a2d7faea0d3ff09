"""Words and icons for deliveries and submissions."""

from collections.abc import Iterable

from fairlead.intake.v1 import submission_pb2
from fairlead.notify.v1 import delivery_pb2, suppression_pb2
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.signs import Sign


def delivery_sign(state: int) -> Sign:
    """How far telling somebody got."""
    word = word_of(delivery_pb2.DeliveryState.DESCRIPTOR, state) or ""
    label, icon, tone = _deliveries().get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)


@in_each_language
def _deliveries() -> dict[str, tuple[str, str, str]]:
    return {
        "pending": (_("Waiting"), "hourglass", "quiet"),
        "sent": (_("Sent"), "check", "good"),
        "retrying": (_("Will be tried again"), "refresh", "warn"),
        "dead": (_("Failed"), "alert-triangle", "bad"),
        "suppressed": (_("Not sent on purpose"), "bell-off", "quiet"),
    }


def notification_label(notification: str) -> str:
    """What somebody was told."""
    return _told().get(notification, notification.replace("_", " ").replace(".", " "))


@in_each_language
def _told() -> dict[str, str]:
    return {
        "incident_opened": _("Received"),
        "replied": _("Reply"),
        "answered": _("Answer of the client"),
        "noted": _("Internal note"),
        "assigned": _("Assigned"),
        "acknowledged": _("Taken in hand"),
        "held": _("On hold"),
        "resumed": _("Work goes on"),
        "resolved": _("Resolved"),
        "closed": _("Closed"),
        "closed_by_silence": _("Closed after silence"),
        "confirmed": _("Confirmed"),
        "reopened": _("Reopened"),
        "canceled": _("Canceled"),
        "merged": _("Merged"),
        "unmerged": _("Merge undone"),
        "approval_asked": _("Asked to approve"),
        "approval_reminded": _("Reminded to approve"),
        "approved": _("Approved"),
        "change_asked": _("Asked to approve"),
        "change_reminded": _("Reminded to approve"),
        "change_approved": _("Approved"),
        "change_rejected": _("Rejected"),
        "paged": _("Called"),
        "target_warned": _("Due soon"),
        "target_breached": _("Late"),
        "target_met": _("Met"),
    }


def delivery_reason(error: str) -> str:
    """Why something was not sent or did not arrive; what servers said stays as they said it."""
    if error.startswith("bounced "):
        return _("It came back: %(said)s", said=error.removeprefix("bounced "))
    return _reasons().get(error, error)


def unreachable(deliveries: Iterable[delivery_pb2.Delivery]) -> list[str]:
    """Addresses whose latest mail came back, or was not sent because others did. The newest comes first."""
    latest: dict[str, str] = {}
    for one in deliveries:
        if one.channel == delivery_pb2.DELIVERY_CHANNEL_EMAIL and "@" in one.recipient:
            latest.setdefault(one.recipient.lower(), one.last_error)
    return [
        address
        for address, error in latest.items()
        if error == "address_bounces" or error.startswith("bounced ")
    ]


@in_each_language
def _reasons() -> dict[str, str]:
    return {
        "address_bounces": _("This address is suppressed: mails to it failed"),
        "too_many_an_hour": _("Too many mails within an hour: perhaps two machines answer each other"),
    }


def suppression_label(cause: int) -> str:
    """Why no mail is sent to an address."""
    word = word_of(suppression_pb2.SuppressionCause.DESCRIPTOR, cause) or ""
    return {
        "permanent_failure": _("The mailbox takes no mail"),
        "passing_failures": _("Several mails failed within a week"),
        "by_staff": _("Suppressed by staff"),
    }.get(word, _("Lifted"))


def quarantine_label(reason: str) -> str:
    """Why a submission was put aside."""
    return {
        "mail_domain_unknown": _("The sender's domain belongs to no client"),
        "message_unparsable": _("The message could not be read"),
        "message_too_large": _("The message is too large"),
        "headers_too_large": _("The message's header lines are too long"),
        "sender_missing": _("The message names no sender"),
        "client_unclear": _("The sender belongs to several clients"),
        "person_unknown": _("Nobody at the client knows the sender yet"),
        "person_rejected": _("The client takes no mail of people nobody knows"),
        "mail_loop": _("A mail of ours that came back"),
        "staff_reply_unmatched": _("An answer by staff that belongs to no incident"),
    }.get(reason, reason.replace("_", " "))


def submission_sign(state: int) -> Sign:
    """What became of a submission."""
    word = word_of(submission_pb2.SubmissionState.DESCRIPTOR, state) or ""
    label, icon, tone = {
        "received": (_("Received"), "hourglass", "quiet"),
        "accepted": (_("Accepted"), "check", "good"),
        "quarantined": (_("In quarantine"), "shield", "warn"),
        "discarded": (_("Discarded"), "trash", "quiet"),
    }.get(word, (_("Unknown"), "help-circle", "quiet"))
    return Sign(word, label, icon, tone)

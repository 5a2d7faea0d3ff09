"""Which links a mail carries that let its recipient answer without signing in. Pure."""

from services.notify.domain.delivery import Delivery
from services.notify.domain.notification import Side

CONFIRM, REOPEN, RATE, DECIDE = "confirm", "reopen", "rate", "decide"
_OFFERED = {
    "resolved": (CONFIRM, REOPEN),
    "closed": (RATE, REOPEN),
    "closed_by_silence": (RATE, REOPEN),
    "approval_asked": (DECIDE,),
    "approval_reminded": (DECIDE,),
}


def answers_offered(delivery: Delivery) -> tuple[str, ...]:
    """What the recipient may do by a link, in order; nothing for staff, and for mails that ask nothing."""
    if delivery.side != Side.CLIENT or "cycle" not in delivery.content:
        return ()
    offered = _OFFERED.get(delivery.notification, ())
    # How satisfied they are is the requester's word alone.
    mine = delivery.content.get("is_requester") == "yes"
    return tuple(answer for answer in offered if mine or answer != RATE)

"""Pauses in the open: what stopped the clocks of an incident, for the pages of both sides."""

from collections.abc import Callable, Sequence

from chassis.errors import FairleadError
from chassis.tenancy import Caller
from fairlead.sla.v1 import clock_pb2
from fairlead.sla.v1.pause_service_pb2 import Pause
from services.gateway.auth.context import gateway
from services.gateway.pages.language import gettext as _

LONGEST_WORDS = 2000


def pauses_of(caller: Caller, incident_id: str, clocks: clock_pb2.ClockSet | None) -> list[Pause]:
    """Those that took time from a promise, the first one first; none while they cannot be asked for."""
    if not clocks or not any(_stood_still(clock) for clock in clocks.clocks):
        return []
    try:
        found = gateway().backends.pauses.list(caller, incident_id)
    except FairleadError:
        return []
    return [pause for pause in found if pause.stopped]


def is_contested(pause: Pause) -> bool:
    """Whether somebody objects and waits for an answer."""
    return pause.HasField("contest_time") and not pause.HasField("answer")


def stood_still(pause: Pause, span: Callable[[float], str]) -> Sequence[str]:
    """What it took from each promise, in words; a clock of an earlier cycle counts like any other."""
    seconds: dict[str, int] = {}
    for clock in pause.stopped:
        seconds[clock.target] = seconds.get(clock.target, 0) + clock.seconds
    return [
        _("%(promise)s: %(time)s not counted", promise=promise_label(target), time=span(taken))
        for target, taken in seconds.items()
    ]


def promise_label(target: str) -> str:
    """A promise by its key on a statement: "resolution", "custom:delivery"."""
    labels = {
        "first_response": _("First response"),
        "next_update": _("Next update"),
        "resolution": _("Resolution"),
    }
    return labels.get(target) or target.rpartition(":")[2].replace("_", " ").capitalize()


def _stood_still(clock: clock_pb2.Clock) -> bool:
    return clock.paused_seconds > 0 or clock.state == clock_pb2.CLOCK_STATE_PAUSED

"""Mail at the door: durable first, everything else later."""

from collections.abc import Sequence
from concurrent.futures import Future

from services.intake.domain.arrival import LARGEST_KEPT, Arrival
from services.intake.ports import Arrivals, Clock, NewId


class Receiving:
    """Takes mail in."""

    def __init__(self, arrivals: Arrivals, clock: Clock, new_id: NewId) -> None:
        self._arrivals = arrivals
        self._clock = clock
        self._new_id = new_id

    def receive_mail(
        self, envelope_sender: str, recipients: Sequence[str], raw: bytes, overlong: bool, peer: str
    ) -> "Future[None]":
        """Keeps a mail; the future is done once it is durable, and only then may 250 be answered.

        It fails with Unavailable when the mail may not be durable: the sender's server must keep it (451).
        overlong: there was more than LARGEST_KEPT bytes, of which `raw` is the beginning.
        """
        arrival = Arrival(
            arrival_id=self._new_id("sub"),
            envelope_sender=envelope_sender,
            recipients=tuple(recipients),
            receive_time=self._clock(),
            size=len(raw),
            truncated=overlong or len(raw) > LARGEST_KEPT,
            peer=peer,
        )
        return self._arrivals.keep(arrival, raw)

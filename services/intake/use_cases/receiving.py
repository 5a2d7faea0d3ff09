"""Mail at the door: durable first, everything else later."""

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

from chassis.errors import Unavailable
from services.intake.domain.arrival import LARGEST_KEPT, Arrival
from services.intake.domain.filing import mailbox_of
from services.intake.ports import Arrivals, Clock, Directory, NewId

_MOST_KNOWN = 10_000


class Receiving:
    """Takes mail in. verify: only for mailboxes that the directory knows."""

    def __init__(
        self, arrivals: Arrivals, directory: Directory, clock: Clock, new_id: NewId, verify: bool = True
    ) -> None:
        self._arrivals = arrivals
        self._directory = directory
        self._clock = clock
        self._new_id = new_id
        self._verify = verify
        # Mailboxes that were there when last asked: while the directory is away, their mail is taken all the same.
        self._known: OrderedDict[str, None] = OrderedDict()

    def has_mailbox(self, address: str) -> bool:
        """Whether mail to this address is ours; a tag ("support+token@…") does not matter.

        Raises Unavailable when the directory is away and nobody remembers.
        """
        if not self._verify:
            return True
        mailbox = mailbox_of(address).lower()
        try:
            known = self._directory.place("", [mailbox], ()) is not None
        except Unavailable:
            if mailbox in self._known:
                return True
            raise
        if known:
            self._known[mailbox] = None
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        else:
            self._known.pop(mailbox, None)
        return known

    def receive_mail(
        self,
        envelope_sender: str,
        recipients: Sequence[str],
        raw: bytes,
        overlong: bool,
        peer: str,
        helo: str = "",
        arrival_id: str = "",
    ) -> "Future[None]":
        """Keeps a mail; the future is done once it is durable, and only then may 250 be answered.

        It fails with Unavailable when the mail may not be durable: the sender's server must keep it (451).
        overlong: there was more than LARGEST_KEPT bytes, of which `raw` is the beginning. arrival_id: a new one unless given.
        """
        arrival = Arrival(
            arrival_id=arrival_id or self._new_id("sub"),
            envelope_sender=envelope_sender,
            recipients=tuple(recipients),
            receive_time=self._clock(),
            size=len(raw),
            truncated=overlong or len(raw) > LARGEST_KEPT,
            peer=peer,
            helo=helo,
        )
        return self._arrivals.keep(arrival, raw)

"""Ties mail to incidents: reply tokens for what goes out, Message-IDs of what was sent."""

from collections.abc import Mapping, Sequence

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.domain.threading import Thread, Tie
from services.incidents.ports import Clock, Incidents, MailThreads


class MailThreading:
    """What notify needs so that answers find their incident."""

    def __init__(self, incidents: Incidents, threads: MailThreads, tokens: ReplyTokens, clock: Clock) -> None:
        self._incidents = incidents
        self._threads = threads
        self._tokens = tokens
        self._clock = clock

    def mint(self, caller: Caller, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """A token for each (incident id, address), in order. Services only.

        Raises NotFound("incident_not_found") if any is unknown, InvalidArgument for an empty address.
        """
        caller.require(Role.SERVICE)
        known = self._incidents.load_many(caller.granted(), {incident_id for incident_id, _ in wanted})
        tokens = []
        for incident_id, address in wanted:
            if incident_id not in known:
                raise NotFound("incident_not_found", "There is no such incident.", incident_id=incident_id)
            if not address.strip():
                raise InvalidArgument("value_missing", "An address is needed.", field="address")
            tokens.append(self._tokens.mint(incident_id, address))
        return tokens

    def record_sent(self, sent: Mapping[TenantScope, Mapping[str, tuple[str, str]]]) -> None:
        """Mail about these events of these incidents (incident id, event id) went out under these Message-IDs."""
        threads = {
            scope: {
                message_id: Thread(incident_id, Tie.SENT, event_id)
                for message_id, (incident_id, event_id) in of_tenant.items()
            }
            for scope, of_tenant in sent.items()
        }
        self._threads.record_across(threads, self._clock())

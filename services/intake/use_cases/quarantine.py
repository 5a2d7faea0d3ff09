"""An administrator decides about what waits in quarantine."""

from dataclasses import dataclass

from chassis.errors import AlreadyExists, InvalidArgument, InvalidState, RevisionConflict
from chassis.tenancy import Caller
from services.intake.domain.facts import Discarded, Received, Released
from services.intake.domain.sight import deciding_sight_of, require_administrator, room_of
from services.intake.domain.submission import Party, State, Submission
from services.intake.ports import Changed, Client, Clock, Directory, Fresh, Submissions
from services.intake.use_cases.accepting import Accepting

_REASON_LENGTH = 500
_BATCH = 100


@dataclass(frozen=True)
class Quarantine:
    """Release and discard.

    The decision is one write to what waits, so of two that decide at once one is told that it was late. What follows
    from a release may be repeated, and is finished by the sweep after a crash.
    """

    submissions: Submissions
    directory: Directory
    accepting: Accepting
    clock: Clock

    def release(self, caller: Caller, submission_id: str, tenant_id: str) -> Submission:
        """Files it under a tenant of the provider and hands it to the record.

        Repeating it is harmless. Raises NotFound ("submission_not_found", "tenant_not_found"), PermissionDenied,
        InvalidState("transition_not_allowed", "tenant_fixed"), InvalidArgument("sender_missing").
        """
        kept = self.submissions.get(deciding_sight_of(caller), submission_id)
        require_administrator(caller)
        if kept.has_tenant:
            return self._resume(caller, kept, tenant_id)
        client = self._client(caller, tenant_id)
        if kept.state is State.RELEASED:
            # Released before, and cut off in between: go on from there.
            _require_same(tenant_id, kept.release_tenant_id)
            return self._handed_on(kept, caller)
        try:
            released = self._decided(caller, kept, client)
        except RevisionConflict:
            return self._late(caller, kept, tenant_id)
        return self._handed_on(released, caller)

    def discard(self, caller: Caller, submission_id: str, reason: str) -> Submission:
        """Keeps it, out of the way. Raises NotFound, PermissionDenied, InvalidState("transition_not_allowed")."""
        kept = self.submissions.get(deciding_sight_of(caller), submission_id)
        require_administrator(caller)
        if kept.state is State.DISCARDED:
            return kept
        discarded = kept.discarded(caller.subject, reason[:_REASON_LENGTH])
        try:
            return self.submissions.save(Changed(discarded, (Discarded(discarded),), _of_a_provider(caller)))
        except RevisionConflict:
            # Somebody decided at the same moment; the refusal says what.
            now = self.submissions.get(deciding_sight_of(caller), submission_id)
            return now if now.state is State.DISCARDED else now.discarded(caller.subject, reason)

    def hand_on_due(self, limit: int = _BATCH) -> int:
        """Finishes releases that were cut off; how many there were. Raises Unavailable when the store is down."""
        due = self.submissions.claim_released(limit, self.clock())
        for released in due:
            self._handed_on(released, None)
        return len(due)

    def _decided(self, caller: Caller, kept: Submission, client: Client) -> Submission:
        if "@" not in kept.sender.address:
            raise InvalidArgument(
                "sender_missing", "It names no sender to file it for.", field="submission_id"
            )
        kept.released(caller.subject, client.provider_id, client.tenant_id, kept.sender, self.clock())
        requester = self.directory.requester(
            client.provider_id, client.tenant_id, kept.sender, verified=False
        )
        sender = Party(kept.sender.address, kept.sender.name or requester.name, requester.person_id)
        released = kept.released(caller.subject, client.provider_id, client.tenant_id, sender, self.clock())
        return self.submissions.save(Changed(released, (Released(released),), _of_a_provider(caller)))

    def _handed_on(self, released: Submission, caller: Caller | None) -> Submission:
        filed = released.filed_as_released(self.clock())
        stored = self._stored(Fresh(filed, (Received(filed),), _of_a_provider(caller) if caller else None))
        try:
            self.submissions.save(Changed(released.handed_on()))
        except RevisionConflict:
            pass  # somebody else handed the same thing on
        return self.accepting.accept_now(stored).submission if stored.state is State.RECEIVED else stored

    def _late(self, caller: Caller, kept: Submission, tenant_id: str) -> Submission:
        """Somebody decided meanwhile: the same thing, or what is said now is refused."""
        now = self.submissions.get(deciding_sight_of(caller), kept.submission_id)
        if now.has_tenant:
            _require_same(tenant_id, now.tenant_id)
            return now
        if now.state is not State.RELEASED:
            now.released(caller.subject, now.provider_id, tenant_id, now.sender, self.clock())
            raise RevisionConflict("submission_changed", "It changed at the same moment; look again.")
        _require_same(tenant_id, now.release_tenant_id)
        return self._handed_on(now, caller)

    def _resume(self, caller: Caller, kept: Submission, tenant_id: str) -> Submission:
        """The record had refused it: it is tried once more, for the tenant that it was always for."""
        if tenant_id:
            _require_same(tenant_id, kept.tenant_id)
        if kept.state is not State.QUARANTINED:
            return kept
        resumed = kept.resumed(caller.subject, self.clock())
        resumed = self.submissions.save(Changed(resumed, (Released(resumed),), _of_a_provider(caller)))
        return self.accepting.accept_now(resumed).submission

    def _client(self, caller: Caller, tenant_id: str) -> Client:
        if not tenant_id:
            raise InvalidArgument("tenant_id_required", "Under which client?", field="tenant_id")
        if not caller.provider_id:
            return self.directory.client("", tenant_id)
        return self.directory.client(caller.scope(tenant_id).provider_id, tenant_id)

    def _stored(self, fresh: Fresh) -> Submission:
        try:
            return self.submissions.add(fresh)
        except AlreadyExists:
            wanted = fresh.submission
            return self.submissions.get(room_of(wanted), wanted.submission_id)


def _require_same(wanted: str, settled: str) -> None:
    if wanted != settled:
        raise InvalidState("tenant_fixed", "It is filed under its client already.", tenant_id=settled)


def _of_a_provider(caller: Caller) -> Caller | None:
    """Who did it, for the events; an operator belongs to no provider, and the service speaks for them."""
    return caller if caller.provider_id else None

"""An administrator decides about what waits in quarantine."""

from dataclasses import dataclass

from chassis.errors import AlreadyExists, InvalidArgument, InvalidState
from chassis.tenancy import Caller
from services.intake.domain.facts import Received
from services.intake.domain.sight import require_administrator, room_of, sight_of
from services.intake.domain.submission import Party, State, Submission
from services.intake.ports import Changed, Client, Clock, Directory, Fresh, Submissions
from services.intake.use_cases.accepting import Accepting

_REASON_LENGTH = 500


@dataclass(frozen=True)
class Quarantine:
    """Release and discard."""

    submissions: Submissions
    directory: Directory
    accepting: Accepting
    clock: Clock

    def release(self, caller: Caller, submission_id: str, tenant_id: str) -> Submission:
        """Files it under a tenant of the provider and hands it to the record.

        Repeating it is harmless. Raises NotFound ("submission_not_found", "tenant_not_found"), PermissionDenied,
        InvalidState("transition_not_allowed", "tenant_fixed"), InvalidArgument("sender_missing").
        """
        kept = self.submissions.get(sight_of(caller), submission_id)
        require_administrator(caller)
        if kept.has_tenant:
            return self._resume(caller, kept, tenant_id)
        client = self._client(caller, tenant_id)
        if "@" not in kept.sender.address:
            raise InvalidArgument(
                "sender_missing", "It names no sender to file it for.", field="submission_id"
            )
        requester = self.directory.requester(
            client.provider_id, client.tenant_id, kept.sender, verified=False
        )
        sender = Party(kept.sender.address, kept.sender.name or requester.name, requester.person_id)
        filed = kept.filed_under(client.provider_id, client.tenant_id, sender, self.clock())
        released = kept.released(caller.subject)
        stored = self._stored(Fresh(filed, (Received(filed),), caller if caller.provider_id else None))
        self.submissions.save(Changed(released))
        return self.accepting.accept_now(stored).submission if stored.state is State.RECEIVED else stored

    def discard(self, caller: Caller, submission_id: str, reason: str) -> Submission:
        """Keeps it, out of the way. Raises NotFound, PermissionDenied, InvalidState("transition_not_allowed")."""
        kept = self.submissions.get(sight_of(caller), submission_id)
        require_administrator(caller)
        if kept.state is State.DISCARDED:
            return kept
        return self.submissions.save(Changed(kept.discarded(caller.subject, reason[:_REASON_LENGTH])))

    def _resume(self, caller: Caller, kept: Submission, tenant_id: str) -> Submission:
        """The record had refused it: it is tried once more, for the tenant that it was always for."""
        if tenant_id and tenant_id != kept.tenant_id:
            raise InvalidState(
                "tenant_fixed", "It is filed under its client already.", tenant_id=kept.tenant_id
            )
        if kept.state is not State.QUARANTINED:
            return kept
        resumed = self.submissions.save(Changed(kept.resumed(caller.subject, self.clock())))
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
            # Released before, and cut off in between: go on from there.
            wanted = fresh.submission
            return self.submissions.get(room_of(wanted), wanted.submission_id)

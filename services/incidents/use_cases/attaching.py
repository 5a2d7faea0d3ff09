"""Files: uploaded first, bound to the message that names them, read by whoever sees that message."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.errors import AlreadyExists, FairleadError, InvalidArgument, NotFound, ResourceExhausted
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain.attachment import (
    MAX_BYTES,
    MAX_PER_MESSAGE,
    MAX_SOURCE_KEY,
    Attachment,
    Scan,
    check_count,
)
from services.incidents.domain.file_name import clean_name
from services.incidents.domain.file_type import HEAD_BYTES, content_type_of
from services.incidents.domain.incident import Incident
from services.incidents.domain.submission import Submission
from services.incidents.domain.visibility import as_seen_by, may_see
from services.incidents.ports import Clock, Files, Incidents, NewId, Tenants
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.scanning import Scanning

CHUNK_BYTES = 256 * 1024
_CHUNKS_A_WRITE = 4
# What one uploader may leave lying about, so that nobody fills the store with what no message refers to.
_MOST_WAITING = 100
_SWEPT = 100
_MAY_UPLOAD = (
    *(Role.REQUESTER, Role.CLIENT_MANAGER, Role.API_CLIENT, Role.TECHNICIAN),
    *(Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.SERVICE),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to come: for a new incident of a tenant, or for a message on an incident (id or number).

    source_key: the same one again is the same file; "" for none. size: bytes announced, 0 when unknown.
    """

    name: str
    tenant_id: str = ""
    incident_id: str = ""
    source_key: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many files it removed, and how many it found in use."""

    removed: int = 0
    kept: int = 0


class Attaching:
    """An attachment exists for its readers from the one write that names it, which is the message's own."""

    def __init__(
        self,
        files: Files,
        incidents: Incidents,
        tenants: Tenants,
        new_id: NewId,
        clock: Clock,
        patience: timedelta,
        scanning: Scanning,
    ) -> None:
        self._files = files
        self._incidents = incidents
        self._tenants = tenants
        self._new_id = new_id
        self._clock = clock
        self._patience = patience
        self._scanning = scanning

    def upload(self, caller: Caller, wanted: Upload, pieces: Iterable[bytes]) -> Attachment:
        """Durable when it returns; memory holds a few chunks of it at a time.

        Raises NotFound for a tenant or incident that is not the caller's; InvalidArgument: attachment_empty,
        attachment_too_large, attachment_incomplete, attachment_infected; ResourceExhausted("too_many_uploads").
        """
        scope = self._scope(caller, wanted)
        key = wanted.source_key
        if len(key) > MAX_SOURCE_KEY:
            message = f"At most {MAX_SOURCE_KEY} characters."
            raise InvalidArgument("source_key_too_long", message, field="source_key")
        if wanted.size > MAX_BYTES:
            raise _too_large()
        known = self._files.uploaded(scope, caller.subject, key) if key else None
        if known:
            return known
        self._check_room(scope, caller)
        now, attachment_id = self._clock(), self._new_id("att")
        name = clean_name(wanted.name)
        self._files.begin(scope, attachment_id, name, caller.subject, now, now + self._patience)
        try:
            attachment = self._store(scope, Attachment(attachment_id, name, "", wanted.size, ""), pieces)
            attachment = self._scanned(scope, caller, attachment)
            self._files.finish(scope, attachment, key)
        except AlreadyExists:
            # The same upload at the same time: the other one was first.
            self._forget(scope, attachment_id)
            first = self._files.uploaded(scope, caller.subject, key)
            if first is None:
                raise
            return first
        except Exception:
            self._forget(scope, attachment_id)
            raise
        return attachment

    def download(
        self, caller: Caller, incident_id: str, attachment_id: str
    ) -> tuple[Attachment, Iterator[bytes]]:
        """What is told of it, and its bytes.

        Raises NotFound("incident_not_found", "attachment_not_found"), InvalidState("attachment_infected", "attachment_held").
        """
        incident = visible(self._incidents, caller, incident_id)
        if not self._may_read(caller, incident, attachment_id):
            raise NotFound("attachment_not_found", "There is no such file.")
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        attachment = self._files.get(scope, attachment_id)
        self._scanning.require_clean(attachment)
        return attachment, self._files.chunks(scope, attachment_id)

    def _may_read(self, caller: Caller, incident: Incident, attachment_id: str) -> bool:
        """Whether it is one of an incident's files, or of those merged into it, that the caller may read."""
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        seen = {incident.incident_id}
        nearest = [incident]
        while nearest:
            for each in nearest:
                refs = as_seen_by(caller, each).attachments
                ref = next((ref for ref in refs if ref.attachment_id == attachment_id), None)
                if ref and may_see(caller, each) and (caller.is_staff or not ref.internal):
                    return True
            ids = {one.incident_id for each in nearest for one in each.absorptions if not one.is_over} - seen
            seen |= ids
            nearest = list(self._incidents.load_many(scope, ids).values()) if ids else []
        return False

    def claim(
        self, scope: TenantScope, attachment_ids: Sequence[str], uploader: str, purpose: str
    ) -> tuple[Attachment, ...]:
        """Binds uploads to one purpose, in the order named; the same purpose may claim them again.

        Raises InvalidArgument: too_many_attachments; attachment_not_found, also for another's and for one that is
        bound to something else.
        """
        wanted = list(dict.fromkeys(attachment_ids))
        check_count(len(wanted))
        if not wanted:
            return ()
        found = self._claimed(scope, wanted, uploader, purpose)
        if len(found) < len(wanted):
            message = "A file is not there any more, or belongs to another message. Upload it again."
            raise InvalidArgument("attachment_not_found", message, field="attachment_ids")
        return tuple(found[attachment_id] for attachment_id in wanted)

    def claim_for(
        self, caller: Caller, tenant_id: str, attachment_ids: Sequence[str], uploader: str, purpose: str
    ) -> tuple[Attachment, ...]:
        """The same for another service, on behalf of an uploader. Services only."""
        caller.require(Role.SERVICE)
        return self.claim(caller.scope(tenant_id), attachment_ids, uploader, purpose)

    def with_attachments(self, scope: TenantScope, submission: Submission, caller: Caller) -> Submission:
        """The submission with the uploads it names; those that are not to be had are left out."""
        if not submission.attachment_ids:
            return submission
        wanted = list(dict.fromkeys(submission.attachment_ids))[:MAX_PER_MESSAGE]
        uploader = submission.attachment_uploader or caller.subject
        purpose = submission.attachment_claim or submission.submission_id
        found = self._claimed(scope, wanted, uploader, purpose)
        attachments = tuple(found[attachment_id] for attachment_id in wanted if attachment_id in found)
        return replace(submission, attachments=attachments)

    def sweep(self) -> Swept:
        """Removes what no message took in time, of all tenants; what an incident names is kept for good."""
        removed = kept = 0
        for scope, attachment_ids in self._files.expired(self._clock(), _SWEPT).items():
            named = self._incidents.naming(scope, attachment_ids)
            unnamed = [each for each in attachment_ids if each not in named]
            if named:
                self._files.keep(scope, named)
            if unnamed:
                self._files.discard(scope, unnamed)
            kept, removed = kept + len(named), removed + len(unnamed)
        return Swept(removed, kept)

    def _claimed(
        self, scope: TenantScope, wanted: Sequence[str], uploader: str, purpose: str
    ) -> dict[str, Attachment]:
        return self._files.claim(scope, wanted, uploader, purpose, self._clock() + self._patience)

    def _scope(self, caller: Caller, wanted: Upload) -> TenantScope:
        caller.require(*_MAY_UPLOAD)
        if wanted.incident_id:
            incident = visible(self._incidents, caller, wanted.incident_id)
            return TenantScope(incident.provider_id, incident.tenant_id)
        scope = caller.scope(wanted.tenant_id)
        # A provider-wide grant does not prove that the tenant is this provider's.
        self._tenants.number_prefix(scope)
        return scope

    def _scanned(self, scope: TenantScope, caller: Caller, attachment: Attachment) -> Attachment:
        judged = self._scanning.judged(scope, attachment)
        # What a mail brought cannot be refused any more: it stays with its words, named and never handed out.
        if judged.scan is Scan.INFECTED and Role.SERVICE not in caller.roles:
            message = "A virus was found in this file."
            raise InvalidArgument("attachment_infected", message, field="file", finding=judged.finding)
        return judged

    def _check_room(self, scope: TenantScope, caller: Caller) -> None:
        if Role.SERVICE in caller.roles:
            return  # mail is bounded by its own size
        if self._files.waiting(scope, caller.subject, _MOST_WAITING) >= _MOST_WAITING:
            message = "Too many files wait for a message. Send some, or wait until they expire."
            raise ResourceExhausted("too_many_uploads", message, retry_after=60)

    def _store(self, scope: TenantScope, begun: Attachment, pieces: Iterable[bytes]) -> Attachment:
        digest, head, size, number = hashlib.sha256(), b"", 0, 0
        batch: list[bytes] = []
        for chunk in _in_chunks(pieces):
            size += len(chunk)
            if size > MAX_BYTES:
                raise _too_large()
            digest.update(chunk)
            head = head or chunk[:HEAD_BYTES]
            batch.append(chunk)
            if len(batch) == _CHUNKS_A_WRITE:
                self._files.append(scope, begun.attachment_id, number, batch)
                number, batch = number + len(batch), []
        if not size:
            raise InvalidArgument("attachment_empty", "The file is empty.", field="file")
        if begun.size and begun.size != size:
            message = "It ended before, or after, the announced number of bytes."
            raise InvalidArgument("attachment_incomplete", message, field="file")
        if batch:
            self._files.append(scope, begun.attachment_id, number, batch)
        return replace(begun, content_type=content_type_of(head), size=size, sha256=digest.hexdigest())

    def _forget(self, scope: TenantScope, attachment_id: str) -> None:
        try:
            self._files.discard(scope, [attachment_id])
        except FairleadError:
            return  # the sweep does it


def _in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of one size, as GridFS keeps them; the last may be shorter."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        while len(gathered) >= CHUNK_BYTES:
            yield bytes(gathered[:CHUNK_BYTES])
            del gathered[:CHUNK_BYTES]
    if gathered:
        yield bytes(gathered)


def _too_large() -> InvalidArgument:
    message = f"A file has {MAX_BYTES // 1024 // 1024} MiB at most."
    return InvalidArgument("attachment_too_large", message, field="file", limit=MAX_BYTES)

"""The bytes of attachments, and who looks for viruses in them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.incidents.domain.attachment import Attachment


class Files(Protocol):
    """The bytes of attachments. Nobody reads a file that no incident names; those are swept when they expire."""

    def begin(
        self,
        scope: TenantScope,
        attachment_id: str,
        name: str,
        uploader: str,
        now: datetime,
        expire_time: datetime,
    ) -> None:
        """Notes that bytes will come, so that none are without an owner, whenever it breaks off."""
        ...

    def append(self, scope: TenantScope, attachment_id: str, first: int, chunks: Sequence[bytes]) -> None:
        """The next chunks, numbered from `first`; durable when it returns."""
        ...

    def finish(self, scope: TenantScope, attachment: Attachment, source_key: str) -> None:
        """All bytes are there. Raises AlreadyExists("attachment_exists"): the uploader's source key is taken."""
        ...

    def uploaded(self, scope: TenantScope, uploader: str, source_key: str) -> Attachment | None:
        """What the uploader stored with this key."""
        ...

    def waiting(self, scope: TenantScope, uploader: str, limit: int) -> int:
        """How many of the uploader's files no message took yet; counting stops at the limit."""
        ...

    def claim(
        self,
        scope: TenantScope,
        attachment_ids: Sequence[str],
        uploader: str,
        claim: str,
        expire_time: datetime,
    ) -> dict[str, Attachment]:
        """Binds whole files of the uploader to one purpose, for good; those that are free or bound to it already."""
        ...

    def get(self, scope: Scope, attachment_id: str) -> Attachment:
        """Raises NotFound("attachment_not_found"), also for one outside the scope."""
        ...

    def chunks(self, scope: Scope, attachment_id: str) -> Iterator[bytes]:
        """The bytes in order, a few chunks in memory at a time."""
        ...

    def unclean(self, scope: TenantScope, attachment_ids: Sequence[str]) -> list[Attachment]:
        """Of these, the infected ones and those that wait for the scanner."""
        ...

    def held(self, limit: int) -> list[tuple[TenantScope, Attachment]]:
        """Of all tenants, whole files that wait for the scanner, those first that were looked at longest ago."""
        ...

    def judge(self, scope: TenantScope, attachment: Attachment, now: datetime) -> None:
        """Keeps what the scanner said of one that waited."""
        ...

    def expired(self, now: datetime, limit: int) -> dict[TenantScope, list[str]]:
        """Of all tenants, files whose time is over; from here on none of them can be claimed."""
        ...

    def keep(self, scope: TenantScope, attachment_ids: Iterable[str]) -> None:
        """An incident names them: they expire no more."""
        ...

    def discard(self, scope: TenantScope, attachment_ids: Iterable[str]) -> None:
        """Removes them, bytes first."""
        ...


class Scanner(Protocol):
    """Looks for viruses."""

    def scan(self, pieces: Iterable[bytes]) -> str:
        """The name of what was found, "" for nothing. Raises Unavailable("scanner_unavailable") when it cannot tell."""
        ...

"""Files are looked at by a virus scanner, where there is one, before anybody is given them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import InvalidState, Unavailable
from chassis.tenancy import TenantScope
from services.incidents.domain.attachment import Attachment, Scan
from services.incidents.ports import Clock, Files, Scanner

_AT_ONCE = 20
_REST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What became of files that waited."""

    clean: int = 0
    infected: int = 0
    waiting: int = 0


class Scanning:
    """scanner None: nothing is looked at, and nothing waits. What was found before stays found."""

    def __init__(self, files: Files, scanner: Scanner | None, clock: Clock) -> None:
        self._files = files
        self._scanner = scanner
        self._clock = clock
        self._rest_until: datetime | None = None

    def judged(self, scope: TenantScope, attachment: Attachment) -> Attachment:
        """A stored file with the scanner's word on it; it waits for one while the scanner is away."""
        if self._scanner is None:
            return attachment
        try:
            finding = self._scanner.scan(self._files.chunks(scope, attachment.attachment_id))
        except Unavailable:
            return replace(attachment, scan=Scan.WAITING)
        return replace(attachment, scan=Scan.INFECTED if finding else Scan.CLEAN, finding=finding)

    def require_clean(self, attachment: Attachment) -> None:
        """Raises InvalidState: attachment_infected, attachment_held."""
        if attachment.scan is Scan.INFECTED:
            message = "A virus was found in this file. It is not handed out."
            raise InvalidState("attachment_infected", message, finding=attachment.finding)
        if attachment.scan is Scan.WAITING and self._scanner:
            message = "This file waits to be looked at by the virus scanner. Try again later."
            raise InvalidState("attachment_held", message)

    def withheld(self, scope: TenantScope, attachment_ids: Iterable[str]) -> Mapping[str, Attachment]:
        """Of these files, those that are not handed out just now, and why; by id."""
        found = self._files.unclean(scope, list(attachment_ids))
        return {one.attachment_id: one for one in found if one.scan is Scan.INFECTED or self._scanner}

    def recheck(self) -> Rechecked:
        """Of all tenants, what waits is looked at again, those first that have waited longest."""
        now = self._clock()
        if self._scanner is None or (self._rest_until and now < self._rest_until):
            return Rechecked()
        counts = dict.fromkeys(Scan, 0)
        for scope, attachment in self._files.held(_AT_ONCE):
            judged = self.judged(scope, attachment)
            self._files.judge(scope, judged, self._clock())
            counts[judged.scan] += 1
            if judged.scan is Scan.WAITING:
                self._rest_until = now + _REST
        return Rechecked(counts[Scan.CLEAN], counts[Scan.INFECTED], counts[Scan.WAITING])

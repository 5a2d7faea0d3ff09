"""Mail that came back, and the addresses that are written to no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument, NotFound, RevisionConflict
from chassis.tenancy import Caller, GrantedScope, Role, TenantScope
from services.notify import ports
from services.notify.domain.delivery import Outcome, State, finished
from services.notify.domain.return_path import ReturnPaths
from services.notify.domain.suppression import (
    Failure,
    Suppression,
    failed,
    heard_from,
    lifted,
    suppressed_by_staff,
)

_READERS = (Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.OPERATOR, Role.SERVICE)
_KEEPERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)
_MAX_PAGE = 200
_DEFAULT_PAGE = 50
_ATTEMPTS = 5
_LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class Report:
    """A delivery report as intake read it. return_path: the tag it came to, "" for none."""

    return_path: str
    status: str
    permanent: bool
    diagnostic: str


@dataclass(frozen=True)
class NoteBounce:
    """A mail came back: its delivery says so, and its address may be written to no more.

    Anybody can send a delivery report. Which mail it is about is told by the return path alone, which nobody can make
    up; the address is that mail's own, whatever the report names.
    """

    suppressions: ports.Suppressions
    deliveries: ports.Deliveries
    paths: ReturnPaths
    now: ports.Clock

    def note(self, provider_id: str, report: Report) -> None:
        """Idempotent by delivery."""
        delivery_id = self.paths.read(report.return_path)
        if not delivery_id or not (report.permanent or report.status):
            return
        try:
            ours = self.deliveries.get(GrantedScope(provider_id, None), delivery_id)
        except NotFound:
            return
        if "@" not in ours.recipient:
            return
        now = self.now()
        if ours.state is State.SENT:
            error = f"bounced {report.status or report.diagnostic}"[:200].strip()
            self.deliveries.save_many([finished(ours, Outcome.REFUSED, error, now)], now)
        failure = Failure(delivery_id, report.status, report.permanent, report.diagnostic, ours.create_time)
        scope = TenantScope(ours.provider_id, ours.tenant_id)
        change(self.suppressions, scope, ours.recipient, now, lambda known: failed(known, failure, now))


@dataclass(frozen=True)
class KeepSuppressions:
    """Seen by staff; added and lifted by whoever looks after deliveries."""

    suppressions: ports.Suppressions
    directory: ports.Directory
    now: ports.Clock

    def page(
        self, caller: Caller, tenant_id: str, page_size: int, page_token: str, address: str = ""
    ) -> tuple[list[Suppression], str]:
        """The latest first, and the next page's token, "" at the end."""
        caller.require(*_READERS)
        if page_size < 0:
            raise InvalidArgument("page_size_invalid", "A page has 1 to 200 rows.", field="page_size")
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        size = min(page_size or _DEFAULT_PAGE, _MAX_PAGE)
        return self.suppressions.page(scope, size, page_token, address.strip().lower())

    def add(self, caller: Caller, tenant_id: str, address: str) -> Suppression:
        """Raises NotFound("tenant_not_found"), InvalidArgument("email_invalid")."""
        caller.require(*_KEEPERS)
        scope = caller.scope(tenant_id)
        address = address.strip().lower()
        local, at, domain = address.partition("@")
        whole = bool(local and at and domain) and address.isprintable() and " " not in address
        if not whole or len(address) > _LONGEST_ADDRESS:
            raise InvalidArgument("email_invalid", "This is no mail address.", field="address")
        self.directory.tenant(caller, tenant_id)
        now = self.now()
        return change(self.suppressions, scope, address, now, lambda known: suppressed_by_staff(known, now))

    def lift(self, caller: Caller, suppression_id: str) -> Suppression:
        """Mail is sent there again. Raises NotFound("suppression_not_found"), RevisionConflict."""
        caller.require(*_KEEPERS)
        known = self.suppressions.get(caller.granted(), suppression_id)
        return self.suppressions.save(lifted(known, self.now())) if known.active else known


@dataclass(frozen=True)
class Reachable:
    """Which addresses may be written to."""

    suppressions: ports.Suppressions
    now: ports.Clock

    def suppressed(
        self, asked: Mapping[TenantScope, set[str]], heard: Mapping[TenantScope, set[str]]
    ) -> dict[TenantScope, set[str]]:
        """Those that may not. heard: addresses that a mail surely came from just now, which lifts."""
        found, now = self.suppressions.among(asked), self.now()

        def lifted_again(scope: TenantScope, address: str) -> bool:
            return not change(self.suppressions, scope, address, now, lambda one: heard_from(one, now)).active

        return {
            scope: {
                address
                for address in addresses
                if address not in heard.get(scope, ()) or not lifted_again(scope, address)
            }
            for scope, addresses in found.items()
        }


def change(
    suppressions: ports.Suppressions,
    scope: TenantScope,
    address: str,
    now: datetime,
    decide: Callable[[Suppression], Suppression],
) -> Suppression:
    """Saves what was decided about an address, if anything; again where somebody was quicker."""
    attempt = 0
    while True:
        attempt += 1
        known = suppressions.of(scope, address.lower(), now)
        decided = decide(known)
        if decided is known:
            return known
        try:
            return suppressions.save(decided)
        except RevisionConflict:
            if attempt == _ATTEMPTS:
                raise

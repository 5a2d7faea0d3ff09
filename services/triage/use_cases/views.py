"""Saved views of the queue: everybody keeps their own; shared ones are dispatchers' and administrators' to write."""

from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, ResourceExhausted
from chassis.tenancy import Caller, Role, TenantScope
from services.triage import ports
from services.triage.domain.view import MOST_VIEWS, View, as_seen_with, check_view
from services.triage.use_cases.rooms import read_room
from services.triage.use_cases.rules import KeepGroups

_WRITERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER)


@dataclass(frozen=True)
class KeepViews:
    """A view that is another person's, or of clients that are not granted, is not found."""

    views: ports.Views
    groups: KeepGroups
    staff: ports.Staff
    clients: ports.Clients
    now: ports.Clock
    new_id: ports.NewId

    def create(self, caller: Caller, view: View) -> View:
        """view.owner "" asks for a shared one, anything else for the caller's own. Raises AlreadyExists for a name twice."""
        room = read_room(caller)
        made = self._checked(caller, replace(view, view_id=self.new_id("vew")))
        if len(self.views.of(room, made.owner)) >= MOST_VIEWS:
            raise ResourceExhausted("views_exhausted", f"There are {MOST_VIEWS} views already.")
        return self.views.add(room, made, self.now())

    def update(self, caller: Caller, view: View, revision: int) -> View:
        """Raises RevisionConflict unless revision is 0 or the present one."""
        room = read_room(caller)
        present = self._writable(caller, room, view.view_id)
        changed = self._checked(caller, view)
        return self.views.replace(room, changed, revision or present.revision, self.now())

    def delete(self, caller: Caller, view_id: str) -> None:
        room = read_room(caller)
        self._writable(caller, room, view_id)
        self.views.delete(room, view_id)

    def get(self, caller: Caller, view_id: str) -> View:
        """Raises NotFound("view_not_found")."""
        return self._seen(caller, read_room(caller), view_id)

    def all(self, caller: Caller) -> list[View]:
        """Shared ones first, each kind by name, without clients that the caller is not granted."""
        return views_of(self.views, caller)

    def _seen(self, caller: Caller, room: TenantScope, view_id: str) -> View:
        view = self.views.get(room, view_id)
        seen = as_seen_with(view, caller.tenant_ids) if view.owner in ("", caller.subject) else None
        if seen is None:
            raise NotFound("view_not_found", "There is no such view.")
        return seen

    def _writable(self, caller: Caller, room: TenantScope, view_id: str) -> View:
        seen = self._seen(caller, room, view_id)
        if not may_write(caller, seen):
            raise PermissionDenied(
                "role_required", "Shared views are kept by dispatchers and administrators."
            )
        if seen != self.views.get(room, view_id):
            raise PermissionDenied(
                "view_beyond_grant", "This view looks at more clients than you are granted."
            )
        return seen

    def _checked(self, caller: Caller, view: View) -> View:
        if view.shared:
            caller.require(*_WRITERS)
        view = check_view(replace(view, owner="" if view.shared else caller.subject))
        wanted = view.filter
        for tenant_id in wanted.tenant_ids:
            caller.scope(tenant_id)
        self.clients.require(caller, wanted.tenant_ids)
        if wanted.assignment_group_id:
            self._require_group(caller, wanted.assignment_group_id)
        if wanted.assignee_id and not self.staff.names(caller, [wanted.assignee_id]):
            raise InvalidArgument("assignee_unknown", "There is no such person.", field="assignee_id")
        return view

    def _require_group(self, caller: Caller, group_id: str) -> None:
        try:
            self.groups.get(caller, group_id)
        except NotFound as error:
            raise InvalidArgument(
                "assignment_group_unknown", "There is no such assignment group.", field="assignment_group_id"
            ) from error


def views_of(views: ports.Views, caller: Caller) -> list[View]:
    """What the caller sees of the provider's saved views."""
    room = read_room(caller)
    found = views.of(room, "", caller.subject)
    return [seen for view in found if (seen := as_seen_with(view, caller.tenant_ids))]


def may_write(caller: Caller, view: View) -> bool:
    """Whether this caller, who sees the view, may change it."""
    return not view.shared or not caller.roles.isdisjoint(_WRITERS)

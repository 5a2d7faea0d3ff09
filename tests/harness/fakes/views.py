"""Saved views as triage keeps them, in memory.

views = FakeViews()
views.answer(room.triage)
views.kept["vew_1"]
"""

from typing import Any

from chassis.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied
from chassis.ids import new_id
from chassis.tenancy import Caller, Role
from fairlead.triage.v1 import view_service_pb2
from fairlead.triage.v1.view_pb2 import View


class FakeViews:
    """Whose each is stands beside it, "" for shared ones."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, View]] = {}

    def answer(self, triage: Any) -> None:
        triage.answers["ListViews"] = lambda _, caller: view_service_pb2.ListViewsResponse(
            views=self.seen(caller)
        )
        triage.answers["GetView"] = lambda request, caller: self.get(caller, request.view_id)
        triage.answers["CreateView"] = lambda request, caller: self.put(
            caller, View.FromString(request.view.SerializeToString()), new_id("vew")
        )
        triage.answers["UpdateView"] = lambda request, caller: self.put(
            caller, request.view, self.get(caller, request.view.view_id).view_id
        )
        triage.answers["DeleteView"] = self._delete

    def seen(self, caller: Caller) -> list[View]:
        """Shared ones first, each kind by name."""
        views = [self.get(caller, view_id) for view_id in self.kept if self._is_seen(caller, view_id)]
        return sorted(views, key=lambda view: (not view.shared, view.name))

    def get(self, caller: Caller, view_id: str) -> View:
        if not self._is_seen(caller, view_id):
            raise NotFound("view_not_found", "There is no such view.")
        view = View.FromString(self.kept[view_id][1].SerializeToString())
        view.editable = not view.shared or _writes(caller)
        return view

    def put(self, caller: Caller, view: View, view_id: str) -> View:
        if not view.name.strip():
            raise InvalidArgument("view_name_invalid", "No name.", field="name")
        if view.shared and not _writes(caller):
            raise PermissionDenied("role_required", "Dispatchers share.")
        names = {each.name for each in self.seen(caller) if each.view_id != view_id}
        if view.name in names:
            raise AlreadyExists("view_exists", "There is one.")
        view.view_id, view.provider_id, view.revision = view_id, caller.provider_id, view.revision + 1
        self.kept[view_id] = ("" if view.shared else caller.subject, view)
        return self.get(caller, view_id)

    def _delete(self, request: Any, caller: Caller) -> Any:
        self.get(caller, request.view_id)
        del self.kept[request.view_id]
        return view_service_pb2.DeleteViewResponse()

    def _is_seen(self, caller: Caller, view_id: str) -> bool:
        owner, view = self.kept.get(view_id, ("nobody", View()))
        return owner in ("", caller.subject) and view.provider_id in ("", caller.provider_id)


def _writes(caller: Caller) -> bool:
    return not caller.roles.isdisjoint({Role.DISPATCHER, Role.PROVIDER_ADMIN})

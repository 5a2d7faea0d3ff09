"""How a provider handles major incidents, and its words for updates."""

from dataclasses import replace

from chassis.tenancy import Caller, Role
from services.incidents.domain.major.settings import MajorSettings, UpdateTemplate
from services.incidents.ports import Clock, NewId
from services.incidents.ports.majors import MajorSettingsKept, UpdateTemplates
from services.incidents.use_cases.majors.changing import room_of

_ADMINISTRATORS = (Role.PROVIDER_ADMIN, Role.OPERATOR)
_WRITERS = (*_ADMINISTRATORS, Role.DISPATCHER)


class KeepMajorSettings:
    """Read by staff; raises PermissionDenied("role_required") for whoever may not change them."""

    def __init__(
        self, settings: MajorSettingsKept, templates: UpdateTemplates, new_id: NewId, clock: Clock
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._new_id = new_id
        self._clock = clock

    def get(self, caller: Caller) -> MajorSettings:
        return self._settings.get(room_of(caller))

    def put(self, caller: Caller, settings: MajorSettings) -> MajorSettings:
        caller.require(*_ADMINISTRATORS)
        settings.check()
        return self._settings.put(room_of(caller), settings)

    def templates(self, caller: Caller) -> list[UpdateTemplate]:
        """By name."""
        return self._templates.all(room_of(caller))

    def save_template(self, caller: Caller, wanted: UpdateTemplate) -> UpdateTemplate:
        caller.require(*_WRITERS)
        wanted.check()
        wanted = replace(wanted, update_time=self._clock())
        if wanted.template_id:
            return self._templates.replace(room_of(caller), wanted)
        return self._templates.add(room_of(caller), replace(wanted, template_id=self._new_id("upt")))

    def delete_template(self, caller: Caller, template_id: str) -> None:
        caller.require(*_WRITERS)
        self._templates.delete(room_of(caller), template_id)

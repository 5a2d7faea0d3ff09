"""Forms are written, published and withdrawn by administrators, and read by those they are for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.errors import InvalidState, NotFound, RevisionConflict
from chassis.tenancy import Caller, Role, Scope, TenantScope
from services.intake.domain.forms import Definition, Form, FormState
from services.intake.domain.forms.answers import check_patterns
from services.intake.ports import Clock, Directory, NewId
from services.intake.ports.forms import Forms

MOST_FORMS = 200
_MOST_LISTED = 1000


@dataclass(frozen=True)
class Forming:
    """What may be filled in."""

    forms: Forms
    directory: Directory
    clock: Clock
    new_id: NewId

    def create(self, caller: Caller, tenant_id: str, definition: Definition) -> Form:
        """A draft. Raises NotFound("tenant_not_found"), InvalidArgument with the place, InvalidState("too_many_forms")."""
        caller.require(Role.PROVIDER_ADMIN)
        if tenant_id == caller.provider_id:
            # For items of the catalog that many clients are offered.
            scope = caller.provider_scope()
        else:
            scope = caller.scope(tenant_id)
            # A provider-wide grant does not prove that the tenant is this provider's.
            self.directory.client(scope.provider_id, scope.tenant_id)
        draft = _checked(definition)
        if self.forms.count(scope) >= MOST_FORMS:
            message = f"A client has {MOST_FORMS} forms at most."
            raise InvalidState("too_many_forms", message, limit=MOST_FORMS)
        now = self.clock()
        form_id = self.new_id("frm")
        return self.forms.add(Form(form_id, scope.provider_id, scope.tenant_id, draft, now, now))

    def update(self, caller: Caller, form_id: str, definition: Definition, revision: int) -> Form:
        """Another draft. Raises NotFound, InvalidArgument with the place, RevisionConflict("form_changed")."""
        kept = self._mine(caller, form_id, revision)
        return self.forms.save(kept.rewritten(_checked(definition), self.clock()))

    def publish(self, caller: Caller, form_id: str, revision: int) -> Form:
        """The draft is offered from now on. Raises InvalidState("form_empty")."""
        return self.forms.save(self._mine(caller, form_id, revision).published(self.clock()))

    def withdraw(self, caller: Caller, form_id: str, revision: int) -> Form:
        """It is offered no more. Raises InvalidState("form_not_published")."""
        return self.forms.save(self._mine(caller, form_id, revision).withdrawn(self.clock()))

    def get(self, caller: Caller, form_id: str, version: int) -> Form:
        """One form, as it was at a version or is. Clients find what is published; drafts are for staff alone."""
        granted = caller.granted()
        scope: Scope = granted
        try:
            form = self.forms.get(granted, form_id)
        except NotFound:
            # The provider's own say nothing of any client: who was given their name may read them.
            scope = TenantScope(granted.provider_id, granted.provider_id)
            form = self.forms.get(scope, form_id)
        if not caller.is_staff and form.state is not FormState.PUBLISHED:
            raise _missing()
        if version and version != form.version:
            form = replace(form, version=version, current=self.forms.version(scope, form_id, version))
        return form

    def list(self, caller: Caller, tenant_id: str, published: bool) -> Sequence[Form]:
        """By title. Raises NotFound("tenant_not_found")."""
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        return self.forms.list(scope, published or not caller.is_staff, _MOST_LISTED)

    def _mine(self, caller: Caller, form_id: str, revision: int) -> Form:
        found = self.forms.get(caller.granted(), form_id)
        caller.require(Role.PROVIDER_ADMIN)
        if revision and revision != found.revision:
            raise RevisionConflict("form_changed", "Somebody else changed it first.", revision=revision)
        return found


def _checked(definition: Definition) -> Definition:
    definition = definition.checked()
    check_patterns(definition)
    return definition


def _missing() -> NotFound:
    return NotFound("form_not_found", "There is no such form.")

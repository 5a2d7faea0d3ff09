"""What the use cases of forms need."""

from collections.abc import Sequence
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.intake.domain.forms import Definition, Form


class Forms(Protocol):
    """Forms of clients, and every version that was ever published. Raises Unavailable in an outage."""

    def add(self, form: Form) -> Form:
        """A new form."""
        ...

    def save(self, form: Form) -> Form:
        """Over its revision, with the version it publishes. Raises RevisionConflict("form_changed")."""
        ...

    def get(self, scope: Scope, form_id: str) -> Form:
        """Raises NotFound("form_not_found"), also for one outside the scope."""
        ...

    def version(self, scope: Scope, form_id: str, version: int) -> Definition:
        """What was published then. Raises NotFound("form_not_found")."""
        ...

    def list(self, scope: Scope, published: bool, limit: int) -> Sequence[Form]:
        """By title; published: only what is offered now."""
        ...

    def count(self, scope: TenantScope) -> int:
        """How many the tenant has."""
        ...

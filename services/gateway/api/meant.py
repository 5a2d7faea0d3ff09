"""What a request means: which client, and by which name a field is called here."""

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.errors import FairleadError, InvalidArgument, NotFound
from chassis.tenancy import Caller
from services.gateway.auth.context import gateway

_SENT_AS = {
    "requester_email": "requester.email",
    "requester_person_id": "requester.person_id",
    "idempotency_key": "Idempotency-Key",
    "form_id": "form",
}


def tenant_of(caller: Caller, given: str | None) -> str:
    """The tenant meant: by id, by slug, or the only one a token covers.

    Raises InvalidArgument("tenant_required"), NotFound("tenant_not_found") for one the caller may not touch.
    """
    if not given:
        if caller.tenant_ids is not None and len(caller.tenant_ids) == 1:
            return next(iter(caller.tenant_ids))
        message = "This token covers several clients: say which."
        raise InvalidArgument("tenant_required", message, field="tenant_id")
    if given.startswith("ten_"):
        return caller.scope(given).tenant_id
    tenant = gateway().directory.tenant_by_slug(given)
    if tenant.provider_id != caller.provider_id:
        raise NotFound("tenant_not_found", "There is no such tenant.")
    return caller.scope(tenant.tenant_id).tenant_id


@contextmanager
def fields_as_sent() -> Iterator[None]:
    """Intake's refusal names a field of its own; whoever called the API must find the name that they sent."""
    try:
        yield
    except FairleadError as error:
        field = error.values.get("field", "")
        if field in _SENT_AS:
            error.values["field"] = _SENT_AS[field]
        raise

"""A client's statements as files, and how they are printed for one reader."""

from flask import Response

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.sla.v1 import statement_service_pb2 as messages
from services.gateway.auth.context import Gateway


def statement_brand(gateway: Gateway, caller: Caller, tenant_id: str) -> messages.StatementBrand:
    """The client's colors and name, in the reader's language. Raises NotFound for a client that is not the caller's."""
    tenants = gateway.backends.tenants
    brand = tenants.get_brand(caller, tenant_id)
    try:
        provider = tenants.get_provider(caller, caller.provider_id).name
    except NotFound:
        provider = ""
    return messages.StatementBrand(
        display_name=brand.display_name,
        provider_name=provider,
        primary_color=brand.primary_color,
        accent_color=brand.accent_color,
        locale=caller.locale,
    )


def statement_answer(gateway: Gateway, caller: Caller, statement_id: str, form: str) -> Response:
    """The file to download; form: "json", "csv" or "pdf". Raises NotFound, and InvalidState for the JSON of a draft."""
    statement = gateway.backends.statements.get(caller, statement_id)
    brand = statement_brand(gateway, caller, statement.tenant_id) if form == "pdf" else None
    chunks = gateway.backends.statements.export(caller, statement_id, form, brand)
    types = {"json": "application/octet-stream", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
    response = Response(chunks, content_type=types[form])
    name = f"statement-{statement.period}-r{statement.statement_revision}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response

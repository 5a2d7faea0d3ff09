"""Mailboxes that mail is fetched from by IMAP."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from fairlead.intake.v1 import mailbox_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Email, Id, Query, Revision, Shape, Time, fill

routes = Routes("mailboxes", "Mailboxes that mail is fetched from.")

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:\[\]-]{1,253}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
Address = Annotated[str, StringConstraints(max_length=1000)]
Token = Annotated[str, StringConstraints(max_length=16_384)]
Password = Annotated[str, StringConstraints(max_length=1000)]
_HIDDEN = "Never shown again."


class Mailbox(Shape):
    mailbox_id: str
    tenant_id: str | None = Field(None, description="Left out: the provider's own.")
    address: str
    host: str
    port: int
    security: words.MailboxSecurity
    username: str
    sign_in: words.MailboxSignIn
    token_url: str | None = None
    client_id: str | None = None
    oauth_scope: str | None = None
    folder: str
    after: words.MailboxAfter
    move_to: str | None = None
    enabled: bool
    create_time: Time | None = None
    poll_time: Time | None = Field(None, description="When it was last looked at without trouble.")
    take_time: Time | None = Field(None, description="When mail was last taken.")
    taken: int = Field(description="Messages taken in all.")
    problem: str | None = Field(
        None, description="Left out while all is well.", examples=["login_refused", "server_unreachable"]
    )
    problem_detail: str | None = None
    problem_time: Time | None = None
    revision: int


class MailboxList(Shape):
    mailboxes: list[Mailbox]


class _Account(Body):
    host: Host = Field(examples=["imap.example.com"])
    port: int = Field(993, ge=1, le=65535)
    security: words.MailboxSecurity = "tls"
    username: Name
    sign_in: words.MailboxSignIn = Field(
        "password", description="Otherwise by an access token (OAuth 2), which is got with this grant."
    )
    token_url: Address = Field("", description="Where access tokens are got.")
    client_id: Address = ""
    oauth_scope: Address = ""
    folder: Name = "INBOX"
    after: words.MailboxAfter = Field("mark_seen", description="What becomes of a message that was taken.")
    move_to: Name | None = Field(None, description="The folder to move it to.")
    enabled: bool = True


class MailboxBody(_Account):
    tenant_id: Id | None = None
    address: Email = Field(description="The support address whose mail lies in it.")
    password: Password = Field("", description=f"Or the client's secret. {_HIDDEN}")
    refresh_token: Token = Field("", description=_HIDDEN)


class MailboxChange(_Account):
    """The whole of what may change; client and address stay."""

    password: Password = Field("", description=f"Empty: as it was. {_HIDDEN}")
    refresh_token: Token = Field("", description=f"Empty: as it was. {_HIDDEN}")
    revision: Revision = 0


class MailboxQuery(Query):
    tenant_id: Id | None = None


@routes.get("/mailboxes", "List mailboxes", scope="mailboxes:read", query=MailboxQuery, returns=MailboxList)
def list_mailboxes(call: Call) -> Answer:
    found = backends().mailboxes.list(call.caller, call.query.tenant_id or "")
    return {"mailboxes": Mailbox.all_of(found)}


@routes.post(
    "/mailboxes",
    "Fetch mail from a mailbox",
    scope="mailboxes:write",
    body=MailboxBody,
    returns=Mailbox,
    status=201,
    conflicts=True,
)
def create_mailbox(call: Call) -> Answer:
    body: MailboxBody = call.body
    wanted = _filled(mailbox_pb2.Mailbox(tenant_id=body.tenant_id or "", address=body.address), body)
    return Mailbox.of(backends().mailboxes.create(call.caller, wanted, body.password, body.refresh_token))


@routes.get("/mailboxes/{mailbox_id}", "Get a mailbox", scope="mailboxes:read", returns=Mailbox)
def get_mailbox(call: Call, mailbox_id: str) -> Answer:
    """With how it goes: when it was looked at, what was taken, and what is wrong."""
    return Mailbox.of(backends().mailboxes.get(call.caller, mailbox_id))


@routes.put(
    "/mailboxes/{mailbox_id}",
    "Change a mailbox",
    scope="mailboxes:write",
    body=MailboxChange,
    returns=Mailbox,
    conflicts=True,
)
def update_mailbox(call: Call, mailbox_id: str) -> Answer:
    body: MailboxChange = call.body
    wanted = _filled(mailbox_pb2.Mailbox(mailbox_id=mailbox_id, revision=body.revision), body)
    return Mailbox.of(backends().mailboxes.update(call.caller, wanted, body.password, body.refresh_token))


@routes.delete("/mailboxes/{mailbox_id}", "Fetch no more from a mailbox", scope="mailboxes:write")
def delete_mailbox(call: Call, mailbox_id: str) -> Answer:
    """What was taken from it stays."""
    backends().mailboxes.delete(call.caller, mailbox_id)


def _filled(message: mailbox_pb2.Mailbox, body: _Account) -> mailbox_pb2.Mailbox:
    account = _Account(**{name: getattr(body, name) for name in _Account.model_fields})
    return fill(message, account)

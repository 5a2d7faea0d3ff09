"""Mailboxes that mail is fetched from: set up, changed, and how it goes."""

from typing import Any

from flask import Blueprint, request

from fairlead.intake.v1 import mailbox_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, address, next_key, submitted
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.language import gettext as _

mailboxes = Blueprint("admin_mailboxes", __name__)
_HOME = f"{ROOT}/mailboxes"
_SECURITY = mailbox_pb2.MailboxSecurity.DESCRIPTOR
_SIGN_IN = mailbox_pb2.MailboxSignIn.DESCRIPTOR
_AFTER = mailbox_pb2.MailboxAfter.DESCRIPTOR


def problem_label(problem: str) -> str:
    """What is wrong with a mailbox."""
    return {
        "server_unreachable": _("The server cannot be reached"),
        "certificate_invalid": _("The server's certificate is not valid"),
        "login_refused": _("The server refuses user name or password"),
        "token_refused": _("The authorization server gives no token"),
        "folder_missing": _("There is no such folder"),
        "message_unreadable": _("The server could not give a message"),
        "server_misbehaves": _("The server does not answer as it should"),
        "server_internal": _(
            "The server is not on the internet, and this installation fetches from no other"
        ),
    }.get(problem, problem.replace("_", " "))


@mailboxes.get("/console/admin/mailboxes")
@administrators_only
def list_mailboxes() -> str:
    """All of the provider's and its clients', with how each goes."""
    caller = current_caller()
    return admin_page(
        "mailboxes.html",
        "mailboxes",
        mailboxes=gateway().backends.mailboxes.list(caller),
        clients=dict(tenant_choices(caller)),
        problem_label=problem_label,
    )


@mailboxes.get("/console/admin/mailboxes/new")
@administrators_only
def new_mailbox() -> str:
    """An empty form."""
    return _new_page({})


@mailboxes.post("/console/admin/mailboxes")
@administrators_only
def create_mailbox() -> Any:
    """Mail is fetched from it from now on."""

    def create() -> str:
        made = gateway().backends.mailboxes.create(current_caller(), _typed(), *_secrets())
        return address(f"{_HOME}/{made.mailbox_id}", "mailbox_saved")

    return submitted(create, _new_page)


@mailboxes.get("/console/admin/mailboxes/<mailbox_id>")
@administrators_only
def show_mailbox(mailbox_id: str) -> str:
    """One mailbox, and how it goes."""
    return _page(mailbox_id, {})


@mailboxes.post("/console/admin/mailboxes/<mailbox_id>")
@administrators_only
def save_mailbox(mailbox_id: str) -> Any:
    """Server, account, folder, what becomes of mail, and whether any is fetched."""

    def save() -> str:
        gateway().backends.mailboxes.update(current_caller(), _typed(mailbox_id), *_secrets())
        return address(f"{_HOME}/{mailbox_id}", "mailbox_saved")

    return submitted(save, lambda problems: _page(mailbox_id, problems, _typed(mailbox_id)))


@mailboxes.post("/console/admin/mailboxes/<mailbox_id>/remove")
@administrators_only
def remove_mailbox(mailbox_id: str) -> Any:
    """No more mail is fetched from it."""

    def remove() -> str:
        gateway().backends.mailboxes.delete(current_caller(), mailbox_id)
        return address(_HOME, "mailbox_removed")

    return submitted(remove, lambda problems: _page(mailbox_id, problems))


def _secrets() -> tuple[str, str]:
    return request.form.get("password", ""), request.form.get("refresh_token", "").strip()


def _typed(mailbox_id: str = "") -> mailbox_pb2.Mailbox:
    form = request.form
    port = whole(form.get("port", ""))
    return mailbox_pb2.Mailbox(
        mailbox_id=mailbox_id,
        tenant_id=form.get("tenant_id", ""),
        address=form.get("address", "").strip(),
        host=form.get("host", "").strip(),
        port=port if port is not None and 0 <= port <= 65_535 else 0,
        security=number_of(_SECURITY, form.get("security", "tls")),
        username=form.get("username", "").strip(),
        sign_in=number_of(_SIGN_IN, form.get("sign_in", "password")),
        token_url=form.get("token_url", "").strip(),
        client_id=form.get("client_id", "").strip(),
        oauth_scope=form.get("oauth_scope", "").strip(),
        folder=form.get("folder", "").strip(),
        after=number_of(_AFTER, form.get("after", "mark_seen")),
        move_to=form.get("move_to", "").strip(),
        enabled=form.get("enabled") == "1",
        revision=whole(form.get("revision", "")) or 0,
    )


def _choices() -> dict[str, Any]:
    return {
        "securities": [
            ("tls", _("TLS from the first byte (993)")),
            ("starttls", _("STARTTLS (143)")),
            ("none", _("None: only for a server on this machine")),
        ],
        "sign_ins": [
            ("password", _("By password")),
            ("client_credentials", _("By OAuth, with the application's own rights (Microsoft 365)")),
            ("refresh_token", _("By OAuth, with a refresh token (Google)")),
        ],
        "afters": [
            ("mark_seen", _("Mark it as read")),
            ("move", _("Move it to another folder")),
            ("delete", _("Delete it")),
        ],
        "security_word": lambda number: word_of(_SECURITY, number) or "tls",
        "sign_in_word": lambda number: word_of(_SIGN_IN, number) or "password",
        "after_word": lambda number: word_of(_AFTER, number) or "mark_seen",
    }


def _new_page(problems: Problems) -> str:
    empty = mailbox_pb2.Mailbox(port=993, folder="INBOX", enabled=True)
    return admin_page(
        "mailbox.html",
        "mailboxes",
        kept=None,
        mailbox=_typed() if request.method == "POST" else empty,
        clients=tenant_choices(current_caller()),
        problems=problems,
        once_key=next_key(problems),
        **_choices(),
    )


def _page(mailbox_id: str, problems: Problems, typed: mailbox_pb2.Mailbox | None = None) -> str:
    caller = current_caller()
    kept = gateway().backends.mailboxes.get(caller, mailbox_id)
    if typed and "conflict" in problems:
        typed.revision = kept.revision
    return admin_page(
        "mailbox.html",
        "mailboxes",
        kept=kept,
        mailbox=typed or kept,
        clients=tenant_choices(caller),
        problem_label=problem_label,
        problems=problems,
        once_key=next_key(problems),
        **_choices(),
    )

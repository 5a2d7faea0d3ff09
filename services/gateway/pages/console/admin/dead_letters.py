"""Dead letters of every service: looked at, handed over once more, put away."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from chassis.tenancy import Caller
from fairlead.chassis.v1.dead_letter_pb2 import DeadLetter
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.dead_letters import HEARING
from services.gateway.backends.payloads import readable
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    administrators_only,
    first_address,
    next_address,
    page_token,
)
from services.gateway.pages.language import gettext as _

dead_letters = Blueprint("admin_dead_letters", __name__)
_HOME = f"{ROOT}/dead-letters"


@dataclass(frozen=True)
class Listed:
    """One dead letter, and whose."""

    service: str
    letter: DeadLetter


@dataclass(frozen=True)
class Listing:
    """What is shown of a list: newest first. `more`: services that have older ones; `silent`: those that did not answer."""

    letters: list[Listed]
    more: list[str]
    silent: list[str]
    next_token: str = ""


@dead_letters.get("/console/admin/dead-letters")
@administrators_only
def list_letters() -> str:
    """Of all services together, or with `service` of one, in pages; `settled=1` shows what was settled, too."""
    return _list_page({})


@dead_letters.get("/console/admin/dead-letters/<service>/<dead_letter_id>")
@administrators_only
def show_letter(service: str, dead_letter_id: str) -> str:
    """One, with its event as JSON."""
    return _letter_page(service, dead_letter_id, {})


@dead_letters.post("/console/admin/dead-letters/<service>/<dead_letter_id>/redeliver")
@administrators_only
def redeliver(service: str, dead_letter_id: str) -> Any:
    """Hands it to its consumer once more, and waits for the outcome."""

    def act() -> str:
        letter = gateway().backends.dead_letters.redeliver(current_caller(), service, dead_letter_id)
        if letter.state == DeadLetter.REDELIVERED:
            return address(_HOME, "letter_redelivered")
        return address(f"{_HOME}/{service}/{dead_letter_id}", "letter_failed")

    return submitted(act, lambda problems: _letter_page(service, dead_letter_id, problems))


@dead_letters.post("/console/admin/dead-letters/<service>/<dead_letter_id>/discard")
@administrators_only
def discard(service: str, dead_letter_id: str) -> Any:
    """Puts it away, with a reason."""

    def act() -> str:
        reason = request.form.get("reason", "").strip()
        if not reason:
            gateway().backends.dead_letters.get(current_caller(), service, dead_letter_id)
            raise Refused(reason=_("Say why, for whoever looks later."))
        gateway().backends.dead_letters.discard(current_caller(), service, dead_letter_id, reason)
        return address(_HOME, "letter_discarded")

    return submitted(act, lambda problems: _letter_page(service, dead_letter_id, problems))


@dead_letters.post("/console/admin/dead-letters/redeliver-all")
@administrators_only
def redeliver_all() -> Any:
    """Tries everything that waits, of one service or of all; what fails again stays listed."""

    def act() -> str:
        caller, backend = current_caller(), gateway().backends.dead_letters
        service = request.form.get("service", "")
        for listed in _listing(caller, service, False, "").letters:
            try:
                backend.redeliver(caller, listed.service, listed.letter.dead_letter_id)
            except (NotFound, PermissionDenied):
                continue
            except FairleadError as error:
                if error.status == "UNAVAILABLE":
                    raise
        return address(_HOME, "letters_redelivered", service=service)

    return submitted(act, _list_page)


def _listing(caller: Caller, service: str, settled: bool, token: str) -> Listing:
    """Of one service from a page on, or the newest of each, together."""
    backend, found, more, silent = gateway().backends.dead_letters, [], [], []
    next_token = ""
    for name in [service] if service else HEARING:
        try:
            page = backend.list(
                caller,
                name,
                page_size=PAGE,
                page_token=token if service else "",
                include_redelivered=settled,
            )
        except (NotFound, PermissionDenied):
            raise
        except FairleadError as error:
            if error.status == "INVALID_ARGUMENT":
                raise
            silent.append(name)
            continue
        found += [Listed(name, letter) for letter in page.dead_letters]
        if page.next_page_token:
            more.append(name)
            next_token = page.next_page_token
    found.sort(key=lambda one: one.letter.create_time.ToNanoseconds(), reverse=True)
    return Listing(found, more, silent, next_token if service else "")


def _list_page(problems: Problems) -> str:
    caller = current_caller()
    service, settled = request.values.get("service", ""), request.args.get("settled") == "1"
    found = _listing(caller, service, settled, page_token())
    return admin_page(
        "dead_letters.html",
        "dead-letters",
        listing=found,
        service=service,
        settled=settled,
        services=HEARING,
        clients=names.tenant_names(caller, _tenants(caller, found.letters)),
        next=next_address(found.next_token),
        first=first_address(),
        problems=problems,
        once_key=next_key(problems),
    )


def _letter_page(service: str, dead_letter_id: str, problems: Problems) -> str:
    caller = current_caller()
    found = gateway().backends.dead_letters.get(caller, service, dead_letter_id)
    payload = readable(found.dead_letter.type, found.payload)
    listed = [Listed(service, found.dead_letter)]
    return admin_page(
        "dead_letter.html",
        "dead-letters",
        service=service,
        letter=found.dead_letter,
        headers=sorted(found.headers.items()),
        payload=None if payload is None else json.dumps(payload, indent=2, ensure_ascii=False),
        size=len(found.payload),
        waiting=found.dead_letter.state == DeadLetter.WAITING,
        settled=found.dead_letter.state == DeadLetter.REDELIVERED,
        clients=names.tenant_names(caller, _tenants(caller, listed)),
        typed=request.form,
        problems=problems,
        once_key=next_key(problems),
    )


def _tenants(caller: Caller, letters: list[Listed]) -> list[str]:
    """Of the provider's own room there is no client to name."""
    ids = {one.letter.tenant_id for one in letters}
    return sorted(one for one in ids if one and one != caller.provider_id)

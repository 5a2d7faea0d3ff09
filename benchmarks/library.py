"""Ten thousand incidents of twenty clients, and somebody who is signed in to look at them."""

import re
from typing import Any

import httpx

from benchmarks.api_create import create_job, warm_up
from benchmarks.context import Context
from benchmarks.desk import Api
from benchmarks.figures import Void
from benchmarks.generator import generate
from benchmarks.stage import Progress

_FILL_SECONDS = 1_800.0
_FIELD = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def fill(context: Context) -> None:
    """Opens as many incidents as are missing, through the API; what other benchmarks opened counts."""
    with Progress(context.installation) as progress:
        warm_up(context, progress)
        missing = context.incidents - progress.opened()
        if missing > 0:
            context.progress(f"opening {missing} incidents more")
            generate(create_job(context, "fill", _FILL_SECONDS, limit=missing))
        progress.drain(progress.opened(), _FILL_SECONDS)


def programs_of_staff(context: Context, count: int = 8) -> list[dict[str, str]]:
    """Headers of so many programs of the provider, which see every client: each may ask 200 times a second."""
    provider, found = context.desk.provider, []
    for number in range(count):
        made = provider.post(
            "/api-clients",
            {
                "name": f"Wall screen {number}",
                "roles": ["technician"],
                "scopes": ["incidents:read", "queue:read"],
            },
        )
        program = Api(context.installation.base_url, made["client_id"], made["client_secret"])
        found.append({"Authorization": f"Bearer {program.renew()}"})
        program.http.close()
    return found


def sign_in(context: Context, place: int = 0) -> dict[str, str]:
    """Signs a member of staff in as a browser does; the headers of their session."""
    staff = [one for one in context.document["logins"] if one["url"].endswith("/console")]
    login = staff[place % len(staff)]
    with httpx.Client(base_url=context.installation.base_url, timeout=30, trust_env=False) as http:
        form = http.get("/login", params={"next": "/console"})
        hidden = {
            fields["name"]: fields.get("value", "")
            for fields in (dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall(form.text))
            if fields.get("type") == "hidden" and "name" in fields
        }
        answer = http.post(
            "/login",
            params={"next": "/console"},
            data={**hidden, "email": login["email"], "password": login["password"]},
            headers={"Cookie": _cookies(form), "Origin": context.installation.base_url},
        )
        if answer.status_code not in (302, 303):
            raise Void(f"{login['email']} could not sign in ({answer.status_code})")
        return {"Cookie": _cookies(answer)}


def _cookies(answer: httpx.Response) -> str:
    """By hand: cookie jars keep no secure cookie of plain http, which loopback is."""
    return "; ".join(line.split(";", 1)[0] for line in answer.headers.get_list("set-cookie"))


def incident_numbers(context: Context, count: int) -> list[dict[str, Any]]:
    """Some incidents of every client, spread over the whole list."""
    listed = context.desk.provider.all_of("/incidents", "incidents")
    step = max(1, len(listed) // count)
    return listed[::step][:count]

"""The demonstration provider, made through public RPCs and HTTP; what is there already is left alone."""

from collections.abc import Callable
from typing import Any

from cli.installation import Running
from cli.seed import northstar
from cli.seed.desk import make_articles, make_groups, make_rules
from cli.seed.office import Office
from cli.seed.programs import make_programs, make_samples
from cli.seed.promises import make_promises
from cli.seed.registry import make_client, make_people, make_provider

Progress = Callable[[str], None]


def ensure(running: Running, progress: Progress) -> dict[str, Any]:
    """Makes what is missing and says how to get in: API clients with their secrets, and logins.

    The secrets are shown by the platform only once, so the data directory remembers them. Raises Failed.
    """
    office = Office(running)
    try:
        progress("the provider and its clients")
        provider_id = make_provider(office)
        remembered = running.data_dir.seeded()
        if remembered.get("provider_id") == provider_id:
            return remembered
        made = _make(office, running, provider_id, progress)
        running.data_dir.remember_seed(made)
        return made
    finally:
        office.close()


def _make(office: Office, running: Running, provider_id: str, progress: Progress) -> dict[str, Any]:
    tenants = {client.slug: make_client(office, client) for client in northstar.CLIENTS}
    progress("people and passwords")
    people = make_people(office, tenants)
    progress("calendars and contracts")
    make_promises(office, tenants)
    progress("assignment groups and rules")
    make_groups(office, people)
    make_rules(office)
    progress("articles")
    make_articles(office, tenants)
    progress("API clients")
    programs = make_programs(office, running, provider_id, tenants)
    progress("the first incidents")
    make_samples(office, programs[0], tenants)
    return {
        "provider_id": provider_id,
        "tenants": tenants,
        "api_client": programs[0],
        "api_clients": programs,
        "logins": _logins(running),
    }


def _logins(running: Running) -> list[dict[str, str]]:
    base = running.http_base_url
    staff = [
        {
            "name": person.name,
            "email": person.email,
            "password": northstar.PASSWORD,
            "role": person.role,
            "url": f"{base}/console",
        }
        for person in northstar.STAFF
    ]
    clients = [
        {
            "name": person.name,
            "email": person.email,
            "password": northstar.PASSWORD,
            "role": person.role,
            "tenant": client.slug,
            "url": f"{base}/t/{client.slug}/",
        }
        for client in northstar.CLIENTS
        for person in client.people
    ]
    return staff + clients

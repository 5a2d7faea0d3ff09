"""The demonstration provider, made through public RPCs and HTTP; what is there already is left alone."""

from collections.abc import Callable
from typing import Any

from cli.installation import Running
from cli.seed import northstar
from cli.seed.assets import make_items
from cli.seed.catalog import make_catalog
from cli.seed.changes import make_changes
from cli.seed.credits import make_credits
from cli.seed.desk import make_agreed_routing, make_articles, make_groups, make_rules
from cli.seed.forms import make_forms
from cli.seed.macros import make_macros
from cli.seed.majors import make_update_templates
from cli.seed.office import Office
from cli.seed.on_call import make_on_call, make_policies
from cli.seed.problems import make_problem
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
        remembered = running.data_dir.seeded(provider_id)
        made = remembered or _make(office, provider_id, progress)
        made |= _ways_in(running, made["api_clients"])
        running.data_dir.remember_seed(made)
        return made
    finally:
        office.close()


def _make(office: Office, provider_id: str, progress: Progress) -> dict[str, Any]:
    tenants = {client.slug: make_client(office, client) for client in northstar.CLIENTS}
    progress("people and passwords")
    people = make_people(office, tenants)
    progress("calendars and contracts")
    make_promises(office, tenants)
    make_credits(office)
    progress("assignment groups and rules")
    make_groups(office, people)
    make_agreed_routing(office, tenants, people)
    make_rules(office)
    make_on_call(office, people)
    make_policies(office)
    make_items(office, tenants)
    make_update_templates(office)
    make_problem(office)
    make_changes(office, tenants)
    progress("articles")
    make_articles(office, tenants)
    make_forms(office, tenants)
    make_catalog(office)
    progress("API clients")
    programs = make_programs(office, provider_id, tenants)
    make_macros(office, programs[0])
    progress("the first incidents")
    make_samples(office, programs[0], tenants)
    return {"provider_id": provider_id, "tenants": tenants, "api_clients": programs}


def _ways_in(running: Running, programs: list[dict[str, Any]]) -> dict[str, Any]:
    """Said anew at each start: the port may be another one than yesterday."""
    endpoint = f"{running.http_base_url}/oauth/token"
    at_present = [{**program, "token_endpoint": endpoint} for program in programs]
    return {"api_client": at_present[0], "api_clients": at_present, "logins": _logins(running)}


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

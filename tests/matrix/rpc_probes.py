"""A probe for every RPC of every service."""

from tests.matrix import records as a
from tests.matrix.probes import Probe
from tests.matrix.rpc import (
    changes,
    configuration_items,
    directory,
    incidents,
    intake,
    knowledge,
    majors,
    models,
    notify,
    on_call,
    orders,
    problems,
    routing,
    sla,
    statements,
    triage,
)

DEAD_LETTERS = [
    Probe(
        f"{service} DeadLetterService.{method}",
        request,
        a.dead_letter_of(service),
        listing=listing,
    )
    for service in ("intake", "incidents", "triage", "sla", "notify")
    for method, request, listing in (
        ("ListDeadLetters", {"page_size": 200, "include_redelivered": True}, True),
        ("GetDeadLetter", {"dead_letter_id": "{dead_letter_id}"}, False),
        ("RedeliverDeadLetter", {"dead_letter_id": "{dead_letter_id}"}, False),
        ("DiscardDeadLetter", {"dead_letter_id": "{dead_letter_id}", "reason": "noise"}, False),
    )
]

PROBES = [
    *(
        probe
        for service in (
            changes,
            configuration_items,
            directory,
            incidents,
            intake,
            knowledge,
            majors,
            models,
            notify,
            on_call,
            orders,
            problems,
            routing,
            sla,
            statements,
            triage,
        )
        for probe in service.PROBES
    ),
    *DEAD_LETTERS,
]

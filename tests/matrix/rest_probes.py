"""A probe for every route of the OpenAPI document."""

from tests.matrix.rest import (
    changes,
    configuration_items,
    forms,
    macros,
    majors,
    models,
    on_call,
    orders,
    problems,
    routing,
    setup,
    statements,
    work,
)

PROBES = [
    *changes.PROBES,
    *configuration_items.PROBES,
    *work.PROBES,
    *forms.PROBES,
    *setup.PROBES,
    *statements.PROBES,
    *models.PROBES,
    *on_call.PROBES,
    *problems.PROBES,
    *routing.PROBES,
    *orders.PROBES,
    *majors.PROBES,
    *macros.PROBES,
]

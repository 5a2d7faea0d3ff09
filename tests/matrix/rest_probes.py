"""A probe for every route of the OpenAPI document."""

from tests.matrix.rest import forms, setup, statements, work

PROBES = [*work.PROBES, *forms.PROBES, *setup.PROBES, *statements.PROBES]

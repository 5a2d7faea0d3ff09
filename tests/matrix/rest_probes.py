"""A probe for every route of the OpenAPI document."""

from tests.matrix.rest import setup, statements, work

PROBES = [*work.PROBES, *setup.PROBES, *statements.PROBES]

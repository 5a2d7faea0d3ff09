"""What is asked and told about statements."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from services.gateway.api.shapes import Body, Id, Line, Moment, PageQuery, Words

Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Minor = Annotated[int, Field(ge=0, le=9_007_199_254)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
# JSON Schema counts 3.0 among the integers.
PriorityNumber = Annotated[
    int,
    Field(ge=1, le=5),
    BeforeValidator(lambda given: int(given) if isinstance(given, float) and given.is_integer() else given),
]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class StatementQuery(PageQuery):
    tenant_id: list[Id] = Field([], description="Left out: every client that the caller may see.")
    contract_id: Id | None = None
    feed: bool = Field(
        False,
        description="Closed ones, oldest first, a few seconds after closing. Keep `next_page_token` of the last page, and "
        "go on from there next time.",
    )


class LineQuery(PageQuery):
    outcome: Literal["met", "breached", "excluded"] | None = None


class DraftBody(Body):
    tenant_id: Id
    contract_id: Id
    period: Month = Field(examples=["2026-10"])


class VoidBody(Body):
    reason: Line


class ExclusionBody(Body):
    incident_id: Id
    target: Line = Field(examples=["resolution"])
    cycle: int = Field(1, ge=1, le=10_000)
    reason: Words = Field(max_length=2000)


class DecisionBody(Body):
    approve: bool


class Band(Body):
    below_bp: int = Field(ge=1, le=10_000)
    amount_minor: Minor = 0
    fee_bp: BasisPoints = 0


class Clause(Body):
    clause_id: ClauseId
    text: Line
    basis: Literal["per_breach", "attainment"]
    targets: list[Line] = Field([], max_length=20)
    priorities: list[PriorityNumber] = Field([], max_length=5)
    amount_minor: Minor = 0
    fee_bp: BasisPoints = 0
    bands: list[Band] = Field([], max_length=20)
    floor_minor: Minor = 0
    cap_minor: Minor = 0


class CreditTermsBody(Body):
    effective_time: Moment | None = Field(None, strict=False)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(examples=["EUR"])
    fee_minor: Minor
    cap_minor: Minor = 0
    clauses: list[Clause] = Field(min_length=1, max_length=50)

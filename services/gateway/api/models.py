"""The learned models, and what they suggest of an incident."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fairlead.triage.v1 import model_pb2
from services.gateway.api.incidents import Incident
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Shape, Time
from services.gateway.backends.models import accept
from services.gateway.backends.words import number_of

routes = Routes(
    "learned models", "What is learned from technicians' decisions: how good it is, and what it suggests."
)
Aspect = Literal["category", "impact", "urgency", "assignment_group"]


class ModelFigures(Shape):
    accuracy: float
    macro_f1: float
    weighted_f1: float
    expected_calibration_error: float
    coverage_at_0_8: float
    accuracy_at_0_8: float
    accuracy_at_80_percent_coverage: float


class ModelCard(Shape):
    """Figures are of the newest lessons, which it was learned without."""

    version: str
    aspect: Aspect
    create_time: Time | None = None
    lessons: int
    first_time: Time | None = None
    last_time: Time | None = None
    labels: list[str] = Field([], description="Categories, levels, or ids of groups.")
    tried_on: int
    figures: ModelFigures | None = None
    threshold: float = Field(description="From this confidence on it decides; above 1: never.")
    threshold_by: str | None = Field(None, description="Who set it; left out: it was measured.")
    refusal: str | None = Field(None, description="Why it was not switched on.")
    switch_time: Time | None = None
    switched_by: str | None = Field(None, description="Left out: by itself, being better.")
    current: bool


class ModelStanding(Shape):
    aspect: Aspect
    lessons: int
    next_lessons: int = Field(description="With so many it is learned anew.")
    loaded_version: str | None = Field(None, description="The one that answers now.")
    phase: str | None = Field(None, description='"trying" or "learning"; left out: nothing goes on.')
    phase_lessons: int
    phase_start_time: Time | None = None


class ModelList(Shape):
    models: list[ModelCard]
    standings: list[ModelStanding]


class Threshold(Body):
    threshold: float = Field(ge=0.6, le=1)


class Prediction(Shape):
    aspect: Aspect
    value: str = Field(description="A category, a level, or a group's id.")
    confidence: float
    words: list[str] = Field([], description="The incident's words that speak for it.")


class PredictionList(Shape):
    predictions: list[Prediction]


class Acceptance(Body):
    aspects: list[Aspect] = Field([], max_length=4, description="None: all that are suggested.")


@routes.get("/models", "List learned models", scope="rules:read", returns=ModelList)
def list_models(call: Call) -> Answer:
    """Every version of each aspect, the newest first, refused ones too; and where learning stands."""
    found = backends().models.all(call.caller)
    return {
        "models": ModelCard.all_of(found.models),
        "standings": ModelStanding.all_of(found.standings),
    }


@routes.post(
    "/models/{version}/switch",
    "Use a version of a model",
    scope="rules:write",
    returns=ModelCard,
    conflicts=True,
)
def switch_model(call: Call, version: str) -> Answer:
    """It is learned again from what it was learned from, and decides once that is done."""
    return ModelCard.of(backends().models.switch(call.caller, version))


@routes.put(
    "/models/{version}/threshold",
    "Set a model's threshold",
    scope="rules:write",
    body=Threshold,
    returns=ModelCard,
    conflicts=True,
)
def set_threshold(call: Call, version: str) -> Answer:
    return ModelCard.of(backends().models.set_threshold(call.caller, version, call.body.threshold))


@routes.get(
    "/incidents/{incident_id}/predictions",
    "See what models predict of an incident",
    scope="incidents:read",
    returns=PredictionList,
)
def list_predictions(call: Call, incident_id: str) -> Answer:
    """What models were not sure enough of, and nobody has decided since. Staff only. By the incident's id or number."""
    incident = backends().incidents.get(call.caller, incident_id)
    return {"predictions": Prediction.all_of(backends().models.suggestions(call.caller, incident))}


@routes.post(
    "/incidents/{incident_id}/predictions/accept",
    "Accept what models predict",
    scope="incidents:write",
    body=Acceptance,
    body_required=False,
    returns=Incident,
    conflicts=True,
)
def accept_predictions(call: Call, incident_id: str) -> Answer:
    """Decided in the caller's name, and learned from."""
    incident = backends().incidents.get(call.caller, incident_id)
    named = call.body.aspects if call.body else []
    aspects = [number_of(model_pb2.LearnedAspect.DESCRIPTOR, one) for one in named]
    behind = backends()
    changed = accept(
        behind.models, behind.incidents, behind.assignment_groups, call.caller, incident, aspects=aspects
    )
    return Incident.of(changed)

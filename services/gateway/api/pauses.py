"""Pauses in the open: who was awaited, since when, and what was said about it."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from pydantic import Field

from services.gateway.api.incidents import incident_id_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Shape, Time, Words
from services.gateway.api.statement_shapes import ContestAnswer, Somebody

routes = Routes("pauses", "What stopped an incident's clocks, and whether somebody contests it.")


class StoppedClock(Shape):
    target: str
    cycle: int
    seconds: int = Field(description="Business time that the pause took from this clock so far.")


class Pause(Shape):
    incident_id: str
    pause_id: str
    awaiting: str | None = None
    start_time: Time | None = None
    end_time: Time | None = Field(None, description="Absent while it lasts.")
    stopped: list[StoppedClock] = []
    contested_by: Somebody | None = None
    contest_words: str | None = None
    contest_time: Time | None = None
    answer: ContestAnswer | None = None


class PauseList(Shape):
    pauses: list[Pause]


class ContestBody(Body):
    words: Words = Field(max_length=2000)


class AnswerBody(Body):
    conceded: bool = Field(description="The pause counts on the statement after all.")
    words: Words = Field(max_length=2000)


@routes.get("/incidents/{incident_id}/pauses", "List pauses", scope="incidents:read", returns=PauseList)
def list_pauses(call: Call, incident_id: str) -> Answer:
    return {"pauses": Pause.all_of(backends().pauses.list(call.caller, incident_id_of(call, incident_id)))}


@routes.post(
    "/incidents/{incident_id}/pauses/{pause_id}/contest",
    "Contest a pause",
    scope="incidents:write",
    body=ContestBody,
    returns=Pause,
    conflicts=True,
)
def contest_pause(call: Call, incident_id: str, pause_id: str) -> Answer:
    """By a client manager, once for each pause."""
    incident_id = incident_id_of(call, incident_id)
    return Pause.of(backends().pauses.contest(call.caller, incident_id, pause_id, call.body.words))


@routes.post(
    "/incidents/{incident_id}/pauses/{pause_id}/answer",
    "Answer a contest",
    scope="incidents:write",
    body=AnswerBody,
    returns=Pause,
    conflicts=True,
)
def answer_contest(call: Call, incident_id: str, pause_id: str) -> Answer:
    """By a dispatcher or provider administrator; an answer stands."""
    body: AnswerBody = call.body
    incident_id = incident_id_of(call, incident_id)
    return Pause.of(backends().pauses.answer(call.caller, incident_id, pause_id, body.conceded, body.words))

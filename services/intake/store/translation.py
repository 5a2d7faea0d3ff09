"""Submission ↔ the document's fields, and what a list asks for as a query."""

import re
from dataclasses import asdict, fields
from typing import Any

from services.intake.domain.forms import Answer, Answered, Kind, Words
from services.intake.domain.sight import Sight, Wanted
from services.intake.domain.submission import Channel, Evidence, Party, State, Submission

_NOT_STATE = frozenset({"submission_id", "provider_id", "tenant_id", "revision"})


def state_of(submission: Submission) -> dict[str, Any]:
    """The fields of the document, without id, owner and revision, which the store keeps."""
    values = asdict(submission)
    state = {name: value for name, value in values.items() if name not in _NOT_STATE}
    state["channel"], state["state"] = submission.channel.value, submission.state.value
    if not submission.opened:
        del state["opened"]
    if not submission.form:
        del state["form"]
    if not submission.candidate_tenant_ids:
        del state["candidate_tenant_ids"]
    return state


_FIELDS = [field.name for field in fields(Submission) if field.name not in {"submission_id"}]


def submission_of(document: dict[str, Any]) -> Submission:
    """The submission that the document holds."""
    values = {name: document[name] for name in _FIELDS if name in document}
    evidence = document["evidence"]
    return Submission(
        **{
            **values,
            "submission_id": document["_id"],
            "channel": Channel(document["channel"]),
            "state": State(document["state"]),
            "sender": Party(**document["sender"]),
            "evidence": Evidence(
                **{
                    **evidence,
                    "referenced_message_ids": tuple(evidence["referenced_message_ids"]),
                    "attachment_ids": tuple(evidence.get("attachment_ids", ())),
                    "copied": tuple(Party(**one) for one in evidence["copied"]),
                }
            ),
            "recipients": tuple(document["recipients"]),
            "candidate_tenant_ids": tuple(document.get("candidate_tenant_ids", ())),
            "problems": tuple(document["problems"]),
            "form": _form(document.get("form")),
        }
    )


def _form(kept: dict[str, Any] | None) -> Answered | None:
    if not kept:
        return None
    answers = tuple(
        Answer(
            each["field"], Kind(each["kind"]), Words(**each["label"]), each["value"], Words(**each["text"])
        )
        for each in kept["answers"]
    )
    return Answered(kept["form_id"], kept["version"], Words(**kept["title"]), answers)


def query_of(sight: Sight, wanted: Wanted) -> dict[str, Any]:
    """What is wanted of what is seen, beside the rooms."""
    states = sight.states & {wanted.state} if wanted.state else sight.states
    query: dict[str, Any] = {"state": {"$in": sorted(states)}}
    if wanted.tenant_id:
        query["tenant_id"] = wanted.tenant_id
    if wanted.reason:
        query["quarantine_reason"] = wanted.reason
    if wanted.sender.startswith("@"):
        query["sender.address"] = {"$regex": f"{re.escape(wanted.sender)}$"}
    elif wanted.sender:
        query["sender.address"] = wanted.sender
    if sight.person_id:
        query["sender.person_id"] = sight.person_id
    if sight.tenants is not None:
        theirs = {"candidate_tenant_ids": {"$in": sorted(sight.tenants)}}
        query["$or"] = [theirs, {"candidate_tenant_ids.0": {"$exists": False}}]
    return query

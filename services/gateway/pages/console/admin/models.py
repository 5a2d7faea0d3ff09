"""The learned models: how good each version is, which is in use, from which confidence on it decides."""

import re
from typing import Any

from flask import Blueprint, request

from fairlead.triage.v1 import model_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.console.suggesting import aspect_label, value_label
from services.gateway.pages.language import gettext as _

models = Blueprint("admin_models", __name__)
_HOME = f"{ROOT}/models"
_ASPECT = model_pb2.LearnedAspect.DESCRIPTOR


@models.get("/console/admin/models")
@overseers_only
def list_models() -> str:
    """By aspect, the newest first."""
    return _page({})


@models.post("/console/admin/models/<version>/switch")
@administrators_only
def switch_model(version: str) -> Any:
    """An earlier version decides again."""

    def switch() -> str:
        gateway().backends.models.switch(current_caller(), version)
        return address(_HOME, "model_switched")

    return submitted(switch, _page)


@models.post("/console/admin/models/<version>/threshold")
@administrators_only
def set_threshold(version: str) -> Any:
    """In per cent, as people say it."""

    def save() -> str:
        typed = request.form.get("threshold", "").strip().removesuffix("%").strip()
        if not typed.isdecimal() or not 60 <= int(typed[:4]) <= 100:
            raise Refused(form=_("A threshold is 60 to 100 per cent."))
        gateway().backends.models.set_threshold(current_caller(), version, int(typed) / 100)
        return address(_HOME, "threshold_set")

    return submitted(save, _page)


def _refusal(reason: str) -> str:
    """Why triage did not switch a version on (services/triage/domain/learning/card.py), in the reader's language."""
    if found := re.fullmatch(r"right in (\d+)%, no better than always saying .+ \((\d+)%\)", reason):
        return _(
            "right in %(reached)s %%, no better than always saying the commonest (%(always)s %%)",
            reached=found[1], always=found[2],
        )  # fmt: skip
    if found := re.fullmatch(r"right in (\d+)%, where the present model is right in (\d+)%", reason):
        return _(
            "right in %(reached)s %%, where the present one is right in %(present)s %%",
            reached=found[1], present=found[2],
        )  # fmt: skip
    return reason


def _page(problems: Problems) -> str:
    caller = current_caller()
    found = gateway().backends.models.all(caller)
    groups = {one.group_id: one.name for one in names.groups(caller)}
    standings = {word_of(_ASPECT, one.aspect) or "": one for one in found.standings}
    cards: dict[str, list[model_pb2.ModelCard]] = {aspect: [] for aspect in standings}
    for card in found.models:
        cards.setdefault(word_of(_ASPECT, card.aspect) or "", []).append(card)
    return admin_page(
        "models.html",
        "models",
        standings=standings,
        cards=cards,
        aspect_label=aspect_label,
        labels_of=lambda aspect, card: [value_label(aspect, one, groups) for one in card.labels],
        refusal=_refusal,
        percent=lambda part: f"{round(part * 100)} %",
        problems=problems,
        once_key=next_key(problems),
    )

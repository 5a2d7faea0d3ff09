"""Models' cards, standings and suggestions, as messages."""

from typing import Any

from fairlead.triage.v1 import model_pb2
from services.triage.domain.learning.advice import Advice, Aspect
from services.triage.domain.learning.card import Card
from services.triage.domain.learning.standing import Standing
from services.triage.events.messages import timestamp


def card(one: Card, is_current: bool) -> model_pb2.ModelCard:
    """Whole."""
    return model_pb2.ModelCard(
        version=one.version,
        aspect=_aspect(one.aspect),
        create_time=timestamp(one.create_time),
        lessons=one.lessons,
        first_time=timestamp(one.first_time),
        last_time=timestamp(one.last_time),
        labels=one.categories,
        tried_on=one.tried_on,
        figures=model_pb2.ModelFigures(**one.figures),
        threshold=one.threshold,
        threshold_by=one.threshold_by,
        refusal=one.refusal,
        switch_time=timestamp(one.switch_time),
        switched_by=one.switched_by,
        current=is_current,
    )


def standing(one: Standing) -> model_pb2.ModelStanding:
    """Whole."""
    progress = one.progress
    return model_pb2.ModelStanding(
        aspect=_aspect(one.aspect),
        lessons=one.lessons,
        next_lessons=one.next_lessons,
        loaded_version=one.loaded,
        phase=progress.phase if progress else "",
        phase_lessons=progress.lessons if progress else 0,
        phase_start_time=timestamp(progress.start_time) if progress else None,
    )


def suggestions(advice: Advice) -> list[model_pb2.Suggestion]:
    """In the order of aspects."""
    return [
        model_pb2.Suggestion(
            aspect=_aspect(aspect), value=one.value, confidence=one.confidence, words=one.words
        )
        for aspect in Aspect
        if (one := advice.get(aspect))
    ]


def _aspect(aspect: Aspect) -> Any:
    return model_pb2.LearnedAspect.Value(f"LEARNED_ASPECT_{aspect.value.upper()}")

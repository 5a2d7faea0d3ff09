"""Triage's stores: the queue's rows; rules, assignment groups and saved views in the provider's own room."""

from chassis import mongo
from services.triage.store.absences import AbsenceStore
from services.triage.store.documents import (
    AbsenceDocument,
    CardDocument,
    EscalationDocument,
    FeedDocument,
    GroupDocument,
    HeldDocument,
    LessonDocument,
    PolicyDocument,
    ProfileDocument,
    QueueDocument,
    RoutingDocument,
    RuleDocument,
    RuleRunDocument,
    ScheduleDocument,
    SuggestionDocument,
    ViewDocument,
    WindowDocument,
)
from services.triage.store.escalations import EscalationStore, PolicyStore
from services.triage.store.learning import CardStore, LessonStore, SuggestionStore
from services.triage.store.on_call import FeedStore, ScheduleStore
from services.triage.store.queue import QueueStore, place_by_risk
from services.triage.store.routing import ProfileStore, RoutingStore
from services.triage.store.rule_runs import RuleRunStore
from services.triage.store.rules import GroupStore, RuleStore
from services.triage.store.views import ViewStore
from services.triage.store.windows import WindowStore

__all__ = [
    "AbsenceStore",
    "CardStore",
    "EscalationStore",
    "FeedStore",
    "GroupStore",
    "LessonStore",
    "PolicyStore",
    "ProfileStore",
    "QueueStore",
    "RoutingStore",
    "RuleRunStore",
    "RuleStore",
    "ScheduleStore",
    "SuggestionStore",
    "ViewStore",
    "WindowStore",
    "prepare",
]


def prepare() -> None:
    """Makes the indexes. Raises Unavailable while MongoDB is away."""
    place_by_risk()
    mongo.ensure_indexes(
        [
            RuleDocument,
            ProfileDocument,
            RoutingDocument,
            RuleRunDocument,
            GroupDocument,
            QueueDocument,
            ViewDocument,
            WindowDocument,
            HeldDocument,
            ScheduleDocument,
            PolicyDocument,
            FeedDocument,
            AbsenceDocument,
            EscalationDocument,
            LessonDocument,
            SuggestionDocument,
            CardDocument,
        ]
    )

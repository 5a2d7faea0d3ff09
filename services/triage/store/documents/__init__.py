"""What lies in MongoDB: the fields, their checks and the indexes."""

from services.triage.store.documents.learning import CardDocument, LessonDocument, SuggestionDocument
from services.triage.store.documents.on_call import (
    AbsenceDocument,
    EscalationDocument,
    FeedDocument,
    PolicyDocument,
    ScheduleDocument,
)
from services.triage.store.documents.queue import (
    COUNTED,
    COUNTS_INDEX,
    RISK_INDEX,
    QueueDocument,
    ViewDocument,
)
from services.triage.store.documents.routing import (
    GroupDocument,
    HeldDocument,
    ProfileDocument,
    RoutingDocument,
    WindowDocument,
)
from services.triage.store.documents.rules import RuleDocument, RuleRunDocument

__all__ = [
    "COUNTED",
    "COUNTS_INDEX",
    "RISK_INDEX",
    "AbsenceDocument",
    "CardDocument",
    "EscalationDocument",
    "FeedDocument",
    "GroupDocument",
    "HeldDocument",
    "LessonDocument",
    "PolicyDocument",
    "ProfileDocument",
    "QueueDocument",
    "RoutingDocument",
    "RuleDocument",
    "RuleRunDocument",
    "ScheduleDocument",
    "SuggestionDocument",
    "ViewDocument",
    "WindowDocument",
]

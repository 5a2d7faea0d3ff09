"""The words that stand for enum values in JSON; a test holds them against the protos."""

from typing import Literal

IncidentKind = Literal["incident", "service_request"]
IncidentState = Literal[
    "new", "assigned", "in_progress", "on_hold", "resolved", "closed", "canceled", "merged"
]
LinkKind = Literal[
    "follows",
    "followed_by",
    "may_belong_to",
    "merged_into",
    "merged_from",
    "child_of",
    "parent_of",
    "split_from",
    "split_into",
]
ItemState = Literal["in_use", "retired"]
Criticality = Literal["low", "medium", "high", "critical"]
RelationKind = Literal["depends_on", "runs_on", "part_of", "connects_to"]
ImportOutcome = Literal["created", "updated", "unchanged", "refused"]
ChangeKind = Literal["standard", "normal", "emergency"]
ChangeState = Literal[
    "draft", "requested", "approved", "rejected", "scheduled", "in_progress", "done", "failed", "backed_out", "reviewed",
    "canceled",
]  # fmt: skip
ChangeEnding = Literal["done", "failed", "backed_out"]
RiskLevel = Literal["low", "medium", "high", "critical"]
ImpactLevel = Literal["low", "medium", "high"]
ChangeTie = Literal["resolves", "caused"]
ConflictKind = Literal["same_item", "dependent_item", "freeze", "maintenance", "business_hours"]
Impact = Literal["high", "medium", "low"]
Urgency = Literal["high", "medium", "low"]
Priority = Literal["P1", "P2", "P3", "P4", "P5"]
AwaitedParty = Literal["requester", "client", "vendor", "change", "provider"]
Visibility = Literal["public", "internal"]
ResolutionCode = Literal[
    "fixed", "workaround", "duplicate", "not_reproducible", "request_fulfilled", "no_action", "recovered"
]
ProblemState = Literal["logged", "investigating", "known_error", "resolved", "closed", "canceled"]
SolutionKind = Literal["change", "fix", "accepted", "not_reproducible"]
SubmissionChannel = Literal["email", "portal", "api", "alert", "phone"]
SubmissionState = Literal["received", "accepted", "quarantined", "discarded"]
ApprovalRule = Literal["any", "all", "some"]
ApprovalState = Literal["waiting", "approved", "rejected", "withdrawn", "expired"]
ApproverRole = Literal["client_manager"]
TaskState = Literal["planned", "open", "done", "skipped"]
Language = Literal["en", "fr"]
FormState = Literal["draft", "published", "withdrawn"]
FieldKind = Literal["text", "long_text", "number", "date", "choice", "choices", "yes_no", "file"]
SlaState = Literal["no_contract", "ok", "at_risk", "breached", "paused", "met", "pending"]
QueueSort = Literal["priority", "due_time", "update_time", "breach_risk"]
EscalationTrigger = Literal["opened", "warned", "breached"]
EscalationTargetKind = Literal["person", "schedule", "group"]
EscalationState = Literal["running", "acknowledged", "stopped", "exhausted"]
MajorState = Literal[
    "declared",
    "investigating",
    "identified",
    "monitoring",
    "resolved",
    "review",
    "closed",
    "declared_in_error",
]
MajorSeverity = Literal["sev1", "sev2", "sev3"]
MajorRole = Literal["commander", "communications", "scribe", "expert"]
ActionState = Literal["open", "done", "carried_over"]
TurnUnit = Literal["hours", "days", "weeks"]
ConditionField = Literal[
    "subject",
    "text",
    "words",
    "channel",
    "tenant",
    "sender",
    "sender_domain",
    "configuration_item",
    "form",
    "time",
]
ConditionOperator = Literal[
    "contains_any", "contains_all", "equals", "starts_with", "ends_with", "matches", "within"
]
TargetKind = Literal["first_response", "next_update", "resolution", "custom"]
TargetLevel = Literal["client", "operational", "vendor"]
# The facts that a custom promise can run from and to.
ClockEvent = Literal[
    "opened", "prioritized", "held", "resumed", "responded", "replied", "classified", "assigned", "acknowledged",
    "resolved", "reopened", "closed", "canceled", "confirmed", "merged", "absorbed",
]  # fmt: skip
ReopenRule = Literal["continue", "new_cycle", "reset"]
ClockState = Literal["running", "paused", "met", "breached", "missed", "canceled"]
StatementState = Literal["draft", "closing", "closed"]
CreditState = Literal["proposed", "approved", "voided"]
ExclusionState = Literal["proposed", "approved", "declined"]
Audience = Literal["internal", "all_clients", "named_clients"]
ArticleState = Literal["draft", "published", "retired"]
DeliveryChannel = Literal["email", "webhook"]
DeliveryState = Literal["pending", "sent", "retrying", "dead", "suppressed"]
SuppressionCause = Literal["permanent_failure", "passing_failures", "by_staff"]
MailboxSecurity = Literal["tls", "starttls", "none"]
MailboxSignIn = Literal["password", "client_credentials", "refresh_token"]
MailboxAfter = Literal["mark_seen", "move", "delete"]
PersonState = Literal["active", "disabled"]
MembershipRole = Literal["requester", "client_manager"]
GrantRole = Literal["technician", "dispatcher", "provider_admin"]
NewPersonPolicy = Literal["create", "hold", "reject"]
TenantState = Literal["active", "suspended"]

"""OAuth scopes: what a token may be used for. Roles, which services check, are a separate thing."""

SCOPES: dict[str, str] = {
    "incidents:read": "Read incidents, their timeline and clocks",
    "incidents:write": "Open incidents and work on them",
    "configuration-items:read": "Read configuration items",
    "configuration-items:write": "Change configuration items",
    "changes:read": "Read changes and freezes",
    "changes:write": "Plan, approve and finish changes",
    "queue:read": "Read the queue across clients",
    "queue:write": "Save views of the queue",
    "directory:read": "Read clients, people and teams",
    "directory:write": "Change clients, people and teams",
    "contracts:read": "Read contracts and calendars",
    "contracts:write": "Change contracts and calendars",
    "statements:read": "Read service level statements and credits",
    "statements:write": "Draft and close statements, decide credits and exclusions",
    "articles:read": "Read and search articles",
    "articles:write": "Write articles",
    "rules:read": "Read triage rules and assignment groups",
    "rules:write": "Change triage rules and assignment groups",
    "on-call:read": "Read on-call schedules and who is on call",
    "on-call:write": "Change on-call schedules, take shifts over",
    "webhooks:read": "Read webhook endpoints",
    "webhooks:write": "Change webhook endpoints",
    "mailboxes:read": "Read the mailboxes that mail is fetched from",
    "mailboxes:write": "Change the mailboxes that mail is fetched from",
    "submissions:read": "Read what came in, the quarantine included",
    "submissions:write": "Release and discard quarantined submissions",
    "alerts:read": "Read alerts and the sources they come from",
    "alerts:write": "Change alert sources",
    "forms:read": "Read forms",
    "forms:write": "Write, publish and withdraw forms",
    "catalog:read": "Read what may be ordered",
    "catalog:write": "Change what may be ordered",
    "deliveries:read": "Read deliveries",
    "deliveries:write": "Send deliveries once more",
    "clients:write": "Register API clients",
    "admin": "Everything",
}
# OpenID Connect: they add claims about the person and open nothing of the API.
IDENTITY_SCOPES = ("openid", "profile", "email")


def covers(held: frozenset[str], wanted: str) -> bool:
    """Whether a token with these scopes may do what `wanted` names. "" wants nothing but a valid token."""
    return not wanted or wanted in held or "admin" in held

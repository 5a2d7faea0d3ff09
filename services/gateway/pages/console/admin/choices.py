"""What the administration's forms offer."""

from chassis.tenancy import Caller
from fairlead.directory.v1.person_pb2 import Person
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.language import gettext as _

Choices = list[tuple[str, str]]


def tenant_choices(caller: Caller) -> Choices:
    """Every client that the caller may see: id and name, by name."""
    found = [(tenant.tenant_id, tenant.name) for tenant in gateway().backends.tenants.all(caller)]
    return sorted(found, key=lambda one: one[1].casefold())


def staff(caller: Caller) -> list[Person]:
    """Active members of the provider's staff, by name."""
    return names.staff(caller)


def grant_choices() -> Choices:
    """What a member of staff may be."""
    return [
        ("technician", _("Technician")),
        ("dispatcher", _("Dispatcher")),
        ("provider_admin", _("Administrator")),
    ]


def member_choices() -> Choices:
    """What somebody of a client may be."""
    return [("requester", _("Requester")), ("client_manager", _("Client manager"))]


def kind_choices() -> Choices:
    """What an incident may be."""
    return [("incident", _("Incident")), ("service_request", _("Service request"))]


def level_choices() -> Choices:
    """Impact and urgency."""
    return [("high", _("High")), ("medium", _("Medium")), ("low", _("Low"))]


def field_choices() -> Choices:
    """What a rule's condition may look at."""
    return [
        ("words", _("Subject or text")),
        ("subject", _("Subject")),
        ("text", _("Text")),
        ("sender", _("Sender")),
        ("sender_domain", _("Sender's domain")),
        ("channel", _("Channel")),
        ("tenant", _("Client (id)")),
        ("configuration_item", _("Configuration item")),
        ("form", _("Answer in a form")),
        ("time", _("Time of arrival")),
    ]


def operator_choices() -> Choices:
    """How a condition compares."""
    return [
        ("contains_any", _("contains any of")),
        ("contains_all", _("contains all of")),
        ("equals", _("is one of")),
        ("starts_with", _("starts with one of")),
        ("ends_with", _("ends with one of")),
        ("matches", _("matches a pattern")),
        ("within", _("lies within")),
    ]


def channel_choices() -> Choices:
    """How something may come."""
    return [
        ("email", _("Email")),
        ("portal", _("Portal")),
        ("api", _("API")),
        ("alert", _("Alert")),
        ("phone", _("Phone")),
    ]


def party_choices() -> Choices:
    """Whose holds may pause a clock."""
    return [
        ("requester", _("the requester")),
        ("client", _("the client")),
        ("vendor", _("a supplier")),
        ("change", _("a planned change")),
        ("provider", _("ourselves")),
    ]


def target_choices() -> Choices:
    """What a contract may promise."""
    return [
        ("first_response", _("First response")),
        ("next_update", _("Next update")),
        ("resolution", _("Resolution")),
        ("custom", _("Target")),
    ]


def reopen_choices() -> list[tuple[str, str, str]]:
    """What a clock does when a resolved incident comes back."""
    return [
        ("continue", _("It goes on"), _("What was consumed counts on.")),
        ("new_cycle", _("A new one starts"), _("The first verdict stands.")),
        ("reset", _("It is set back"), _("What was consumed counts no more.")),
    ]

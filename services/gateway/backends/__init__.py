"""The services behind the gateway: one client for each noun, each method one call.

    incident = backends.incidents.get(caller, "ACME-1042")      # protobuf messages come back
    backends.incidents.reply(caller, incident.incident_id, text="…", idempotency_key=key)

Every method takes the caller first, sends the caller's signed token, and raises the chassis error that the
service raised; Unavailable("<service>_unavailable") when it does not answer. Channels connect at first use.
"""

from collections.abc import Callable
from typing import Any

from services.gateway.backends.alerts import Alerts
from services.gateway.backends.articles import Articles
from services.gateway.backends.attachments import Attachments
from services.gateway.backends.changes import Changes
from services.gateway.backends.clocks import Clocks
from services.gateway.backends.configuration_items import ConfigurationItems
from services.gateway.backends.contracts import Calendars, Contracts, Previews
from services.gateway.backends.dead_letters import DeadLetters
from services.gateway.backends.deliveries import Deliveries, Suppressions, Webhooks
from services.gateway.backends.escalations import Escalations
from services.gateway.backends.figures import Figures
from services.gateway.backends.forms import Forms
from services.gateway.backends.incidents import Incidents
from services.gateway.backends.mailboxes import Mailboxes
from services.gateway.backends.majors import Majors, StatusPages
from services.gateway.backends.models import Models
from services.gateway.backends.on_call import OnCall
from services.gateway.backends.orders import Catalog, Orders
from services.gateway.backends.people import People, Teams
from services.gateway.backends.problems import Problems
from services.gateway.backends.queue import Queue, Views
from services.gateway.backends.routing import Routing
from services.gateway.backends.rules import AssignmentGroups, Rules
from services.gateway.backends.statements import Pauses, Statements
from services.gateway.backends.submissions import Submissions
from services.gateway.backends.tenants import Tenants
from services.gateway.backends.windows import Windows

SERVICES = ("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify")


class Backends:
    """All clients, made from one way of reaching a service by its name."""

    def __init__(self, channel: Callable[[str], Any]) -> None:
        directory, incidents, sla = channel("directory"), channel("incidents"), channel("sla")
        triage, notify, knowledge = channel("triage"), channel("notify"), channel("knowledge")
        self.tenants = Tenants(directory)
        self.people = People(directory)
        self.teams = Teams(directory)
        self.submissions = Submissions(channel("intake"))
        self.alerts = Alerts(channel("intake"))
        self.mailboxes = Mailboxes(channel("intake"))
        self.forms = Forms(channel("intake"))
        self.incidents = Incidents(incidents)
        self.problems = Problems(incidents)
        self.catalog = Catalog(incidents, self.submissions)
        self.orders = Orders(incidents)
        self.attachments = Attachments(incidents)
        self.changes = Changes(incidents)
        self.configuration_items = ConfigurationItems(incidents)
        self.majors = Majors(incidents)
        self.status_pages = StatusPages(incidents)
        self.queue = Queue(triage)
        self.figures = Figures(triage, incidents, sla, knowledge)
        self.views = Views(triage)
        self.models = Models(triage)
        self.routing = Routing(triage)
        self.windows = Windows(triage)
        self.on_call = OnCall(triage)
        self.escalations = Escalations(triage)
        self.rules = Rules(triage)
        self.assignment_groups = AssignmentGroups(triage)
        self.contracts = Contracts(sla)
        self.calendars = Calendars(sla)
        self.previews = Previews(sla)
        self.clocks = Clocks(sla)
        self.statements = Statements(sla)
        self.pauses = Pauses(sla)
        self.articles = Articles(knowledge)
        self.deliveries = Deliveries(notify)
        self.suppressions = Suppressions(notify)
        self.webhooks = Webhooks(notify)
        self.dead_letters = DeadLetters(channel)

"""Every page and its important states: what is visited, as whom, and what must be done to see it.

A new page is a new line here; a test compares this table with the gateway's own map of addresses.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from chassis import clock
from tests.e2e.quality.world import World

BOTH = ("en", "fr")


@dataclass(frozen=True)
class State:
    """One picture of one page.

    rule: the address as the gateway's map writes it; `address` as somebody types it (or how to find it). status: of the
    answer. show: brings the page from its first paint to the state meant. news: something that happens elsewhere; the
    page shows `told` soon after, and nothing else moves.
    """

    name: str
    rule: str
    who: str
    address: str | Callable[[World], str]
    languages: tuple[str, ...] = ("en",)
    status: int = 200
    show: Callable[[Page, World], object] | None = None
    news: Callable[[World], object] | None = None
    told: str = ""

    @property
    def is_of_the_console(self) -> bool:
        """Whether staff alone see it."""
        return self.name.startswith(("console-", "admin-"))


STATES = [
    # --- before signing in
    State("sign-in", "/login", "visitor", "/login", BOTH),
    State("sign-in-portal", "/login", "visitor", "/login?next=/t/boreal/", BOTH),
    State("sign-in-refused", "/login", "visitor", "/login?next=/t/acme/", BOTH, show=lambda page, world: _wrong_password(page)),
    State("password", "/password/<token>", "visitor", lambda world: world.password_link, BOTH),
    State("consent", "/oauth/authorize", "requester", lambda world: world.consent, BOTH),
    # --- portal
    State("portal-home", "/t/<slug>/", "requester", "/t/acme/", BOTH),
    State("portal-report", "/t/<slug>/<any(report, request):kind>", "requester", "/t/acme/report", BOTH),
    State("portal-request", "/t/<slug>/<any(report, request):kind>", "requester", "/t/acme/request", BOTH),
    State("portal-form", "/t/<slug>/forms/<form_id>", "requester", lambda world: f"/t/acme/forms/{world.admin.form}", BOTH),
    State(
        "portal-form-refused", "/t/<slug>/forms/<form_id>", "requester", lambda world: f"/t/acme/forms/{world.admin.form}", BOTH,
        show=lambda page, world: page.locator(".fl-form button[type=submit]").click(),
    ),
    State("portal-order", "/t/<slug>/order/<item_id>", "requester", lambda world: f"/t/acme/order/{world.admin.catalog_item}", BOTH),
    State("portal-incidents", "/t/<slug>/incidents", "requester", "/t/acme/incidents?show=all", BOTH),
    State("portal-incidents-none", "/t/<slug>/incidents", "manager", "/t/acme/incidents?show=mine", BOTH),
    State(
        "portal-incident", "/t/<slug>/incidents/<number>", "requester", lambda world: f"/t/acme/incidents/{world.talk}", BOTH,
        news=lambda world: world.changed(world.talk, "replies", {"text": "We have restarted the tunnel. Better now?"}),
        told="We have restarted the tunnel",
    ),
    State("portal-incident-held", "/t/<slug>/incidents/<number>", "requester", lambda world: f"/t/acme/incidents/{world.held}", BOTH),
    State("portal-incident-solved", "/t/<slug>/incidents/<number>", "requester", lambda world: f"/t/acme/incidents/{world.solved}", BOTH),
    State("portal-incident-closed", "/t/<slug>/incidents/<number>", "requester", lambda world: f"/t/acme/incidents/{world.closed}", BOTH),
    State("portal-incident-rated", "/t/<slug>/incidents/<number>", "requester", lambda world: f"/t/acme/incidents/{world.rated}", BOTH),
    State(
        "portal-incident-pauses", "/t/<slug>/incidents/<number>", "manager",
        lambda world: f"/t/acme/incidents/{world.held}", BOTH, show=lambda page, world: _contesting(page),
    ),
    State("portal-incidents-found", "/t/<slug>/incidents", "requester", "/t/acme/incidents?q=acme-1", BOTH),
    State("portal-answer-confirm", "/t/<slug>/answer/<token>", "visitor", lambda world: world.answers[0], BOTH),
    State("portal-answer-reopen", "/t/<slug>/answer/<token>", "visitor", lambda world: world.answers[1], BOTH),
    State("portal-answer-rate", "/t/<slug>/answer/<token>", "visitor", lambda world: world.to_rate, BOTH),
    State("portal-answer-none", "404", "visitor", "/t/acme/answer/nonsense", BOTH, 404),
    State("portal-articles", "/t/<slug>/articles", "requester", "/t/acme/articles?q=password", BOTH),
    State("portal-articles-none", "/t/<slug>/articles", "requester", "/t/acme/articles?q=xyzzy", BOTH),
    State("portal-article", "/t/<slug>/articles/<article_id>", "requester", lambda world: f"/t/acme/articles/{world.article}", BOTH),
    State("portal-statements", "/t/<slug>/statements", "manager", lambda world: world.closed_statement and "/t/acme/statements"),
    State("portal-statement", "/t/<slug>/statements/<statement_id>", "manager", lambda world: world.closed_statement, BOTH),
    State("portal-changes", "/t/<slug>/changes", "manager", lambda world: world.asked_change and "/t/acme/changes"),
    State("portal-status", "/t/<slug>/status", "requester", lambda world: world.major and "/t/acme/status", BOTH),
    State("portal-profile", "/t/<slug>/profile", "requester", "/t/acme/profile", BOTH),
    State("portal-menu", "/t/<slug>/", "requester", "/t/acme/", BOTH, show=lambda page, world: page.locator("summary.fl-tool").click()),
    # --- console
    State(
        "console-queue", "/console", "technician", "/console", BOTH,
        news=lambda world: world.changed(world.talk, "prioritize", {"impact": "high", "urgency": "high"}),
        told="P1",
    ),
    State("console-queue-none", "/console", "technician", "/console?query=xyzzy"),
    State("console-queue-filters", "/console", "technician", "/console?priority=P3&state=new&state=in_progress", BOTH, show=lambda page, world: _filters(page)),
    State("console-queue-selected", "/console", "technician", "/console", show=lambda page, world: _selected(page)),
    State("console-palette", "/console", "technician", "/console", BOTH, show=lambda page, world: _palette(page)),
    State("console-palette-found", "/console", "technician", "/console", show=lambda page, world: _found(page)),
    State("console-bulk-dialog", "/console", "technician", "/console", show=lambda page, world: _bulk(page)),
    State("console-bulk", "/console/bulk", "technician", lambda world: f"/console/bulk?action=hold&number={world.talk}&number={world.closed}", BOTH),
    State("console-macro", "/console/bulk", "technician", lambda world: f"/console/bulk?action=macro&macro={world.admin.macro}&number={world.talk}&number={world.closed}"),
    State("console-macros", "/console/macros", "dispatcher", lambda world: world.admin.macro and "/console/macros"),
    State("console-macro-edit", "/console/macros/<macro_id>", "dispatcher", lambda world: f"/console/macros/{world.admin.macro}", BOTH),
    State("console-split", "/console", "technician", lambda world: f"/console?open={world.talk}"),
    State("console-help", "/console", "technician", "/console", BOTH, show=lambda page, world: page.keyboard.press("?")),
    State(
        "console-incident", "/console/incidents/<number>", "technician", lambda world: f"/console/incidents/{world.talk}", BOTH,
        news=lambda world: world.changed(world.talk, "notes", {"text": "The supplier has seen it, too."}),
        told="The supplier has seen it, too.",
    ),
    State("console-incident-held", "/console/incidents/<number>", "technician", lambda world: f"/console/incidents/{world.held}"),
    State(
        "console-incident-contested", "/console/incidents/<number>", "dispatcher",
        lambda world: f"/console/incidents/{world.contested}", BOTH,
    ),
    State(
        "console-splitting", "/console/incidents/<number>/split", "technician", lambda world: f"/console/incidents/{world.talk}/split",
        show=lambda page, world: _split_off(page),
    ),
    State("console-merge", "/console/incidents/<number>/merge", "technician", lambda world: f"/console/incidents/{world.talk}/merge?into={world.held}"),
    State("console-incident-solved", "/console/incidents/<number>", "technician", lambda world: f"/console/incidents/{world.solved}"),
    State("console-incident-closed", "/console/incidents/<number>", "technician", lambda world: f"/console/incidents/{world.closed}"),
    State("console-admin", "/console/admin", "admin", "/console/admin", BOTH),
    State("admin-clients", "/console/admin/clients", "admin", "/console/admin/clients"),
    State("admin-clients-none", "/console/admin/clients", "admin", "/console/admin/clients?query=xyzzy"),
    State("admin-client-new", "/console/admin/clients/new", "admin", "/console/admin/clients/new"),
    State("admin-client", "/console/admin/clients/<tenant_id>", "admin", lambda world: f"/console/admin/clients/{world.admin.client}", BOTH),
    State("admin-people", "/console/admin/people", "admin", "/console/admin/people"),
    State("admin-person-new", "/console/admin/people/new", "admin", "/console/admin/people/new"),
    State("admin-person", "/console/admin/people/<person_id>", "admin", lambda world: f"/console/admin/people/{world.admin.person}"),
    State("admin-teams", "/console/admin/teams", "admin", "/console/admin/teams"),
    State("admin-contracts", "/console/admin/contracts", "admin", "/console/admin/contracts"),
    State("admin-contract-new", "/console/admin/contracts/new", "admin", "/console/admin/contracts/new"),
    State("admin-contract", "/console/admin/contracts/<contract_id>", "admin", lambda world: f"/console/admin/contracts/{world.admin.contract}", show=lambda page, world: _previewed(page)),
    State(
        "admin-simulation", "/console/admin/contracts/<contract_id>/simulate", "admin",
        lambda world: world.solved and f"/console/admin/contracts/{world.admin.contract}/simulate", BOTH,
        show=lambda page, world: _simulated(page, world),
    ),
    State("admin-calendars", "/console/admin/calendars", "admin", "/console/admin/calendars"),
    State("admin-calendar-new", "/console/admin/calendars/new", "admin", "/console/admin/calendars/new"),
    State("admin-calendar", "/console/admin/calendars/<calendar_id>", "admin", lambda world: f"/console/admin/calendars/{world.admin.calendar}"),
    State("admin-statements", "/console/admin/statements", "admin", lambda world: world.statement and "/console/admin/statements", BOTH),
    State("admin-statement", "/console/admin/statements/<statement_id>", "admin", lambda world: world.statement, BOTH),
    State("admin-forms", "/console/admin/forms", "admin", "/console/admin/forms"),
    State("admin-catalog", "/console/admin/catalog", "admin", "/console/admin/catalog"),
    State("admin-catalog-new", "/console/admin/catalog/new", "admin", "/console/admin/catalog/new"),
    State("admin-catalog-item", "/console/admin/catalog/<item_id>", "admin", lambda world: f"/console/admin/catalog/{world.admin.catalog_item}"),
    State("admin-form-new", "/console/admin/forms/new", "admin", "/console/admin/forms/new"),
    State("admin-form", "/console/admin/forms/<form_id>", "admin", lambda world: f"/console/admin/forms/{world.admin.form}", BOTH),
    State("admin-form-preview", "/console/admin/forms/<form_id>/preview", "admin", lambda world: f"/console/admin/forms/{world.admin.form}/preview"),
    State("admin-rules", "/console/admin/rules", "admin", "/console/admin/rules"),
    State("admin-rule-new", "/console/admin/rules/new", "admin", "/console/admin/rules/new"),
    State("admin-rule", "/console/admin/rules/<rule_id>", "admin", lambda world: f"/console/admin/rules/{world.admin.rule}"),
    State("admin-groups", "/console/admin/groups", "admin", "/console/admin/groups"),
    State("admin-group-new", "/console/admin/groups/new", "admin", "/console/admin/groups/new"),
    State("admin-group", "/console/admin/groups/<group_id>", "admin", lambda world: f"/console/admin/groups/{world.admin.group}"),
    State(
        "admin-routing", "/console/admin/routing", "admin",
        lambda world: f"/console/admin/routing?client={world.admin.client}"
    ),
    State("admin-models", "/console/admin/models", "admin", "/console/admin/models"),
    State("admin-api-clients", "/console/admin/api-clients", "admin", "/console/admin/api-clients"),
    State("admin-api-client-new", "/console/admin/api-clients/new", "admin", "/console/admin/api-clients/new"),
    State("admin-mailboxes", "/console/admin/mailboxes", "admin", "/console/admin/mailboxes"),
    State("admin-mailbox-new", "/console/admin/mailboxes/new", "admin", "/console/admin/mailboxes/new"),
    State("admin-mailbox", "/console/admin/mailboxes/<mailbox_id>", "admin", lambda world: f"/console/admin/mailboxes/{world.admin.mailbox}"),
    State("admin-maintenance", "/console/admin/maintenance", "admin", lambda world: world.admin.window and "/console/admin/maintenance", BOTH),
    State("admin-alert-sources", "/console/admin/alert-sources", "admin", "/console/admin/alert-sources"),
    State("admin-alert-source-new", "/console/admin/alert-sources/new", "admin", "/console/admin/alert-sources/new"),
    State("admin-alert-source", "/console/admin/alert-sources/<source_id>", "admin", lambda world: f"/console/admin/alert-sources/{world.admin.alert_source}"),
    State("admin-webhooks", "/console/admin/webhooks", "admin", "/console/admin/webhooks"),
    State("admin-webhook-new", "/console/admin/webhooks/new", "admin", "/console/admin/webhooks/new"),
    State("admin-webhook", "/console/admin/webhooks/<webhook_id>", "admin", lambda world: f"/console/admin/webhooks/{world.admin.webhook}"),
    State("admin-quarantine", "/console/admin/quarantine", "admin", "/console/admin/quarantine"),
    State("admin-suppressions", "/console/admin/suppressions", "admin", "/console/admin/suppressions"),
    State("admin-undelivered", "/console/admin/undelivered", "admin", "/console/admin/undelivered"),
    State("admin-dead-letters", "/console/admin/dead-letters", "admin", "/console/admin/dead-letters"),
    State("admin-dead-letter", "/console/admin/dead-letters/<service>/<dead_letter_id>", "admin", lambda world: f"/console/admin/dead-letters/{world.admin.dead_letter}"),
    State(
        "console-submission", "/console/admin/submissions/<submission_id>", "admin",
        lambda world: f"/console/admin/submissions/{world.quarantined}",
    ),
    State(
        "console-article", "/console/articles/<article_id>", "technician",
        lambda world: f"/console/articles/{world.article}?from={world.talk}", BOTH,
    ),
    State(
        "console-incident-writing", "/console/incidents/<number>", "technician",
        lambda world: f"/console/incidents/{world.talk}", BOTH, show=lambda page, world: _writing(page),
    ),
    State(
        "console-incident-why", "/console/incidents/<number>", "technician",
        lambda world: f"/console/incidents/{world.talk}", BOTH, show=lambda page, world: _why(page),
    ),
    State(
        "console-incident-resolving", "/console/incidents/<number>", "technician",
        lambda world: f"/console/incidents/{world.held}", show=lambda page, world: _opened(page, "resolve"),
    ),
    State("console-majors", "/console/major-incidents", "dispatcher", lambda world: world.major and f"/console/major-incidents?declare={world.held}"),
    State("console-major", "/console/major-incidents/<major_id>", "dispatcher", lambda world: world.major),
    State("console-major-settings", "/console/major-incidents/settings", "dispatcher", lambda world: f"/console/major-incidents/settings?tenant={world.admin.client}"),
    State("console-on-call", "/console/on-call", "dispatcher", "/console/on-call"),
    State("console-on-call-schedule", "/console/on-call/<schedule_id>", "dispatcher", lambda world: f"/console/on-call/{world.admin.schedule}", BOTH),
    State("console-on-call-edit", "/console/on-call/<schedule_id>/edit", "dispatcher", lambda world: f"/console/on-call/{world.admin.schedule}/edit"),
    State("console-calendars", "/console/on-call/calendars", "dispatcher", "/console/on-call/calendars"),
    State("console-policies", "/console/on-call/policies", "dispatcher", "/console/on-call/policies"),
    State("console-policy", "/console/on-call/policies/<policy_id>", "dispatcher", lambda world: f"/console/on-call/policies/{world.admin.policy}", BOTH),
    State("console-items", "/console/items", "dispatcher", "/console/items", show=lambda page, world: page.locator(".fl-item-summary").last.click()),
    State("console-item", "/console/items/<item_id>", "dispatcher", lambda world: f"/console/items/{world.item}", show=lambda page, world: page.locator(".fl-item-summary").click()),
    State("console-problems", "/console/problems", "technician", "/console/problems?show=all"),
    State("console-problem", "/console/problems/<number>", "technician", lambda world: world.problem),
    State("console-changes", "/console/changes", "dispatcher", lambda world: world.change and "/console/changes"),
    State("console-change", "/console/changes/<number>", "dispatcher", lambda world: f"/console/changes/{world.change}", show=lambda page, world: page.locator(".fl-item-summary").click()),
    State("console-dashboards", "/console/dashboards", "dispatcher", "/console/dashboards", BOTH),
    State("console-queue-empty", "/console", "idle", "/console", BOTH),
    # --- refusals
    State("away", "503", "unlucky", "/console", BOTH, 503),
    State("not-found", "404", "visitor", "/nowhere", BOTH, 404),
    State("not-found-portal", "404", "requester", "/t/acme/incidents/ACME-999999", BOTH, 404),
    State("not-found-console", "404", "technician", "/console/incidents/ACME-999999", BOTH, 404),
    State("not-allowed", "403", "technician", "/console/admin", BOTH, 403),
]  # fmt: skip

# Addresses that answer something else than a page, each with what that is.
NOT_PAGES = {
    "/": "leads on",
    "/console/admin/submissions/<submission_id>/raw": "a file to keep",
    "/healthz": "for probes",
    "/readyz": "for probes",
    "/static/<path:filename>": "files",
    "/static/vendor/<path:name>": "files",
    "/oauth/userinfo": "JSON",
    "/oauth/jwks": "JSON",
    "/.well-known/openid-configuration": "JSON",
    "/.well-known/oauth-authorization-server": "JSON",
    "/t/<slug>/brand.css": "a style sheet",
    "/t/<slug>/manifest.webmanifest": "JSON",
    "/t/<slug>/<any('icon', 'icon-maskable'):name>.svg": "a picture",
    "/static/css/<path:name>": "files",
    "/static/js/<version>/<path:name>": "files",
    "/t/<slug>/suggestions": "a fragment of the report's page",
    "/t/<slug>/received/<submission_id>": "shown only while the record is away (tests/component/gateway_pages)",
    "/console/queue.json": "JSON",
    "/console/counts.json": "JSON",
    "/console/major-incidents/<major_id>/review.md": "a file",
    "/status/<token>": "behind a secret address; what it shows is the portal's own page (tests/matrix/major_pages.py)",
    "/page/<tag>": "behind a secret link of a mail (tests/e2e/platform/test_escalation.py)",
    "/console/on-call/policies/new": "the form of /console/on-call/policies/<policy_id>, empty",
    "/on-call/<token>.ics": "a calendar",
    "/console/macros/new": "the form of /console/macros/<macro_id>, empty",
    "/console/on-call/new": "the form of /console/on-call/<schedule_id>/edit, empty",
    "/console/items.csv": "a table to download",
    "/console/changes.ics": "a calendar",
    "/console/dashboards/<figure>.csv": "a table to download",
    "/console/incidents/<number>/attachments/<attachment_id>": "a file",
    "/t/<slug>/incidents/<number>/attachments/<attachment_id>": "a file",
    "/console/admin/statements/<statement_id>/<any(json, csv, pdf):form>": "a file",
    "/t/<slug>/statements/<statement_id>/<any(json, csv, pdf):form>": "a file",
    "/console/palette.json": "JSON",
    "/console/search.json": "JSON",
    "/console/clients/<tenant_id>/brand.css": "a style sheet",
}


def _split_off(page: Page) -> None:
    page.locator("[name=line]").nth(1).check()
    page.locator("[name=title]").fill("A second matter")
    page.locator(".fl-bulk-form [type=submit]").click()
    page.locator("[name=lines]").wait_for(state="attached")


def _previewed(page: Page) -> None:
    page.locator("button[name=preview]").click()
    page.locator("#fl-preview").wait_for()


def _simulated(page: Page, world: World) -> None:
    page.locator("#fl-client").select_option(world.admin.client)
    page.locator("#fl-until_day").fill(f"{clock.now():%Y-%m-%d}")
    page.locator("button[name=start]").click()
    page.locator("#fl-simulated").wait_for()


def _contesting(page: Page) -> None:
    page.locator("#fl-pauses > summary").click()
    page.locator("#fl-pauses details > summary").first.click()


def _wrong_password(page: Page) -> None:
    page.locator("input[type=email]").fill("somebody@acme.example")
    page.locator("input[type=password]").fill("not this one")
    page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()


def _writing(page: Page) -> None:
    page.keyboard.press("n")
    page.locator("[data-fl-compose=note] textarea").fill("He has the old client.")


def _why(page: Page) -> None:
    page.locator("details.fl-clock summary").last.click()


def _opened(page: Page, action: str) -> None:
    page.locator(f"[data-fl-opens={action}] > summary").click()


def _filters(page: Page) -> None:
    page.locator(".fl-filter-menu > summary").click()


def _selected(page: Page) -> None:
    for place in range(2):
        page.locator(".fl-rows [data-fl-pick]").nth(place).check()


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator(".fl-palette-option").first.wait_for()


def _found(page: Page) -> None:
    _palette(page)
    page.keyboard.type("acme")
    page.locator(".fl-palette-option .fl-dot:not([hidden])").first.wait_for()


def _bulk(page: Page) -> None:
    _selected(page)
    page.locator("[data-fl-bulk-bar] [value=hold]").click()
    page.locator(".fl-bulk-dialog #fl-bulk-title").wait_for()

"""Who visits the pages, and what there is to be seen: the demonstration provider with a few incidents in every state."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from chassis import clock
from cli.installation import DataDir, Running
from cli.seed.northstar import PASSWORD
from cli.seed.office import Office
from tests.e2e.quality import eyes
from tests.harness.administration import Administration
from tests.harness.gateway import Room
from tests.harness.journey import decided
from tests.harness.platform import Platform, letter, text_of
from tests.harness.waiting import wait_until

# Nobody is a visitor who has not signed in.
PEOPLE = {
    "visitor": "",
    "technician": "jon.reyes@northstar.example",
    "newcomer": "sofia.marchetti@northstar.example",
    "dispatcher": "ben.carver@northstar.example",
    "admin": "mara.lindqvist@northstar.example",
    "requester": "sam.okafor@acme.example",
    "manager": "dana.whitfield@acme.example",
}
# People of another installation, where something is missing.
ELSEWHERE = {"unlucky": "per_tom", "idle": "per_ada"}
HTML = {"Accept": "text/html"}


class Elsewhere:
    """That other installation: its address, and a session for anybody."""

    def __init__(self, room: Room) -> None:
        self.base = room.settings.origin
        self._room = room

    def cookie(self, who: str) -> dict[str, Any]:
        settings = self._room.settings
        session = self._room.gateway.sessions.start("prv_north", ELSEWHERE[who])
        where = {"domain": "localhost", "path": "/", "secure": settings.secure_cookies}
        return {"name": settings.session_cookie, "value": session, **where}


class World:
    """Browser profiles, one for each person and language, and names for what the pages are about."""

    def __init__(self, platform: Platform, browser: Browser, elsewhere: Callable[[], Elsewhere]) -> None:
        self.platform = platform
        self.base = platform.base_url
        self.admin = Administration(platform)
        self.complaints: list[str] = []
        self._browser = browser
        self._elsewhere = elsewhere
        self._contexts: dict[tuple[str, str], BrowserContext] = {}
        self._pages: dict[tuple[str, str], Page] = {}
        self._problem = ""

    def page(self, who: str, language: str) -> Page:
        """The one page of this person in this language."""
        key = (who, language)
        if key not in self._pages:
            self._pages[key] = self._watched(self._context(who, language))
        return self._pages[key]

    def base_of(self, who: str) -> str:
        """Where this person's pages are."""
        return self._elsewhere().base if who in ELSEWHERE else self.base

    @cached_property
    def change(self) -> str:
        """A draft of this month, on a shared item."""
        start = clock.now()
        typed = {
            "client": "shared",
            "title": "New firmware for the cluster",
            "start_time": start.strftime("%Y-%m-%dT%H:%M"),
            "end_time": (start + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
            "items": "ESX cluster 1",
            "plan": "Node after node.",
            "experience": "once",
        }
        number = re.search(r"CHG-\d+", self.post("dispatcher", "/console/changes", **typed))
        assert number
        return number[0]

    @cached_property
    def asked_change(self) -> str:
        """Acme's; a change manager agreed to it, and Acme's managers are asked."""
        tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d")
        typed = {
            "client": self.admin.client,
            "title": "Move the warehouse system to a new server",
            "plan": "Stop, copy, start.",
            "back_out_plan": "Start the old one.",
            "client_facing": "1",
            "start_time": f"{tomorrow}T22:00",
            "end_time": f"{tomorrow}T23:00",
            "experience": "often",
            "testing": "fully",
            "back_out": "easy",
            "complexity": "one_person",
        }
        number = re.search(r"CHG-\d+", self.post("technician", "/console/changes", **typed))
        assert number
        page = f"/console/changes/{number[0]}"
        self.post("technician", f"{page}/request", page)
        self.post("dispatcher", f"{page}/decide", page, verdict="approve")
        return number[0]

    @cached_property
    def item(self) -> str:
        """A shared one, on which several clients' hang."""
        listed = self._context("dispatcher", "en").request.get(f"{self.base}/console/items?query=esx").text()
        found = re.search(r"/console/items/(cfi_\w+)", listed)
        assert found
        return found[1]

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()

    def post(self, who: str, address: str, page: str = "", **form: str) -> str:
        """Sends a form as this person does, with the tokens of a page; answers the address it leads to."""
        request = self._context(who, "en").request
        there = request.get(self.base + (page or address), headers=HTML).text()
        tokens = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', there)[-1]
            for name in ("csrf_token", "once", "revision")
            if f'name="{name}"' in there
        }
        answer = request.post(self.base + address, form={**tokens, **form}, headers=HTML)
        assert answer.ok, f"{address}: {answer.status} {answer.text()[:300]}"
        return answer.url

    # --- what there is

    @cached_property
    def talk(self) -> str:
        """An incident in progress with replies of both sides and a note."""
        number = self._reported(
            "VPN drops every ten minutes",
            "Since this morning the VPN stops after about ten minutes.\nTwo colleagues see the same thing.",
        )
        self._work(number, "assign", to="me")
        self._work(number, "acknowledge")
        self._work(number, "reply", text="Good morning Sam, we are looking at the gateway now.")
        self._work(
            number, "note", text="Looks like the tunnel of last week. Checking the firewall's log first."
        )
        self._say(number, "Thank you! It just happened again, at 09:40.")
        self._due_to_a_problem(number)
        return number

    @cached_property
    def problem(self) -> str:
        """The address of a problem with an incident whose client reads its workaround."""
        self.talk  # noqa: B018 - it is due to this problem
        return self._problem

    @cached_property
    def held(self) -> str:
        """An incident that waits for its requester."""
        number = self._reported("Monitor flickers at desk 12", "It flickers when the heating starts.")
        self._paused(number, awaiting="requester", reason="Does it also flicker with another cable, please?")
        return number

    @cached_property
    def contested(self) -> str:
        """An incident that waited for its client, whose manager says that nobody asked them."""
        number = self._reported("Badge does not open the depot", "It opened yesterday.")
        pause = self._paused(number, awaiting="client", reason="Is the badge still on the list?")
        page = f"/t/acme/incidents/{number}"
        self.post(
            "manager", f"{page}/pauses/{pause['pause_id']}/contest", page, words="Nobody asked us anything."
        )
        return number

    @cached_property
    def statement(self) -> str:
        """The address of a drafted statement with lines, all of them gathered."""
        self.solved  # noqa: B018 - at least one promise has been kept
        return self._stated(f"{clock.now() - timedelta(days=1):%Y-%m}")

    @cached_property
    def closed_statement(self) -> str:
        """The address in the portal of a month that is closed, in which promises were broken."""
        self.solved  # noqa: B018 - as this one was, another is timed in the month before
        drafted = self._stated(self.admin.broken_month)
        self.post("admin", f"{drafted}/close", drafted)
        page = f"/t/acme/statements/{drafted.rpartition('/')[2]}"
        there = self._context("manager", "en").request

        def closed() -> bool:
            return there.get(self.base + page, headers=HTML).ok

        wait_until(closed, timeout=30, pause=0.1, what="the statement to be closed")
        return page

    def _stated(self, period: str) -> str:
        page = "/console/admin/statements"
        form = {"tenant_id": self.admin.client, "period": period}
        address = urlsplit(self.post("admin", page, **form)).path
        there = self._context("admin", "en").request

        def gathered() -> bool:
            return "refresh" not in there.get(self.base + address, headers=HTML).headers

        wait_until(gathered, timeout=20, pause=0.1, what="the lines of the statement")
        return address

    @cached_property
    def solved(self) -> str:
        """An incident that waits to be confirmed."""
        number = self._reported(
            "Scanner sends empty mails", "The scanner on floor 1 sends mails without pages."
        )
        self._work(
            number,
            "resolve",
            code="fixed",
            text="The glass was dirty, and a setting was off. It scans again.",
        )
        return number

    @cached_property
    def closed(self) -> str:
        """An incident that is over."""
        number = self._reported("Shared mailbox is missing", "I no longer see the mailbox of the depot.")
        self._work(number, "resolve", code="fixed", text="You are a member again.")
        self.post("requester", f"/t/acme/incidents/{number}/confirm", f"/t/acme/incidents/{number}")
        return number

    @cached_property
    def rated(self) -> str:
        """An incident that is over, and whose requester has said how it went."""
        number = self._reported("Numbers in the report are wrong", "The sum of the week is missing.")
        self._work(number, "resolve", code="fixed", text="The formula is right again.")
        page = f"/t/acme/incidents/{number}"
        self.post("requester", f"{page}/confirm", page)
        self.post("requester", f"{page}/rate", page, score="4", comment="Quick, thank you.")
        return number

    @cached_property
    def major(self) -> str:
        """A major incident in its review, of which its client was told twice."""
        number = self._reported("Mail does not arrive", "Since ten nobody gets any.")
        home, told = "/console/major-incidents", {"step": "send", "minutes": "30"}
        page = f"{home}?declare={number}"
        here = self.post(
            "dispatcher", home, page, incident=number, severity="sev1", title="Mail cluster down"
        )
        here = urlsplit(here).path
        words = {
            "text_en": "{client}: we are looking into it. Next: {next_update}.",
            "state": "investigating",
        }
        self.post("dispatcher", f"{here}/updates", here, **told, **words)
        words = {"text_en": "{client}: mail arrives again.", "state": "resolved"}
        self.post("dispatcher", f"{here}/updates", here, **told, **words)
        self.post("dispatcher", f"{here}/move", here, state="review")
        action = {"action_text_0": "Watch the disk", "action_due_0": "2020-01-01"}
        self.post("dispatcher", f"{here}/review", here, factors="A full disk", **action)
        return here

    @cached_property
    def answers(self) -> list[str]:
        """The links of the mail that asks whether it is solved: to confirm, to reopen."""
        return self._links(self.solved, "Yes, it is solved")

    @cached_property
    def to_rate(self) -> str:
        """The link of the mail about a closing that asks how it went."""
        number = self._reported("Phone rings once and stops", "Since the update.")
        self._work(number, "resolve", code="fixed", text="Reset.")
        self.changed(number, "close", {"reason": "Agreed by phone."})
        return self._links(number, "How did we do?")[0]

    def _links(self, number: str, words: str) -> list[str]:
        """The addresses of the links in the requester's mail about this incident that has these words."""

        def found() -> list[str]:
            for one in self.platform.mailbox.list(PEOPLE["requester"], number):
                text = text_of(self.platform.mailbox.read(one["id"]))
                if words in text:
                    return re.findall(r"https?://[^/]+(/t/[^/]+/answer/[^?\s]+)", text)
            return []

        return wait_until(found, timeout=20, pause=0.1, what=f"links in a mail about {number}")

    @cached_property
    def article(self) -> str:
        """The id of an article that clients may read."""
        found = self.platform.api.read("/articles", page_size=100)["articles"]
        return next(one["article_id"] for one in found if "Outlook" in one["title"])

    @cached_property
    def quarantined(self) -> str:
        """The id of a mail that belongs to no client."""
        subject = "Your printer order"
        self.platform.send(
            letter("sales@stranger.example", "support@acme.northstar.example", subject, "Please pay.\n")
        )

        def found() -> str:
            page = self.platform.api.read("/submissions", state="quarantined", page_size=200)["submissions"]
            return next((one["submission_id"] for one in page if one.get("subject") == subject), "")

        return wait_until(found, timeout=20, pause=0.1, what="the mail in quarantine")

    @cached_property
    def password_link(self) -> str:
        """Where somebody may set a password."""
        people = self.platform.api.read("/people", page_size=200)["people"]
        person = next(one for one in people if one["email"] == "tom.baker@acme.example")
        office = Office(Running.find(DataDir(self.platform.data_dir)))
        url = office.http("POST", f"/api/v1/people/{person['person_id']}/password-link").json()["url"]
        office.close()
        return "/password/" + str(url).rpartition("/")[2]

    @cached_property
    def consent(self) -> str:
        """Where a program asks a person for consent."""
        program = {
            "name": "Desk dashboard",
            "scopes": ["incidents:read", "incidents:write", "articles:read"],
            "grant_types": ["authorization_code"],
            "auth_method": "none",
            "redirect_uris": ["https://dashboard.example/back"],
        }
        made = self.platform.api.do("/api-clients", program)
        return (
            f"/oauth/authorize?response_type=code&client_id={made['client_id']}&state=x"
            "&redirect_uri=https%3A%2F%2Fdashboard.example%2Fback&scope=incidents%3Aread%20incidents%3Awrite"
            "&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        )

    def changed(self, number: str, action: str, body: dict[str, Any]) -> None:
        """Somebody else does something to an incident; action as in the API ("replies", "prioritize")."""
        self.platform.api.do(f"/incidents/{number}/{action}", body)

    # --- how it comes about

    def _context(self, who: str, language: str) -> BrowserContext:
        key = (who, language)
        if key not in self._contexts:
            context = self._browser.new_context(
                locale={"en": "en-GB", "fr": "fr-FR"}[language],
                timezone_id="Europe/London",
                reduced_motion="reduce",
            )
            eyes.watch(context)
            self._contexts[key] = context
            cookie = {"name": "fairlead-lang", "value": language, "domain": "localhost", "path": "/"}
            context.add_cookies([cookie])
            if who in ELSEWHERE:
                context.add_cookies([self._elsewhere().cookie(who)])
            elif PEOPLE[who]:
                self._sign_in(context, PEOPLE[who])
        return self._contexts[key]

    def _sign_in(self, context: BrowserContext, email: str) -> None:
        page = context.request.get(f"{self.base}/login", headers=HTML).text()
        token = re.findall(r'name="csrf_token" value="([^"]*)"', page)[-1]
        form = {"email": email, "password": PASSWORD, "csrf_token": token, "next": ""}
        answer = context.request.post(f"{self.base}/login", form=form, headers=HTML)
        assert answer.ok and "/login" not in answer.url, f"{email} could not sign in: {answer.status}"

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # That a page was refused is the point of some states; Chromium says so as an error.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _due_to_a_problem(self, number: str) -> None:
        words = {
            "cause": "The gateway's lease ends after ten minutes.",
            "workaround": "Raise the lease by hand.",
            "client_text": "Disconnect and connect again: it holds for another ten minutes.",
        }
        logged = self.post(
            "technician", "/console/problems", title="Tunnels drop by the lease", incident=number
        )
        here = self._problem = urlsplit(logged).path
        self.post("technician", f"{here}/edit", here, title="Tunnels drop by the lease", **words)
        published = self._context("technician", "en").request.get(self.base + here, headers=HTML).text()
        tenant_id = re.findall(r'name="tenant_id" value="([^"]+)"', published)[0]
        self.post("technician", f"{here}/publish", here, tenant_id=tenant_id)

    def _reported(self, title: str, text: str) -> str:
        """Sam reports it on the portal; decided by triage."""
        form = {"title": title, "text": text, "impact": "medium", "urgency": "medium"}
        number = re.search(r"ACME-\d+", self.post("requester", "/t/acme/report", **form))
        assert number
        found = self.platform.api.read(f"/incidents/{number[0]}")
        decided(self.platform, found["incident_id"])
        return number[0]

    def _work(self, number: str, action: str, **form: str) -> None:
        self.post(
            "technician", f"/console/incidents/{number}/{action}", f"/console/incidents/{number}", **form
        )

    def _paused(self, number: str, **hold: str) -> dict[str, Any]:
        """Puts it on hold, and waits until that has stopped a clock: P1's, which runs at all hours."""
        self.changed(number, "prioritize", {"impact": "high", "urgency": "high"})
        self._work(number, "hold", **hold)
        api = self.platform.api
        pauses = f"/incidents/{api.read(f'/incidents/{number}')['incident_id']}/pauses"

        def stopped() -> list[dict[str, Any]]:
            # Not found until service levels have heard of the incident.
            return [each for each in api.get(pauses).json().get("pauses", []) if each["stopped"]]

        return wait_until(stopped, timeout=20, pause=0.1, what="the pause")[0]

    def _say(self, number: str, text: str) -> None:
        self.post("requester", f"/t/acme/incidents/{number}/reply", f"/t/acme/incidents/{number}", text=text)

"""The three ways in. Each answers with what identifies the submission later: its title, which is unique."""

import re
import secrets
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from html.parser import HTMLParser
from typing import Any

import httpx

from cli.errors import Failed
from cli.seed.northstar import PASSWORD
from cli.tour.platform import Platform

_COOKIE = re.compile(r"^([^=]+)=([^;]*)")


def email(platform: Platform) -> tuple[str, str]:
    """A mail from a person at Clinique Boréal; (requester's address, title)."""
    title = f"Imprimante du deuxième étage en panne ({_mark()})"
    message = EmailMessage()
    message["From"] = "Étienne Gagnon <etienne.gagnon@boreal.example>"
    message["To"] = "support@boreal.northstar.example"
    message["Subject"] = title
    message["Message-ID"] = make_msgid(domain="boreal.example")
    message.set_content(
        "Bonjour,\n\nl’imprimante du deuxième étage n’imprime plus depuis ce matin.\n\nÉtienne\n"
    )
    try:
        with smtplib.SMTP(platform.smtp_host, platform.smtp_port, timeout=platform.seconds) as smtp:
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise Failed(f"intake took no mail ({type(error).__name__})") from None
    return "etienne.gagnon@boreal.example", title


def api_call(platform: Platform) -> tuple[str, str]:
    """A call of a program for Soleil Énergie; (requester's address, title)."""
    title = f"VPN instable depuis ce matin ({_mark()})"
    body = {
        "tenant_id": platform.seed["tenants"]["soleil"],
        "title": title,
        "description": "Le VPN se déconnecte toutes les dix minutes, plusieurs collègues sont touchés.",
        "requester": {"email": "ines.moreau@soleil.example", "name": "Inès Moreau"},
    }
    platform.post("/api/v1/incidents", body, {"idempotency-key": secrets.token_hex(8)})
    return "ines.moreau@soleil.example", title


def portal_form(platform: Platform) -> tuple[str, str]:
    """Sam Okafor signs in to Acme's portal and fills in the form; (requester's address, title)."""
    title = f"Outlook asks for my password again and again ({_mark()})"
    address = "sam.okafor@acme.example"
    with platform.browser() as http:
        browser = _Browser(http)
        form = "/t/acme/report"
        browser.submit(f"/login?next={form}", {"email": address, "password": PASSWORD})
        browser.submit(
            form,
            {"title": title, "text": "Since this morning, on both of my computers. Webmail works."},
        )
    return address, title


def _mark() -> str:
    return secrets.token_hex(3)


class _Browser:
    """Just enough of one to fill in a form without JavaScript: it keeps cookies and hidden fields."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._cookies: dict[str, str] = {}

    def submit(self, path: str, fields: dict[str, str]) -> None:
        """Fills in and sends the form at path that has these fields. Raises Failed unless it is taken."""
        page = self._request("GET", path)
        form = next(
            (form for form in _forms(page.text) if fields.keys() <= form.fields.keys()),
            None,
        )
        if form is None:
            raise Failed(f"the page {path} shows no form (it answered {page.status_code})")
        answer = self._request("POST", form.action or path, data={**form.fields, **fields})
        if answer.status_code not in (302, 303):
            raise Failed(f"the form at {path} was not taken (it answered {answer.status_code})")

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"cookie": cookies, "origin": str(self._http.base_url).rstrip("/")}
        try:
            answer = self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Failed(f"the gateway does not answer ({type(error).__name__})") from None
        for line in answer.headers.get_list("set-cookie"):
            # Loopback is a secure context to browsers, but not to cookie jars: so cookies are kept by hand.
            if found := _COOKIE.match(line):
                self._cookies[found[1]] = found[2]
        return answer


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.forms.append(_Form(values.get("action") or ""))
            self._inside = True
        elif self._inside and values.get("name") and _is_filled_in(tag, values.get("type")):
            self.forms[-1].fields[str(values["name"])] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def _is_filled_in(tag: str, kind: str | None) -> bool:
    return tag in ("input", "textarea", "select") and kind not in ("checkbox", "radio", "submit")


def _forms(html: str) -> list[_Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms

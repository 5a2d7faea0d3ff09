"""One mail, composed: branded, in the reader's language and zone, with the headers that keep mail systems calm.

Automatic mail says so (RFC 3834: Auto-Submitted, null reverse-path for acknowledgements); the Message-ID is the
delivery's for good; every mail about an incident names the incident's own thread.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as in_words
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from services.notify.clients.email import mime
from services.notify.clients.email.words import words_in
from services.notify.domain.answers import RATE
from services.notify.domain.notification import Side
from services.notify.domain.return_path import ReturnPaths
from services.notify.ports import ComposedMail, Mail

_TEMPLATES = Path(__file__).parent / "templates"
_READABLE = 4.5
_DEEPENED = (0.0, 0.04, 0.08, 0.12, 0.16)
_AS_THEY_ARE = ("priority", "step", "steps", "via", "major", "due_date")
_FALLBACK_COLOR = "#1d4ed8"
LOOP_HEADER = "X-Fairlead-Loop"
# Written by a person and passed on: not automatic in the sense of RFC 3834.
_BY_PEOPLE = frozenset({"replied", "answered"})


class Composer:
    """public_url: where portal and console are reached, without a slash at its end."""

    def __init__(self, public_url: str, installation: str, paths: ReturnPaths) -> None:
        self._public_url = public_url.rstrip("/")
        self._mark = loop_mark(installation, public_url)
        self._paths = paths
        loader = FileSystemLoader(_TEMPLATES)
        settings = {
            "undefined": StrictUndefined,
            "trim_blocks": False,
            "keep_trailing_newline": True,
            "auto_reload": False,
        }
        self._html = SandboxedEnvironment(loader=loader, autoescape=True, **settings)
        self._text = SandboxedEnvironment(loader=loader, autoescape=False, **settings)

    def compose(self, mail: Mail) -> ComposedMail:
        """The whole mail; the same one for the same delivery, but for its Date.

        Raises UnicodeEncodeError for an address that is not ASCII: without SMTPUTF8 nobody can write to it.
        """
        values = self._values(mail)
        subject = _subject(mail, values["heading"])
        message_id = f"{mail.delivery.delivery_id}@{_domain(mail)}"
        text = self._text.get_template("mail.txt").render(values)
        html = self._html.get_template("mail.html").render(values)
        raw = mime.alternatives(
            self._headers(mail, subject, message_id), text, html, mail.delivery.delivery_id
        )
        acknowledges = mail.delivery.notification == "incident_opened"
        return ComposedMail(
            subject=subject,
            message_id=message_id,
            sender="" if acknowledges else self._return_path(mail),
            recipient=mail.address,
            raw=raw,
        )

    def _headers(self, mail: Mail, subject: str, message_id: str) -> list[tuple[str, str]]:
        delivery = mail.delivery
        brand = mail.tenant.brand.get("display_name") or mail.tenant.name
        about = delivery.content.get("change") or delivery.incident_id
        thread = f"<{about}@{_domain(mail)}>"
        headers = [
            ("From", mime.mailbox(brand, mail.tenant.support_address)),
            ("To", mime.mailbox(mail.name, mail.address)),
            ("Reply-To", mime.mailbox(brand, _reply_address(mail))),
            ("Subject", subject),
            ("Date", format_datetime(datetime.now(UTC))),
            ("Message-ID", f"<{message_id}>"),
            ("In-Reply-To", thread),
            ("References", thread),
        ]
        if delivery.notification not in _BY_PEOPLE:
            kind = "auto-replied" if delivery.notification == "incident_opened" else "auto-generated"
            headers += [
                ("Auto-Submitted", kind),
                ("Precedence", "bulk"),
                ("X-Auto-Response-Suppress", "All"),
            ]
        return [*headers, (LOOP_HEADER, self._mark)]

    def _return_path(self, mail: Mail) -> str:
        """Where a report that it did not arrive comes back to: by it alone such a report is believed."""
        found = self._paths.address(mail.tenant.support_address, mail.delivery.delivery_id)
        return found or mail.tenant.support_address

    def _values(self, mail: Mail) -> dict[str, Any]:
        delivery, content = mail.delivery, mail.delivery.content
        kind, words = delivery.notification, words_in(mail.locale)
        known = {
            "number": delivery.incident_number,
            "tenant": mail.tenant.name,
            "actor": content.get("actor_name") or words["somebody"],
            "target": words.get(content.get("target", ""), ""),
            "into": content.get("into", ""),
            **{name: content.get(name, "") for name in _AS_THEY_ARE},
            "owner": content.get("owner") or words["somebody"],
            "requester": content.get("requester") or words["somebody"],
            "role": words.get(f"role_{content.get('role', '')}", ""),
            "due": _due(content.get("due_time", ""), mail),
        }
        # A sender who could not be authenticated is shown nothing that somebody wrote, the subject included.
        unverified = _unverified(mail)
        lead = words["incident_opened_unverified" if unverified else f"{kind}_lead"]
        color = carrying_white(mail.tenant.brand.get("primary_color") or _FALLBACK_COLOR)
        return {
            "lang": mail.locale.split("-")[0],
            "brand": mail.tenant.brand.get("display_name") or mail.tenant.name,
            "color": color,
            "ink": readable_on(color),
            "heading": words[kind].format(**known),
            "number": delivery.incident_number,
            "title": "" if unverified else content["title"],
            "lead": lead.format(**known),
            "words": content["words"],
            "files": [] if unverified else content.get("attachments", "").splitlines(),
            "attached": words["attached"],
            "ask": words.get(f"{kind}_ask", ""),
            "answers": self._answers(mail, words),
            "rate": words["answer_rate"],
            "scores": self._scores(mail, words),
            "link": self._link(mail),
            "view": words["view_major" if content.get("major") else "view"].format(**known),
            "hint": words["reply_hint"].format(**known) if _may_be_answered(mail) else "",
        }

    def _answers(self, mail: Mail, words: Mapping[str, str]) -> list[dict[str, str]]:
        """Links that answer without signing in: each shows a page that says what it does, and does it there."""
        language = mail.locale.split("-")[0]
        if tag := mail.delivery.content.get("answer_tag"):
            link = f"{self._public_url}/page/{tag}?lang={language}"
            return [{"label": words["answer_acknowledge"], "link": link}]
        base = f"{self._public_url}/t/{mail.tenant.slug}/answer"
        return [
            {"label": words[f"answer_{answer}"], "link": f"{base}/{token}?lang={language}"}
            for answer, token in mail.answer_tokens.items()
            if answer != RATE
        ]

    def _scores(self, mail: Mail, words: Mapping[str, str]) -> list[dict[str, str]]:
        """A link for each score, which the page that it leads to has chosen already."""
        token, language = mail.answer_tokens.get(RATE), mail.locale.split("-")[0]
        if not token:
            return []
        base = f"{self._public_url}/t/{mail.tenant.slug}/answer/{token}?lang={language}"
        return [
            {"score": str(score), "label": words[f"score_{score}"], "link": f"{base}&score={score}"}
            for score in range(1, 6)
        ]

    def _link(self, mail: Mail) -> str:
        number = mail.delivery.incident_number
        if major := mail.delivery.content.get("major"):
            return f"{self._public_url}/console/major-incidents/{major}"
        if mail.delivery.content.get("change"):
            staff = mail.delivery.side == Side.STAFF
            return f"{self._public_url}/" + (
                f"console/changes/{number}" if staff else f"t/{mail.tenant.slug}/changes"
            )
        if mail.delivery.side == Side.STAFF:
            return f"{self._public_url}/console/incidents/{number}"
        return f"{self._public_url}/t/{mail.tenant.slug}/incidents/{number}"


def loop_mark(installation: str, public_url: str) -> str:
    """What mail of this installation is known by, where it comes back. Intake looks for the same."""
    return f"{installation}@{urlsplit(public_url).netloc}"


def carrying_white(color: str) -> str:
    """A strong color "#rrggbb" that all but carries white, deepened a little, as the portal does it; others as they are."""
    channels = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    for share in _DEEPENED:
        deeper = "#" + "".join(f"{round(channel * (1 - share)):02x}" for channel in channels)
        if 1.05 / (_luminance(deeper) + 0.05) >= _READABLE:
            return deeper
    return color


def readable_on(color: str) -> str:
    """White where it can be read on a color "#rrggbb", else black: one of them always can (WCAG 2.2, 1.4.3)."""
    return "#ffffff" if 1.05 / (_luminance(color) + 0.05) >= _READABLE else "#000000"


def _luminance(color: str) -> float:
    """0 to 1 (WCAG 2.2, "relative luminance")."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _subject(mail: Mail, heading: str) -> str:
    title = "" if _unverified(mail) else mail.delivery.content["title"]
    # A client's mails stay one thread in their mail program; staff see at a glance what is the matter.
    staff = mail.delivery.side == Side.STAFF
    told = f"{heading}: {title}" if staff and title else title or heading
    return " ".join(f"[{mail.delivery.incident_number}] {told}".split())[:200]


def _unverified(mail: Mail) -> bool:
    return mail.delivery.notification == "incident_opened" and bool(mail.delivery.content["unverified"])


def _reply_address(mail: Mail) -> str:
    """The support mailbox with the recipient's own token; subaddressing, RFC 5233."""
    local, _, domain = mail.tenant.support_address.rpartition("@")
    # Who is called answers the page, not the client.
    tag = mail.delivery.content.get("answer_tag") or mail.reply_token
    return f"{local}+{tag}@{domain}" if tag else mail.tenant.support_address


def _may_be_answered(mail: Mail) -> bool:
    """Words of the client's side join the incident; a change has no conversation."""
    return mail.delivery.side == Side.CLIENT and not mail.delivery.content.get("change")


def _domain(mail: Mail) -> str:
    return mail.tenant.support_address.rpartition("@")[2]


def _due(text: str, mail: Mail) -> str:
    if not text:
        return ""
    moment = datetime.fromisoformat(text).astimezone(ZoneInfo(mail.time_zone))
    return in_words(moment, "medium", locale="fr" if mail.locale.startswith("fr") else "en")

"""A normalised mail as the JSON object that others rely on: every key is there, whatever the mail was."""

from dataclasses import asdict
from typing import Any

from services.intake.domain.mail.model import Address, Bounce, Leaf, NormalizedMail


def document_of(mail: NormalizedMail, parts: list[Leaf], authentication: dict[str, str]) -> dict[str, Any]:
    """What `fairlead intake parse` prints. authentication: the verdicts of spf, dkim and dmarc."""
    return {
        "from": asdict(mail.sender or Address(mail.sender_words, "")),
        "to": [asdict(one) for one in mail.to],
        "cc": [asdict(one) for one in mail.cc],
        "reply_to": [asdict(one) for one in mail.reply_to],
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "attachments": [asdict(one) for one in mail.attachments],
        "parts": [asdict(one) for one in parts],
        "auto_submitted": mail.auto_submitted,
        "is_bounce": mail.is_bounce,
        "bounce": _bounce(mail.bounce) if mail.bounce else None,
        "is_list": mail.is_list,
        "authentication": authentication,
        "problems": list(mail.problems),
    }


def _bounce(bounce: Bounce) -> dict[str, Any]:
    """The first failed recipient, and the addresses of all."""
    first = bounce.recipients[0] if bounce.recipients else None
    return {
        "recipient": first.address if first else "",
        "status": first.status if first else "",
        "diagnostic": first.diagnostic if first else "",
        "reason": first.reason if first else "",
        "hard": first.hard if first else False,
        "recipients": [one.address for one in bounce.recipients],
    }

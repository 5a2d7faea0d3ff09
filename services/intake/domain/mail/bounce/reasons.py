"""What the words of mail servers mean: one reason for each diagnostic, by the wording that tells most."""

import re

from services.intake.domain.mail.bounce.wordings import WORDINGS

_REASONS = tuple((reason, re.compile(wording)) for reason, wording in WORDINGS)
_SPACES = re.compile(r"[\s\u3000]+")
_LENGTH = 3_000

# Words that any refusal may use: a status code that means something says more.
VAGUE = frozenset(["filtered", "systemerror", "securityerror", "syntaxerror"])
HARD = frozenset(["userunknown", "hostunknown", "hasmoved"])


def reason_in(text: str) -> str:
    """The reason that the words of a diagnostic give, "" when they give none."""
    said = _SPACES.sub(" ", text[:_LENGTH].lower().replace("\u2019", "'"))
    return next((reason for reason, wording in _REASONS if wording.search(said)), "")

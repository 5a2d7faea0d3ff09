"""A review as Markdown, to be kept or passed on among staff."""

import re

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.backends.words import word_of
from services.gateway.pages.console.majors.said import action_words, time_words, updates_in_words
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import as_datetime, current_zone, duration

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def report_of(major: pb.MajorIncident) -> str:
    """In the reader's language and zone. What people wrote stays words: it formats nothing."""
    review = major.review
    parts = [f"# {major.number} {_plain(major.title)}", *_facts(review.facts)]
    for heading, text in ((_("What happened"), review.summary), (_("What went well"), review.went_well)):
        if text:
            parts += [f"## {heading}", _plain(text)]
    parts.append(f"## {_('Contributing factors')}")
    parts += ["\n".join(f"- {_plain(one)}" for one in review.factors)] if review.factors else []
    parts += [] if review.factors else [f"{_('None:')} {_plain(review.no_factor_reason)}"]
    parts.append(f"## {_('Action items')}")
    parts.append("\n".join(_action(one) for one in review.actions) or _("None."))
    if review.HasField("finish_time"):
        parts.append(_("Finished by %(name)s", name=_plain(review.finished_by)))
    return "\n\n".join(parts) + "\n"


def _facts(facts: pb.MajorFacts) -> list[str]:
    zone = current_zone()
    lines = [
        f"- {label}: {as_datetime(getattr(facts, name)).astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
        for name, label in time_words().items()
        if facts.HasField(name)
    ]
    if facts.HasField("acknowledge_seconds"):
        lines.append(f"- {_('Time to acknowledge')}: {duration(facts.acknowledge_seconds)}")
    if facts.HasField("resolve_seconds"):
        lines.append(f"- {_('Time to resolve')}: {duration(facts.resolve_seconds)}")
    return ["\n".join([*lines, f"- {_('Updates')}: {updates_in_words(facts)}"])]


def _action(one: pb.ActionItem) -> str:
    state = action_words()[word_of(pb.ActionState.DESCRIPTOR, one.state) or "open"]
    said = [_plain(one.text), _plain(one.owner_name), one.due_date, state, _plain(one.link)]
    return "- " + " · ".join(part for part in said if part)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)

"""A review of a major incident as Markdown, to be kept or passed on among staff."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.backends.words import word_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")
ENGLISH_TIMES: Mapping[str, str] = {
    "detect_time": "Detected",
    "declare_time": "Declared",
    "acknowledge_time": "Acknowledged",
    "mitigate_time": "Mitigated",
    "resolve_time": "Resolved",
}


def _in_english(facts: pb.MajorFacts) -> str:
    missed = f"; {facts.updates_missed} promised and never sent" if facts.updates_missed else ""
    return f"{facts.updates_sent} sent, {facts.updates_late} of them late{missed}"


@dataclass(frozen=True, kw_only=True)
class ReportWords:
    """What a report says in its language; English unless told otherwise."""

    what_happened: str = "What happened"
    went_well: str = "What went well"
    factors: str = "Contributing factors"
    none_because: str = "None:"
    actions: str = "Action items"
    none: str = "None."
    to_acknowledge: str = "Time to acknowledge"
    to_resolve: str = "Time to resolve"
    updates: str = "Updates"
    times: Mapping[str, str]
    states: Mapping[str, str]
    finished_by: Callable[[str], str] = "Finished by {}".format
    duration: Callable[[int], str] = lambda seconds: str(timedelta(seconds=seconds))
    kept_informed: Callable[[pb.MajorFacts], str] = _in_english


ENGLISH = ReportWords(
    times=ENGLISH_TIMES, states={"open": "Open", "done": "Done", "carried_over": "Carried over"}
)


def report_of(major: pb.MajorIncident, words: ReportWords, zone: ZoneInfo) -> str:
    """What people wrote stays words: it formats nothing."""
    review = major.review
    parts = [f"# {major.number} {_plain(major.title)}", _facts(review.facts, words, zone)]
    for heading, text in ((words.what_happened, review.summary), (words.went_well, review.went_well)):
        if text:
            parts += [f"## {heading}", _plain(text)]
    parts.append(f"## {words.factors}")
    parts += ["\n".join(f"- {_plain(one)}" for one in review.factors)] if review.factors else []
    parts += [] if review.factors else [f"{words.none_because} {_plain(review.no_factor_reason)}"]
    parts.append(f"## {words.actions}")
    parts.append("\n".join(_action(one, words) for one in review.actions) or words.none)
    if review.HasField("finish_time"):
        parts.append(words.finished_by(_plain(review.finished_by)))
    return "\n\n".join(parts) + "\n"


def _facts(facts: pb.MajorFacts, words: ReportWords, zone: ZoneInfo) -> str:
    def at(name: str) -> datetime:
        moment: datetime = getattr(facts, name).ToDatetime(tzinfo=UTC)
        return moment.astimezone(zone)

    lines = [
        f"- {label}: {at(name):%Y-%m-%d %H:%M} ({zone.key})"
        for name, label in words.times.items()
        if facts.HasField(name)
    ]
    if facts.HasField("acknowledge_seconds"):
        lines.append(f"- {words.to_acknowledge}: {words.duration(facts.acknowledge_seconds)}")
    if facts.HasField("resolve_seconds"):
        lines.append(f"- {words.to_resolve}: {words.duration(facts.resolve_seconds)}")
    return "\n".join([*lines, f"- {words.updates}: {words.kept_informed(facts)}"])


def _action(one: pb.ActionItem, words: ReportWords) -> str:
    state = words.states[word_of(pb.ActionState.DESCRIPTOR, one.state) or "open"]
    said = [_plain(one.text), _plain(one.owner_name), one.due_date, state, _plain(one.link)]
    return "- " + " · ".join(part for part in said if part)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)

"""A contract as a form: one row for each priority and kind of promise; and what a change of it changes."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from fairlead.incidents.v1 import incident_pb2
from fairlead.sla.v1 import contract_pb2
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.choices import party_choices, reopen_choices, target_choices
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.admin.forms import (
    goal_seconds,
    goal_text,
    local_moment,
    number_problem,
    whole,
)
from services.gateway.pages.language import gettext as _

PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
KINDS = ("first_response", "resolution")
_FIELDS = frozenset(
    {
        "name", "tenant_id", "time_zone", "effective_time", "reopen_rule", "close_after_days", "reopen_within_days",
        "revision", "version",
    }
)  # fmt: skip
_DAY = 86_400
_KIND = contract_pb2.TargetKind.DESCRIPTOR
_PRIORITY = incident_pb2.Priority.DESCRIPTOR
_PARTY = incident_pb2.AwaitedParty.DESCRIPTOR
_REOPEN = contract_pb2.ReopenRule.DESCRIPTOR


def form_of(contract: contract_pb2.Contract) -> MultiDict[str, str]:
    """The form's fields, filled with a version of a contract. When it takes effect is asked anew."""
    fields: list[tuple[str, str]] = [
        ("name", contract.name),
        ("tenant_id", contract.tenant_id),
        ("time_zone", contract.time_zone),
        ("reopen_rule", word_of(_REOPEN, contract.reopen_rule) or "continue"),
        ("close_after_days", str(contract.close_after_seconds // _DAY)),
        ("reopen_within_days", str(contract.reopen_within_seconds // _DAY)),
        ("revision", str(contract.revision)),
    ]
    for target in contract.targets:
        if not _fits(target):
            continue
        row = f"{word_of(_KIND, target.kind)}-{word_of(_PRIORITY, target.priority)}"
        fields += [
            (f"goal-{row}", goal_text(target.goal_seconds)),
            (f"calendar-{row}", target.calendar_id),
            (f"warning-{row}", str(target.warning_percent)),
        ]
        fields += [(f"pause-{row}", word_of(_PARTY, party) or "") for party in target.pausing_parties]
    return MultiDict(fields)


def carried(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The fields of a contract's form, for a page that hands them on: names and values, as they were typed."""
    return [
        (name, value)
        for name, value in form.items(multi=True)
        if name in _FIELDS or name.startswith(("goal-", "calendar-", "warning-", "pause-"))
    ]


def beyond_the_form(contract: contract_pb2.Contract) -> list[contract_pb2.ServiceLevelTarget]:
    """What an API client promised in it that the form has no fields for: kept as it is when the form is saved."""
    return [target for target in contract.targets if not _fits(target)]


def _fits(target: contract_pb2.ServiceLevelTarget) -> bool:
    stated = (
        target.incident_kind,
        target.service,
        target.channel,
        target.requester_group,
        target.assignment_group_id,
        *target.warning_percents,
        target.reopen_rule,
        *target.excluded_codes,
    )
    clients = target.level in (contract_pb2.TARGET_LEVEL_UNSPECIFIED, contract_pb2.TARGET_LEVEL_CLIENT)
    return word_of(_KIND, target.kind) in KINDS and clients and bool(target.priority) and not any(stated)


def contract_of(form: MultiDict[str, str], contract_id: str = "") -> contract_pb2.Contract:
    """What the form says. Raises Refused for what cannot be read; the service checks the rest."""
    zone = form.get("time_zone", "")
    made = contract_pb2.Contract(
        contract_id=contract_id,
        tenant_id=form.get("tenant_id", ""),
        name=form.get("name", "").strip(),
        time_zone=zone,
        reopen_rule=number_of(_REOPEN, form.get("reopen_rule", "")),
        close_after_seconds=_days(form, "close_after_days"),
        reopen_within_seconds=_days(form, "reopen_within_days"),
        revision=whole(form.get("revision", "")) or 0,
    )
    try:
        effective = local_moment(form.get("effective_time", ""), zone)
    except ValueError:
        raise Refused(effective_time=_("A date and a time are needed.")) from None
    if effective:
        made.effective_time.FromDatetime(effective)
    for kind in KINDS:
        for priority in PRIORITIES:
            _add_target(made, form, kind, priority)
    return made


def changes(
    before: contract_pb2.Contract, after: contract_pb2.Contract, calendars: Mapping[str, str]
) -> list[Any]:
    """(what, before, after) of everything that differs, in words."""
    old, new = _described(before, calendars), _described(after, calendars)
    return [
        (label, old.get(label, "–"), new.get(label, "–"))
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]


def local_text(contract: contract_pb2.Contract) -> str:
    """When a version takes effect, in its own zone, as a date-and-time field has it."""
    moment = contract.effective_time.ToDatetime(tzinfo=UTC).astimezone(ZoneInfo(contract.time_zone or "UTC"))
    return moment.strftime("%Y-%m-%d %H:%M")


def _add_target(made: contract_pb2.Contract, form: MultiDict[str, str], kind: str, priority: str) -> None:
    row = f"{kind}-{priority}"
    text = form.get(f"goal-{row}", "").strip()
    if not text:
        return
    seconds = goal_seconds(text)
    if not seconds:
        raise Refused(
            targets=_("%(goal)s is no length of time: write 30m, 4h or 4h 30m.", goal=f"“{text[:20]}”")
        )
    warning = whole(form.get(f"warning-{row}", "") or "0", most=99)
    if warning is None:
        raise Refused(targets=_("A warning comes at 0 to 99 per cent."))
    parties = [number_of(_PARTY, word) for word in form.getlist(f"pause-{row}")]
    made.targets.add(
        kind=number_of(_KIND, kind),
        priority=number_of(_PRIORITY, priority),
        goal_seconds=seconds,
        calendar_id=form.get(f"calendar-{row}", ""),
        warning_percent=warning,
        pausing_parties=[party for party in parties if party],
    )


def _days(form: MultiDict[str, str], name: str) -> int:
    days = whole(form.get(name, "") or "0", most=365)
    if days is None:
        raise Refused(**{name: number_problem()})
    return days * _DAY


def _described(contract: contract_pb2.Contract, calendars: Mapping[str, str]) -> dict[str, str]:
    reopening = {word: label for word, label, _more in reopen_choices()}
    said = {
        _("Name"): contract.name,
        _("Time zone"): contract.time_zone,
        _("Closes by itself after"): _("%(days)s days", days=contract.close_after_seconds // _DAY),
        _("May be reopened for"): _("%(days)s days", days=contract.reopen_within_seconds // _DAY),
        _("When it is reopened"): reopening.get(word_of(_REOPEN, contract.reopen_rule) or "continue", ""),
    }
    kinds, parties = dict(target_choices()), dict(party_choices())
    for target in contract.targets:
        # What the form has no fields for stays as it is; two of one kind and priority would be taken for one.
        if not _fits(target):
            continue
        kind = kinds.get(word_of(_KIND, target.kind) or "", "")
        paused = ", ".join(
            sorted(parties.get(word_of(_PARTY, one) or "", "") for one in target.pausing_parties)
        )
        said[f"{word_of(_PRIORITY, target.priority)} {kind}"] = " · ".join(
            filter(
                None,
                (
                    goal_text(target.goal_seconds),
                    calendars.get(target.calendar_id, target.calendar_id),
                    _("warning at %(share)s %%", share=target.warning_percent)
                    if target.warning_percent
                    else "",
                    _("paused for %(parties)s", parties=paused) if paused else "",
                ),
            )
        )
    return said

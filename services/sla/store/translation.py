"""Domain objects as MongoDB documents, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.sla.domain.calendar import Calendar, Window
from services.sla.domain.clock import ClockState
from services.sla.domain.clock_set import ClockSet, Header, Prospect, Standing
from services.sla.domain.contract import AwaitedParty, Contract, ReopenRule, Target, TargetKind, TargetLevel
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.versions import CalendarRecord, ContractRecord


def contract_state(record: ContractRecord) -> dict[str, Any]:
    """The fields of a contract's document."""
    return {"versions": [_contract_version(version) for version in record.versions]}


def contract_from(document: Mapping[str, Any]) -> ContractRecord:
    """A contract, from its document."""
    provider_id, room = document["provider_id"], document["tenant_id"]
    tenant_id = "" if room == provider_id else room
    versions = tuple(
        Contract(
            contract_id=document["_id"],
            provider_id=provider_id,
            tenant_id=tenant_id,
            name=kept["name"],
            targets=tuple(_target_from(target) for target in kept["targets"]),
            version=kept["version"],
            effective_time=kept["effective_time"],
            reopen_rule=ReopenRule(kept["reopen_rule"]),
            close_after_seconds=kept["close_after_seconds"],
            reopen_within_seconds=kept["reopen_within_seconds"],
            time_zone=kept["time_zone"],
            create_time=kept["create_time"],
        )
        for kept in document["versions"]
    )
    return ContractRecord(document["_id"], provider_id, tenant_id, versions, document["revision"])


def _contract_version(version: Contract) -> dict[str, Any]:
    return {
        "version": version.version,
        "name": version.name,
        "effective_time": version.effective_time,
        "targets": [_target(target) for target in version.targets],
        "reopen_rule": version.reopen_rule.value,
        "close_after_seconds": version.close_after_seconds,
        "reopen_within_seconds": version.reopen_within_seconds,
        "time_zone": version.time_zone,
        "create_time": version.create_time,
    }


# What only some targets state, as plain text; it lies in the document only where it is stated.
_STATED = ("name", "incident_kind", "service", "channel", "requester_group", "group_id")


def _target(target: Target) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "kind": target.kind.value,
        "priority": target.priority,
        "goal_seconds": target.goal_seconds,
        "calendar_id": target.calendar_id,
        "warning_percent": target.warning_percent,
        "pausing_parties": sorted(party.value for party in target.pausing_parties),
    }
    stated = {name: getattr(target, name) for name in _STATED}
    stated |= {
        "level": "" if target.level is TargetLevel.CLIENT else target.level.value,
        "warning_percents": list(target.warning_percents),
        "start_event": target.start_event and target.start_event.value,
        "stop_event": target.stop_event and target.stop_event.value,
        "reopen_rule": target.reopen_rule and target.reopen_rule.value,
        "excluded_codes": sorted(target.excluded_codes),
    }
    return kept | {name: value for name, value in stated.items() if value}


def _target_from(kept: Mapping[str, Any]) -> Target:
    start, stop, reopen = (kept.get(name) for name in ("start_event", "stop_event", "reopen_rule"))
    return Target(
        kind=TargetKind(kept["kind"]),
        priority=kept["priority"],
        goal_seconds=kept["goal_seconds"],
        calendar_id=kept["calendar_id"],
        warning_percent=kept["warning_percent"],
        pausing_parties=frozenset(AwaitedParty(party) for party in kept["pausing_parties"]),
        level=TargetLevel(kept.get("level") or TargetLevel.CLIENT),
        warning_percents=tuple(kept.get("warning_percents", ())),
        start_event=FactKind(start) if start else None,
        stop_event=FactKind(stop) if stop else None,
        reopen_rule=ReopenRule(reopen) if reopen else None,
        excluded_codes=frozenset(kept.get("excluded_codes", ())),
        **{name: kept.get(name, "") for name in _STATED},
    )


def calendar_state(record: CalendarRecord) -> dict[str, Any]:
    """The fields of a calendar's document."""
    versions = [_calendar_version(version) for version in record.versions]
    return {"name": record.latest.name, "versions": versions}


def calendar_from(document: Mapping[str, Any]) -> CalendarRecord:
    """A calendar, from its document."""
    versions = tuple(
        Calendar(
            calendar_id=document["_id"],
            time_zone=kept["time_zone"],
            version=kept["version"],
            name=kept["name"],
            always_open=kept["always_open"],
            hours={int(day): _windows_from(windows) for day, windows in kept["hours"]},
            country=kept["country"],
            subdivision=kept["subdivision"],
            overrides={
                date.fromisoformat(day): _windows_from(windows) for day, windows, _ in kept["overrides"]
            },
            override_names={date.fromisoformat(day): name for day, _, name in kept["overrides"] if name},
            create_time=kept["create_time"],
        )
        for kept in document["versions"]
    )
    return CalendarRecord(document["_id"], document["provider_id"], versions, document["revision"])


def _calendar_version(version: Calendar) -> dict[str, Any]:
    return {
        "version": version.version,
        "name": version.name,
        "time_zone": version.time_zone,
        "always_open": version.always_open,
        "hours": [[day, _windows(windows)] for day, windows in sorted(version.hours.items())],
        "country": version.country,
        "subdivision": version.subdivision,
        "overrides": [
            [day.isoformat(), _windows(windows), version.override_names.get(day, "")]
            for day, windows in sorted(version.overrides.items())
        ],
        "create_time": version.create_time,
    }


def _windows(windows: tuple[Window, ...]) -> list[list[int]]:
    return [[start, end] for start, end in windows]


def _windows_from(kept: list[list[int]]) -> tuple[Window, ...]:
    return tuple((start, end) for start, end in kept)


# Short name → field, for what only some facts say.
_TOLD = {
    "i": "incident_kind",
    "v": "service",
    "c": "channel",
    "r": "requester_group",
    "g": "group_id",
    "o": "code",
    "n": "since",
    "m": "other_id",
    "u": "undone",
}


def _fact(fact: Fact) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "e": fact.event_id,
        "s": fact.sequence,
        "k": fact.kind.value,
        "t": fact.time,
        "p": fact.priority,
        "a": fact.awaiting,
    }
    return kept | {short: value for short, name in _TOLD.items() if (value := getattr(fact, name))}


def _fact_from(kept: Mapping[str, Any]) -> Fact:
    told = {name: kept[short] for short, name in _TOLD.items() if short in kept}
    return Fact(kept["e"], kept["s"], FactKind(kept["k"]), kept["t"], kept["p"], kept["a"], **told)


def clock_set_state(record: ClockSet) -> dict[str, Any]:
    """The fields of a clock set's document."""
    header = record.header
    return {
        "number": header.number,
        "requester_id": header.requester_id,
        "participant_ids": sorted(header.participant_ids),
        "assignee_id": header.assignee_id,
        "assignee_name": header.assignee_name,
        "assignment_group_id": header.assignment_group_id,
        "assignment_group_name": header.assignment_group_name,
        "incident_revision": header.revision,
        "facts": [_fact(fact) for fact in record.facts],
        "opened": record.opened,
        "open_time": record.open_time,
        "contract_id": record.contract_id,
        "contract_version": record.contract_version,
        "calendar_versions": [[id, version] for id, version in sorted(record.calendar_versions.items())],
        "announced": sorted(record.announced),
        "standings": [
            {
                "key": key,
                "state": standing.state.value,
                "due_time": standing.due_time,
                "goal_seconds": standing.goal_seconds,
                "verdict": standing.verdict,
                "decide_time": standing.decide_time,
            }
            for key, standing in record.standings.items()
        ],
        "next_due_time": record.next_due_time,
        "prospect": {"key": record.prospect.key, "chance": record.prospect.chance}
        if record.prospect
        else None,
        "next_look_time": record.next_look_time,
        "running": record.is_running,
    }


def clock_set_from(document: Mapping[str, Any]) -> ClockSet:
    """A clock set, from its document."""
    return ClockSet(
        incident_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        header=Header(
            number=document["number"],
            requester_id=document["requester_id"],
            participant_ids=frozenset(document["participant_ids"]),
            assignee_id=document["assignee_id"],
            assignee_name=document["assignee_name"],
            assignment_group_id=document.get("assignment_group_id", ""),
            assignment_group_name=document.get("assignment_group_name", ""),
            revision=document["incident_revision"],
        ),
        facts=tuple(_fact_from(kept) for kept in document["facts"]),
        opened=document["opened"],
        contract_id=document["contract_id"],
        contract_version=document["contract_version"],
        calendar_versions=dict(document["calendar_versions"]),
        announced=frozenset(document["announced"]),
        standings={
            kept["key"]: Standing(
                ClockState(kept["state"]),
                kept["due_time"],
                kept["goal_seconds"],
                # Not there in what was written before verdicts were counted.
                kept.get("verdict", ""),
                kept.get("decide_time"),
            )
            for kept in document["standings"]
        },
        next_due_time=document["next_due_time"],
        # Not there in what was written before chances were told.
        prospect=Prospect(**kept) if (kept := document.get("prospect")) else None,
        next_look_time=document.get("next_look_time"),
        revision=document["revision"],
    )

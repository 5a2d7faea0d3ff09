"""The filters of the queue as people see them: what can be chosen, and a chip for each thing that was."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from chassis.errors import FairleadError
from chassis.tenancy import Caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.choices import channel_label
from services.gateway.pages.console.view import (
    CHANNELS,
    KINDS,
    PRIORITIES,
    SLA_STATES,
    STATES,
    QueueView,
)
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.signs import kind_label, priority_sign, sla_sign, state_sign

Options = tuple[tuple[str, str], ...]
_CAPACITY = 2000
_lock = Lock()
_kept: dict[tuple[Any, ...], tuple[datetime, Options]] = {}


@dataclass(frozen=True)
class Filters:
    """What the form offers, by field: value and label."""

    tenant: Options
    assignee: Options
    group: Options
    priority: Options
    state: Options
    sla: Options
    kind: Options
    channel: Options
    needs: Options

    @classmethod
    def for_(cls, caller: Caller, clients: Mapping[str, str]) -> "Filters":
        """Groups and people are left out while they cannot be read."""
        people = _remembered("people", caller, lambda: _names_of(names.staff(caller), "person_id"))
        groups = _remembered("groups", caller, lambda: _names_of(names.groups(caller), "group_id"))
        others = ((key, name) for key, name in people if key != caller.person_id)
        return cls(
            tenant=tuple(clients.items()),
            assignee=(("me", _("Me")), ("none", _("Nobody")), *others),
            group=groups,
            priority=tuple((word, f"{word} {priority_sign(word).label}") for word in PRIORITIES),
            state=tuple((word, state_sign(word).label) for word in STATES),
            sla=tuple((word, sla_sign(word).label) for word in SLA_STATES),
            kind=tuple((word, kind_label(word)) for word in KINDS),
            channel=tuple((word, channel_name(word)) for word in CHANNELS),
            needs=(("dispatcher", _("Needs a dispatcher")),),
        )

    def label(self, field: str, value: str) -> str:
        """What the form calls a value; the value itself where it offers no such (an old link, somebody who left)."""
        return dict(getattr(self, field)).get(value, value)


@dataclass(frozen=True)
class Chip:
    """One filter that is set: what it says, and where it is gone."""

    field: str
    label: str
    address: str


def chips(view: QueueView, filters: Filters) -> list[Chip]:
    """In the order of the form."""
    found = [("query", view.query, f"“{view.query}”")] if view.query else []
    for field, what in field_labels().items():
        value = getattr(view, field)
        for one in value if isinstance(value, tuple) else filter(None, [value]):
            label = filters.label(field, one)
            found.append((field, one, label if field == "needs" else f"{what}: {label}"))
    return [Chip(field, label, view.without(field, value).address()) for field, value, label in found]


@in_each_language
def field_labels() -> dict[str, str]:
    """What each filter is called."""
    return {
        "tenant": _("Client"),
        "priority": _("Priority"),
        "state": _("State"),
        "sla": _("Service level"),
        "assignee": _("Assignee"),
        "group": _("Group"),
        "kind": _("Kind"),
        "channel": _("Channel"),
        "needs": _("Decision"),
    }


def channel_name(channel: str) -> str:
    """How it came, standing alone."""
    return _channels().get(channel) or channel_label(channel)


@in_each_language
def _channels() -> dict[str, str]:
    return {
        "email": _("Email"),
        "portal": _("Portal"),
        "api": _("API"),
        "alert": _("Alert"),
        "phone": _("Phone"),
    }


def _names_of(found: Iterable[Any], key: str) -> Options:
    return tuple(
        (getattr(one, key), getattr(one, "display_name", "") or getattr(one, "name", "")) for one in found
    )


def _remembered(what: str, caller: Caller, ask: Callable[[], Options]) -> Options:
    """What was answered to this caller with this grant a moment ago (at most as long as callers are remembered).

    Two lists that hardly change, asked for with every queue that is opened, would cost as much as its rows. () while they
    cannot be read.
    """
    now, keep = gateway().clock(), timedelta(seconds=gateway().settings.caller_cache_seconds)
    key = (id(gateway()), what, caller.provider_id, caller.subject, caller.tenant_ids)
    with _lock:
        known = _kept.get(key)
    if known and now - known[0] < keep:
        return known[1]
    try:
        options = ask()
    except FairleadError:
        return ()
    with _lock:
        if len(_kept) >= _CAPACITY:
            _kept.clear()
        _kept[key] = (now, options)
    return options

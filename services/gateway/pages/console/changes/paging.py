"""What the pages of changes have in common."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from fairlead.incidents.v1 import change_pb2
from services.gateway.auth.access import current_caller
from services.gateway.backends.words import number_of, word_of
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, next_key
from services.gateway.pages.console.admin.forms import lines_of, local_moment, whole
from services.gateway.pages.console.admin.said import done_words
from services.gateway.pages.console.changes import said
from services.gateway.pages.console.frame import is_overseer, render
from services.gateway.pages.console.names import tenant_names
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_zone

HOME = "/console/changes"
# In a choice of clients: the provider itself.
SHARED = "shared"
_PLANS = ("title", "description", "plan", "back_out_plan", "test_plan")


def change_page(template: str, problems: Problems, **values: Any) -> str:
    """One of them. Its template extends layouts/items.html."""
    caller = current_caller()
    return render(
        f"pages/console/changes/{template}",
        "items",
        home=HOME,
        may_plan=is_overseer(caller),
        clients=tenant_choices(caller),
        client_name=lambda tenant_id: tenant_names(caller, [tenant_id]).get(tenant_id, ""),
        done=done_words().get(request.args.get("done", ""), ""),
        values=request.form,
        problems=problems,
        once_key=next_key(problems),
        said=said,
        word=lambda kind, number: word_of(getattr(change_pb2, kind).DESCRIPTOR, number) or "",
        zone=current_zone().key,
        **values,
    )


def typed_change(form: Mapping[str, str]) -> change_pb2.Change:
    """What was typed; its items are read apart."""
    texts: dict[str, Any] = {name: form.get(name, "").strip() for name in _PLANS}
    typed = change_pb2.Change(
        **texts,
        kind=number_of(change_pb2.ChangeKind.DESCRIPTOR, form.get("kind")),
        risk_answers={name: form[name] for name, _q, _a in said.questions() if form.get(name)},
        risk_impact=number_of(change_pb2.RiskLevel.DESCRIPTOR, form.get("risk_impact")),
        client_facing=form.get("client_facing") == "1",
        revision=whole(form.get("revision", "")) or 0,
    )
    window = typed_window(form)
    if window:
        typed.window.CopyFrom(window)
    return typed


def typed_window(form: Mapping[str, str]) -> change_pb2.ChangeWindow | None:
    """In the reader's zone; None where neither end is given. Raises Refused."""
    zone = current_zone().key
    if not form.get("start_time") and not form.get("end_time"):
        return None
    window = change_pb2.ChangeWindow(time_zone=zone)
    for field in ("start_time", "end_time"):
        try:
            moment = local_moment(form.get(field, ""), zone)
        except ValueError:
            moment = None
        if moment is None:
            raise Refused(**{field: _("A date and a time are needed.")})
        getattr(window, field).FromDatetime(moment)
    return window


def typed_items(form: Mapping[str, str], known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Ids of those that are known by name already, and the names of others."""
    names = lines_of(form.get("items", ""))
    ids = [known[name.casefold()] for name in names if name.casefold() in known]
    return ids, [name for name in names if name.casefold() not in known]


def shown_change(change: change_pb2.Change, item_names: list[str]) -> dict[str, Any]:
    """The fields of the form."""
    fields: dict[str, Any] = {name: getattr(change, name) for name in _PLANS}
    fields |= {
        "kind": word_of(change_pb2.ChangeKind.DESCRIPTOR, change.kind) or "normal",
        "risk_impact": word_of(change_pb2.RiskLevel.DESCRIPTOR, change.risk_impact) or "",
        "client_facing": "1" if change.client_facing else "",
        "items": "\n".join(item_names),
        **dict(change.risk_answers),
    }
    if change.HasField("window"):
        zone = current_zone()
        fields["start_time"] = _local(change.window.start_time.ToDatetime(tzinfo=UTC), zone)
        fields["end_time"] = _local(change.window.end_time.ToDatetime(tzinfo=UTC), zone)
    return fields


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")

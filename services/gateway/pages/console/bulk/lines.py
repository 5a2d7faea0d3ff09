"""A row of the page: one incident before anything is done, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.errors import FairleadError, Unavailable, error_for
from chassis.tenancy import Caller
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.context import gateway
from services.gateway.bulk import Row, RowResult, Step
from services.gateway.pages.console import names
from services.gateway.pages.console.actions import in_words
from services.gateway.pages.console.bulk.doing import (
    MACRO,
    Change,
    before,
    change_of,
    chosen_macro,
    hindrance,
    steps_of,
)
from services.gateway.pages.language import LANGUAGES
from services.gateway.pages.language import gettext as _

# Said of a row before anything is asked of the record; its message is in its reader's language already.
NOT_POSSIBLE = "not_possible"
Chosen = tuple[str, Incident | None]


@dataclass(frozen=True)
class Line:
    """One incident of the selection. result is "" before anything was done, then "done" or "failed".

    steps, changes: what would be done and what it would become, where that was asked for. remark: what whoever
    looks should know of it.
    """

    number: str
    title: str = ""
    tenant_id: str = ""
    client: str = ""
    before: str = ""
    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()
    revision: int = 0
    problem: str = ""
    remark: str = ""
    result: str = ""


def line_of(caller: Caller, action: str, chosen: Chosen, form: Mapping[str, str]) -> Line:
    """The row before anything is done; with a form also what it would become."""
    number, incident = chosen
    if incident is None:
        return Line(number, problem=_("There is no such incident."))
    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()
    problem = hindrance(caller, None, action, incident)
    if form and not problem:
        try:
            steps = steps_of(caller, action, incident, form)
            changes = tuple(change_of(step, incident) for step in steps)
            problem = hindrance(caller, steps, action, incident)
        except Unavailable:
            raise
        except FairleadError as error:
            problem = in_words(error)
    return Line(
        number=incident.number,
        title=incident.title or _("(no subject)"),
        tenant_id=incident.tenant_id,
        client=names.tenant_names(caller, [incident.tenant_id]).get(incident.tenant_id, ""),
        before=before(action, incident),
        steps=steps,
        changes=changes,
        revision=incident.revision,
        problem=problem,
        remark=_remark(caller, incident, form) if action == MACRO and changes else "",
    )


def kept_line(caller: Caller, row: Row, incident: Incident | None) -> Line:
    """What became of it so far."""
    tenant_id = incident.tenant_id if incident else ""
    problem = ""
    if row.result is RowResult.REFUSED:
        error = error_for(row.status, row.reason, row.message)
        problem = row.message if row.reason == NOT_POSSIBLE else in_words(error)
    done, all_of_them = row.steps_done, len(row.steps)
    return Line(
        number=row.number,
        title=(incident.title or _("(no subject)")) if incident else "",
        tenant_id=tenant_id,
        client=names.tenant_names(caller, [tenant_id]).get(tenant_id, "") if tenant_id else "",
        problem=problem,
        remark=_("Done before that: %(done)s of %(all)s steps.", done=done, all=all_of_them)
        if problem and done
        else "",
        result={RowResult.DONE: "done", RowResult.REFUSED: "failed"}.get(row.result, ""),
    )


def _remark(caller: Caller, incident: Incident, form: Mapping[str, str]) -> str:
    wanted = gateway().planner.missing_language(chosen_macro(caller, form), incident)
    if not wanted:
        return ""
    return _("They read %(language)s, and the macro has no text in it.", language=LANGUAGES[wanted])

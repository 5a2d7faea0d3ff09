"""What a macro comes to on one incident: the record's commands, their words in the requester's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.backends import Backends
from services.gateway.backends.directory_cache import DirectoryCache
from services.gateway.backends.words import number_of
from services.gateway.bulk.action import Step
from services.gateway.bulk.macros.macro import (
    LANGUAGES,
    Assign,
    Classify,
    Hold,
    Macro,
    MacroAction,
    Note,
    Prioritize,
    Reply,
    Resolve,
    Texts,
)
from services.gateway.bulk.macros.placeholders import filled

ME = "me"


def language_sent(texts: Texts, wanted: str) -> str:
    """The language that is sent to somebody who reads `wanted`: that one where there is a text in it."""
    return next((one for one in (wanted, *LANGUAGES) if texts.get(one, "").strip()), wanted)


def _told(action: MacroAction) -> Texts | None:
    """What of it the client reads, in each language."""
    match action:
        case Reply(text) | Resolve(_, text):
            return text
        case Hold(_, reason):
            return reason
    return None


@dataclass(frozen=True)
class Planner:
    """Raises Unavailable while the directory is away."""

    backends: Backends
    directory: DirectoryCache

    def steps(self, caller: Caller, macro: Macro, incident: Incident) -> tuple[Step, ...]:
        """In their order. Raises NotFound for a person or a group that is there no more, InvalidArgument("person_required")."""
        values = self._values(caller, incident)
        return tuple(self._step(caller, macro, action, incident, values) for action in macro.actions)

    def language_of(self, incident: Incident) -> str:
        """What its requester reads: their own language, else their client's."""
        own = ""
        if incident.requester.person_id:
            try:
                own = self.directory.person(incident.provider_id, incident.requester.person_id).locale
            except NotFound:
                own = ""
        locale = own or self.directory.tenant(incident.provider_id, incident.tenant_id).locale
        return locale[:2] if locale[:2] in LANGUAGES else LANGUAGES[0]

    def missing_language(self, macro: Macro, incident: Incident) -> str:
        """The requester's language where something is sent to them in another, for want of a text in it; else ""."""
        wanted = self.language_of(incident)
        sent = (language_sent(texts, wanted) for action in macro.actions if (texts := _told(action)))
        return wanted if any(language != wanted for language in sent) else ""

    def _values(self, caller: Caller, incident: Incident) -> Mapping[str, str]:
        return {
            "number": incident.number,
            "title": incident.title,
            "requester": incident.requester.name or incident.requester.address,
            "client": self.directory.tenant(incident.provider_id, incident.tenant_id).name,
            "technician": caller.name,
        }

    def _step(
        self, caller: Caller, macro: Macro, action: MacroAction, incident: Incident, values: Mapping[str, str]
    ) -> Step:
        why = macro.name
        match action:
            case Assign():
                return Step("assign", self._assigned(caller, action, incident, why))
            case Classify(category):
                return Step("classify", {"category": category, "kind": incident.kind, "reason": why})
            case Prioritize(impact, urgency):
                fields = {
                    "impact": number_of(incident_pb2.Impact.DESCRIPTOR, impact),
                    "urgency": number_of(incident_pb2.Urgency.DESCRIPTOR, urgency),
                }
                return Step("prioritize", {**fields, "reason": why})
            case Note(text):
                return Step("note", {"text": filled(text, values)})
            case Reply(texts):
                return Step("reply", {"text": self._said(texts, incident, values)})
            case Hold(awaiting, reason):
                party = number_of(incident_pb2.AwaitedParty.DESCRIPTOR, awaiting)
                return Step("hold", {"awaiting": party, "reason": self._said(reason, incident, values)})
            case Resolve(code, texts):
                return Step("resolve", {"code": code, "text": self._said(texts, incident, values)})

    def _said(self, texts: Texts, incident: Incident, values: Mapping[str, str]) -> str:
        return filled(texts[language_sent(texts, self.language_of(incident))], values)

    def _assigned(self, caller: Caller, action: Assign, incident: Incident, why: str) -> dict[str, Any]:
        group_id, group_name = incident.assignment_group_id, incident.assignment_group_name
        person_id, person_name = incident.assignee_id, incident.assignee_name
        if action.assignment_group_id:
            group = self.backends.assignment_groups.get(caller, action.assignment_group_id)
            group_id, group_name = group.group_id, group.name
        if action.assignee_id == ME and not caller.person_id:
            message = "A program cannot take an incident over itself."
            raise InvalidArgument("person_required", message, field="macro")
        if action.assignee_id == ME:
            person_id, person_name = caller.person_id, caller.name
        elif action.assignee_id:
            person = self.backends.people.get(caller, action.assignee_id)
            person_id, person_name = person.person_id, person.display_name
        return {
            "assignment_group_id": group_id,
            "assignment_group_name": group_name,
            "assignee_id": person_id,
            "assignee_name": person_name,
            "reason": why,
        }

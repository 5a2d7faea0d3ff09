"""The provider's words for updates, and how it handles major incidents."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from fairlead.incidents.v1 import major_incident_pb2
from services.gateway.api.majors.bodies import MajorSettingsBody, TemplateBody
from services.gateway.api.majors.own_routes import routes
from services.gateway.api.majors.shapes import MajorSettings, UpdateTemplate, UpdateTemplateList
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import fill


@routes.get("/update-templates", "List words for updates", scope="incidents:read", returns=UpdateTemplateList)
def list_update_templates(call: Call) -> Answer:
    """By name."""
    return {"templates": UpdateTemplate.all_of(backends().majors.templates(call.caller))}


@routes.post(
    "/update-templates",
    "Write words for updates",
    scope="rules:write",
    body=TemplateBody,
    returns=UpdateTemplate,
    status=201,
)
def create_update_template(call: Call) -> Answer:
    """400 placeholder_unknown for a name in braces that stands for nothing."""
    return UpdateTemplate.of(
        backends().majors.save_template(call.caller, "", call.body.name, call.body.texts.by_language())
    )


@routes.put(
    "/update-templates/{template_id}",
    "Change words for updates",
    scope="rules:write",
    body=TemplateBody,
    returns=UpdateTemplate,
    conflicts=True,
)
def update_update_template(call: Call, template_id: str) -> Answer:
    body: TemplateBody = call.body
    saved = backends().majors.save_template(
        call.caller, template_id, body.name, body.texts.by_language(), body.revision
    )
    return UpdateTemplate.of(saved)


@routes.delete("/update-templates/{template_id}", "Remove words for updates", scope="rules:write")
def delete_update_template(call: Call, template_id: str) -> Answer:
    backends().majors.delete_template(call.caller, template_id)


@routes.get(
    "/major-incident-settings",
    "See how major incidents are handled",
    scope="incidents:read",
    returns=MajorSettings,
)
def get_major_settings(call: Call) -> Answer:
    return MajorSettings.of(backends().majors.settings(call.caller))


@routes.put(
    "/major-incident-settings",
    "Say how major incidents are handled",
    scope="rules:write",
    body=MajorSettingsBody,
    returns=MajorSettings,
    conflicts=True,
)
def set_major_settings(call: Call) -> Answer:
    """Administrators."""
    wanted = fill(major_incident_pb2.MajorSettings(), call.body)
    return MajorSettings.of(backends().majors.set_settings(call.caller, wanted))

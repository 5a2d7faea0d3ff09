"""A form of each of two clients, published. What is there already, by its title, is left alone."""

from typing import Any

from google.protobuf.json_format import ParseDict

from cli.seed.office import Office
from fairlead.intake.v1 import form_pb2, form_service_pb2


def _words(en: str, fr: str) -> dict[str, str]:
    return {"en": en, "fr": fr}


def _option(value: str, en: str, fr: str) -> dict[str, Any]:
    return {"value": value, "label": _words(en, fr)}


NEWCOMER = {
    "title": _words("Somebody new joins us", "Quelqu’un nous rejoint"),
    "introduction": _words(
        "So that a desk, an account and a computer are ready on the first day. We need about five working days.",
        "Pour qu’un bureau, un compte et un ordinateur soient prêts le premier jour. Il nous faut environ cinq jours ouvrés.",
    ),
    "kind": "INCIDENT_KIND_SERVICE_REQUEST",
    "category": "onboarding",
    "fields": [
        {"key": "name", "kind": "FIELD_KIND_TEXT", "label": _words("Name", "Nom"), "required": True},
        {"key": "start", "kind": "FIELD_KIND_DATE", "label": _words("First day", "Premier jour"), "required": True},
        {
            "key": "computer",
            "kind": "FIELD_KIND_CHOICE",
            "label": _words("Which computer?", "Quel ordinateur ?"),
            "required": True,
            "options": [
                _option("laptop", "A laptop", "Un portable"),
                _option("desktop", "A desktop computer", "Un poste fixe"),
                _option("none", "None", "Aucun"),
            ],
        },
        {
            "key": "screens",
            "kind": "FIELD_KIND_NUMBER",
            "label": _words("How many screens?", "Combien d’écrans ?"),
            "help": _words("Three at most.", "Trois au plus."),
            "minimum": 0,
            "maximum": 3,
            "whole": True,
            "condition": {"key": "computer", "value": "desktop"},
        },
        {
            "key": "access",
            "kind": "FIELD_KIND_CHOICES",
            "label": _words("Access to", "Accès à"),
            "options": [
                _option("mail", "Mail and calendar", "Messagerie et agenda"),
                _option("files", "Shared files", "Fichiers partagés"),
                _option("accounting", "Accounting", "Comptabilité"),
            ],
        },
        {"key": "remote", "kind": "FIELD_KIND_YES_NO", "label": _words("Works from home?", "Travaille à domicile ?")},
        {
            "key": "more",
            "kind": "FIELD_KIND_LONG_TEXT",
            "label": _words("What else should we know?", "Que devrions-nous savoir d’autre ?"),
        },
        {
            "key": "contract",
            "kind": "FIELD_KIND_FILE",
            "label": _words("The signed request", "La demande signée"),
            "help": _words("As a scan or a photo.", "Numérisée ou en photo."),
        },
    ],
}  # fmt: skip
_FOR = ("acme", "boreal")


def make_forms(office: Office, tenants: dict[str, str]) -> None:
    """The forms, offered from the start."""
    listed = office.call(office.forms.ListForms, form_service_pb2.ListFormsRequest()).forms
    present = {(form.tenant_id, form.draft.title.en) for form in listed}
    for tenant_id in (tenants[slug] for slug in _FOR):
        definition = ParseDict(NEWCOMER, form_pb2.FormDefinition())
        if (tenant_id, definition.title.en) not in present:
            request = form_service_pb2.CreateFormRequest(tenant_id=tenant_id, definition=definition)
            made = office.call(office.forms.CreateForm, request)
            office.call(office.forms.PublishForm, form_service_pb2.PublishFormRequest(form_id=made.form_id))

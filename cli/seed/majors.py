"""Words for updates about major incidents. What is there already, by its name, is left alone."""

from cli.seed.office import Office
from fairlead.incidents.v1 import major_incident_pb2, major_incident_service_pb2

_WORDS = {
    "We are looking into it": {
        "en": "{client}: we know of “{title}” and are looking into it. Our next update: {next_update}.",
        "fr": "{client} : nous avons connaissance du problème « {title} » et l’examinons. Prochain point : {next_update}.",
    },
    "It works again": {
        "en": "{client}: {title} – this is solved. Please tell us under {number} if you still notice it.",
        "fr": "{client} : {title} – c’est résolu. Si vous le constatez encore, dites-le-nous sous {number}.",
    },
}


def make_update_templates(office: Office) -> None:
    """Two of them, in English and French."""
    asked = major_incident_service_pb2.ListUpdateTemplatesRequest()
    present = {one.name for one in office.call(office.majors.ListUpdateTemplates, asked).templates}
    for name, texts in _WORDS.items():
        if name not in present:
            wanted = major_incident_pb2.UpdateTemplate(name=name, texts=texts)
            request = major_incident_service_pb2.SaveUpdateTemplateRequest(template=wanted)
            office.call(office.majors.SaveUpdateTemplate, request)

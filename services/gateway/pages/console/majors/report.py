"""A review as Markdown in the reader's language and zone."""

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.backends import major_report
from services.gateway.backends.major_report import ReportWords
from services.gateway.pages.console.majors.said import action_words, time_words, updates_in_words
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_zone, duration


def report_of(major: pb.MajorIncident) -> str:
    """As the REST API gives it in English."""
    words = ReportWords(
        what_happened=_("What happened"),
        went_well=_("What went well"),
        factors=_("Contributing factors"),
        none_because=_("None:"),
        actions=_("Action items"),
        none=_("None."),
        to_acknowledge=_("Time to acknowledge"),
        to_resolve=_("Time to resolve"),
        updates=_("Updates"),
        times=time_words(),
        states=action_words(),
        finished_by=lambda name: _("Finished by %(name)s", name=name),
        duration=duration,
        kept_informed=updates_in_words,
    )
    return major_report.report_of(major, words, current_zone())

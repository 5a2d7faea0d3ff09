"""The learned models, and what they suggest."""

from typing import Any

from tests.matrix import model_records as a
from tests.matrix.probes import Probe

_SHARED = {"record": a.card, "shared_with": ("technician",)}


def _ask(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage ModelService.{method}", request, **more)


PROBES = [
    _ask("ListModels", {}, listing=True, shows="mdl_", **_SHARED),
    _ask("SwitchModel", {"version": "{version}"}, **_SHARED),
    _ask("SetModelThreshold", {"version": "{version}", "threshold": 0.8}, **_SHARED),
    _ask(
        "ListSuggestions",
        {"incident_id": "{incident_id}"},
        record=a.suggested,
        owner="technician",
        listing=True,
        shows="zephyrine",
    ),
]

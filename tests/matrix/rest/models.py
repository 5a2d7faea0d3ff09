"""The learned models, and what they suggest."""

from tests.matrix import model_records as a
from tests.matrix.rest.asking import ask

_SHARED = {"record": a.card, "shared_with": ("technician",)}
_SUGGESTED = {"record": a.suggested, "owner": "technician"}

PROBES = [
    ask("GET /models", listing=True, shows="mdl_", **_SHARED),
    ask("POST /models/{version}/switch", **_SHARED),
    ask("PUT /models/{version}/threshold", json={"threshold": 0.8}, **_SHARED),
    ask("GET /incidents/{incident_id}/predictions", shows="zephyrine", **_SUGGESTED),
    ask("POST /incidents/{incident_id}/predictions/accept", **_SUGGESTED),
]

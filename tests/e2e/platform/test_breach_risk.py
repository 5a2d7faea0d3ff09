"""The queue by the chance of a breach: learned from how earlier incidents of the client ended."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.harness.journey import opened_for
from tests.harness.platform import Platform
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.e2e

# As many verdicts as a forecast needs, and some.
PAST = 52
CHLOE = "chloe.petit@boreal.example"


def test_a_new_incident_stands_in_the_queue_by_how_those_like_it_ended(platform: Platform) -> None:
    for _ in range(PAST):
        incident = opened_for(platform, "boreal", CHLOE, f"Scanner {secrets.token_hex(4)}")
        done = {"code": "fixed", "text": "Cleaned."}
        platform.api.do(f"/incidents/{incident['incident_id']}/resolve", done)

    asked = opened_for(platform, "boreal", CHLOE, f"Scanner {secrets.token_hex(4)}")

    def is_learned() -> bool:
        """What was learned before all of these were heard of is of other tests' incidents, too, and kept for a while."""
        answer = platform.api.get(f"/incidents/{asked['incident_id']}/clocks", explain="true")
        told = [one["forecast"] for one in answer.json().get("clocks", []) if "forecast" in one]
        return bool(told) and all(one["chance_at_opening"] < 0.5 for one in told)

    wait_until(is_learned, timeout=90, pause=0.3, what="the past to be learned from")
    incident = opened_for(platform, "boreal", CHLOE, f"Scanner {secrets.token_hex(4)}")

    def row() -> dict[str, Any] | None:
        answer = platform.api.get(f"/queue/{incident['incident_id']}")
        return answer.json() if answer.status_code == 200 and "breach_risk" in answer.json() else None

    entry = wait_until(row, timeout=30, pause=0.2, what="the row's chance")
    # How much it has grown since depends on how long it took to be told: all those before were done with in moments.
    assert 0 < entry["breach_risk"] < 1
    assert entry["forecast"]["chance"] == entry["breach_risk"]
    assert entry["forecast"]["similar_incidents"] >= 10

    listed = platform.api.all_of("/queue", "entries", sort="breach_risk")
    assert incident["incident_id"] in [one["incident_id"] for one in listed]
    risks = [one.get("breach_risk", -1.0) for one in listed]
    assert risks == sorted(risks, reverse=True)

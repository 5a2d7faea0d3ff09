"""Prometheus' own Alertmanager, from Debian: what it fires becomes an incident, and what is over is resolved."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.harness.alertmanager import running_alertmanager
from tests.harness.platform import Platform
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.e2e


def _group(platform: Platform, source_id: str, **wanted: Any) -> Any:
    def found() -> dict[str, Any] | None:
        listed = platform.api.read("/alert-groups", page_size="200")["alert_groups"]
        mine = [one for one in listed if one["source_id"] == source_id and one.get("incident_id")]
        return next(
            (one for one in mine if all(one.get(name) == value for name, value in wanted.items())), None
        )

    return wait_until(found, timeout=30, pause=0.2, what=f"an alert group {wanted}")


def _incident(platform: Platform, incident_id: str, state: str) -> Any:
    def found() -> dict[str, Any] | None:
        incident = platform.api.read(f"/incidents/{incident_id}")
        return incident if incident["state"] == state else None

    return wait_until(found, timeout=30, pause=0.2, what=f"an incident that is {state}")


def test_an_alert_opens_an_incident_which_its_end_resolves_and_a_closed_one_is_another_story(
    platform: Platform, tmp_path: Path
) -> None:
    word = secrets.token_hex(4)
    made = platform.api.do(
        "/alert-sources", {"name": f"Prometheus {word}", "sender": "alertmanager", "tenant_id": "boreal"}
    )
    source_id, url = made["source_id"], f"{platform.base_url}/api/v1/alerts/alertmanager"
    with running_alertmanager(tmp_path, url, made["key"]) as monitor:
        monitor.fires("DiskFull", instance=f"{word}:9100", severity="critical")
        group = _group(platform, source_id, state="firing")
        assert group["alerts"][0]["configuration_item"] == word
        incident = platform.api.read(f"/incidents/{group['incident_id']}")
        assert (incident["title"], incident["channel"]) == (f"DiskFull on {word}:9100", "alert")
        assert (incident["impact"], incident["urgency"], incident["priority"]) == ("high", "high", "P1")

        monitor.is_over("DiskFull", instance=f"{word}:9100", severity="critical")
        over = _incident(platform, group["incident_id"], "resolved")
        assert over["resolution"]["code"] == "recovered"

        monitor.fires("DiskFull", instance=f"{word}:9100", severity="critical")
        _group(platform, source_id, state="firing", incident_id=group["incident_id"])
        again = _incident(platform, group["incident_id"], "assigned" if over.get("assignee_id") else "new")
        assert again["reopen_count"] == 1

        platform.api.do(f"/incidents/{group['incident_id']}/resolve", {"code": "fixed", "text": "Cleaned."})
        platform.api.do(f"/incidents/{group['incident_id']}/close", {"reason": "Done."})
        _group(platform, source_id, state="ended")
        monitor.is_over("DiskFull", instance=f"{word}:9100", severity="critical")
        monitor.fires("DiskFull", instance=f"{word}:9100", severity="critical", again="yes")
        another = _group(platform, source_id, state="firing")
        assert another["incident_id"] != group["incident_id"]


def test_a_maintenance_window_keeps_an_alerts_incident_from_people_until_it_is_over(
    platform: Platform,
) -> None:
    word = secrets.token_hex(4)
    made = platform.api.do(
        "/alert-sources", {"name": f"Probe {word}", "sender": "generic", "tenant_id": "boreal"}
    )
    window = platform.api.do(
        "/maintenance-windows",
        {
            "name": f"Patching {word}",
            "tenant_id": "boreal",
            "configuration_items": [word],
            "start_time": _minutes(-1),
            "end_time": _minutes(60),
        },
    )
    sent = platform.api.http.post(
        f"/api/v1/alerts/generic/{made['key']}", json={"title": "Disk is full", "host": word}
    )
    assert sent.status_code == 202
    incident_id = _group(platform, made["source_id"])["incident_id"]

    def decided() -> dict[str, Any] | None:
        incident = platform.api.read(f"/incidents/{incident_id}")
        return incident if "assignment_decision" in incident else None

    held = wait_until(decided, timeout=30, pause=0.2, what="a decision")
    assert held["state"] == "new" and "assignee_id" not in held
    assert f"Patching {word}" in held["assignment_decision"]["reason"]

    platform.api.do(f"/maintenance-windows/{window['window_id']}/end")
    _incident(platform, incident_id, "assigned")


def _minutes(count: int) -> str:
    return (datetime.now(UTC) + timedelta(minutes=count)).isoformat()

"""The same by REST: asked for, looked at, undone or done; each row under its asker's own grants."""

from chassis.tenancy import Role
from fairlead.incidents.v1 import incident_pb2
from tests.harness.console import ANA, Console
from tests.harness.gateway import ACME, LUMEN

HOLD = {"awaiting": "vendor", "reason": "Parts"}


def staff(console: Console, tenants: tuple[str, ...] | None = None) -> dict[str, str]:
    scopes = ("incidents:read", "incidents:write")
    return console.room.bearer(*scopes, roles=(Role.TECHNICIAN,), tenants=tenants)


def test_a_program_asks_for_many_and_reads_what_became_of_each(console: Console):
    for number in ("ACME-2101", "ACME-2102"):
        console.workshop.opened(ACME, "Batch", ANA, number=number)
    console.workshop.opened(LUMEN, "Not theirs", ANA, number="LUMEN-2103")
    http, headers = console.room.app().test_client(), staff(console, (ACME,))
    body = {"incidents": ["ACME-2101", "ACME-2102", "LUMEN-2103", "ACME-999999"], "hold": HOLD}

    preview = http.post("/api/v1/bulk-actions/preview", json=body, headers=headers)
    assert [row["result"] for row in preview.json["rows"]] == ["waiting"] * 2 + ["refused"] * 2
    key = {**headers, "Idempotency-Key": "k-1"}
    asked = http.post("/api/v1/bulk-actions", json=body, headers=key)
    assert (asked.status_code, asked.json["state"]) == (202, "held")
    assert http.post("/api/v1/bulk-actions", json=body, headers=key).json == asked.json
    strange, missing = asked.json["rows"][2:]
    assert strange["problem"] == missing["problem"], "what is not granted is as what is not there"

    console.room.gateway.bulk_runner.run_due()
    address = f"/api/v1/bulk-actions/{asked.json['bulk_id']}"
    done = http.get(address, headers=headers).json
    assert (done["state"], done["done"], done["refused"]) == ("done", 2, 2)
    assert console.workshop.by_number("ACME-2102").state == incident_pb2.INCIDENT_STATE_ON_HOLD
    assert console.workshop.by_number("LUMEN-2103").state != incident_pb2.INCIDENT_STATE_ON_HOLD
    late = http.post(f"{address}/undo", headers=headers)
    assert late.status_code == 409 and late.json["reason"] == "bulk_action_begun"
    listed = http.get("/api/v1/bulk-actions", headers=headers).json["bulk_actions"]
    assert [one["bulk_id"] for one in listed] == [asked.json["bulk_id"]]
    assert http.get(address, headers=staff(console)).status_code == 404, "another program's"


def test_what_is_asked_wrongly_is_refused_before_anything_is_kept(console: Console):
    http, headers = console.room.app().test_client(), staff(console)
    for body in (
        {"incidents": ["ACME-1042"]},
        {"hold": HOLD},
        {"incidents": ["ACME-1042"], "hold": HOLD, "resolve": {"code": "fixed", "text": "Done"}},
        {"incidents": [f"ACME-{number}" for number in range(201)], "hold": HOLD},
    ):
        assert http.post("/api/v1/bulk-actions", json=body, headers=headers).status_code == 422
    nobody = {"incidents": ["ACME-999999"], "hold": HOLD}
    assert http.post("/api/v1/bulk-actions", json=nobody, headers=headers).status_code == 404
    requester = console.room.bearer("incidents:write", roles=())
    asked = {"incidents": ["ACME-1042"], "hold": HOLD}
    assert http.post("/api/v1/bulk-actions", json=asked, headers=requester).status_code == 403

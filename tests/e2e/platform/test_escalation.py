"""From a pressing incident to whoever is called about it, and back: by the mail's link, and by a reply to it."""

import re
import secrets
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest

from tests.harness.platform import Platform, letter, text_of
from tests.harness.waiting import wait_until

AIKO = "aiko.tanaka@northstar.example"


@pytest.fixture
def lumen(platform: Platform) -> Iterator[str]:
    """A client whose P1 call Aiko, and nobody else for an hour."""
    people = platform.api.all_of("/people", "people", staff="true")
    aiko = next(one["person_id"] for one in people if one["email"] == AIKO)
    tenant_id = platform.document["tenants"]["lumen"]
    policy = platform.api.do(
        "/escalation-policies",
        {
            "name": f"Aiko {secrets.token_hex(4)}",
            "position": 1,
            "tenant_ids": [tenant_id],
            "steps": [{"targets": [{"kind": "person", "target_id": aiko}], "wait_minutes": 60}],
        },
    )
    yield tenant_id
    platform.api.request("DELETE", f"/escalation-policies/{policy['policy_id']}")


def _called(platform: Platform, tenant_id: str) -> tuple[str, EmailMessage]:
    """An incident, and the mail by which Aiko was called about it."""
    title = f"Everything is down {secrets.token_hex(4)}"
    wanted = {"tenant_id": tenant_id, "title": title, "impact": "high", "urgency": "high"}
    sender = {"requester": {"email": "grace.adeyemi@lumen.example"}}
    made = platform.api.do("/incidents", {**wanted, **sender})
    return made["incident_id"], platform.mailbox.wait_for(AIKO, f"please answer: {title}", timeout=30)


def _state(platform: Platform, incident_id: str) -> str:
    [found] = platform.api.read(f"/incidents/{incident_id}/escalations")["escalations"]
    return found["state"]


def test_the_link_of_the_mail_shows_first_and_answers_only_when_the_button_is_pressed(
    platform: Platform, lumen: str
) -> None:
    incident_id, mail = _called(platform, lumen)
    found = re.search(r"/page/p-[a-z2-7]{37}", text_of(mail))
    assert found
    with httpx.Client(base_url=platform.base_url, timeout=20, trust_env=False) as stranger:
        shown = stranger.get(found[0])
        assert "Do you take care of it?" in shown.text
        assert shown.headers["Referrer-Policy"] == "no-referrer"
        assert _state(platform, incident_id) == "running"
        elsewhere = stranger.post(found[0], headers={"Sec-Fetch-Site": "cross-site"})
        assert elsewhere.status_code == 403 and _state(platform, incident_id) == "running"
        # Where mail programs open links often no cookie is kept.
        answered = stranger.post(found[0])
        assert answered.status_code == 200
        assert _state(platform, incident_id) == "acknowledged"
        assert stranger.get("/page/p-" + "a" * 37).status_code == 404


def test_a_reply_to_the_mail_answers_and_the_client_reads_nothing_of_it(
    platform: Platform, lumen: str
) -> None:
    incident_id, mail = _called(platform, lumen)
    address = str(mail["Reply-To"]).rpartition("<")[2].rstrip(">")
    platform.send(letter(f"Aiko Tanaka <{AIKO}>", address, f"Re: {mail['Subject']}", "On it.\n"))
    wait_until(lambda: _state(platform, incident_id) == "acknowledged", 30, what="the answer")
    timeline = platform.api.read(f"/incidents/{incident_id}/timeline")
    assert "On it." not in str(timeline)

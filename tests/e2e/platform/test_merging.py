"""Two people report the same: merged, whoever asked is told once and answers where it goes on; undone, all is as before."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.harness.journey import decided, opened_for
from tests.harness.platform import Platform, letter, text_of
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.e2e

SAM = "sam.okafor@acme.example"


def read(platform: Platform, incident: dict[str, Any], what: str) -> Any:
    return platform.api.read(f"/incidents/{incident['incident_id']}/{what}")


def said_on(platform: Platform, incident: dict[str, Any], words: str) -> bool:
    return any(words in entry.get("text", "") for entry in read(platform, incident, "timeline")["entries"])


def resolution(platform: Platform, incident: dict[str, Any]) -> str:
    clocks = read(platform, incident, "clocks")["clocks"]
    return next((one["state"] for one in clocks if one["kind"] == "resolution"), "")


def answer(platform: Platform, mail: Any, words: str) -> None:
    address = mail["Reply-To"].addresses[0].addr_spec
    platform.send(letter(SAM, address, f"Re: {mail['Subject']}", f"{words}\n"))


def test_merging_is_told_once_followed_by_mail_and_undone_without_a_trace(platform: Platform) -> None:
    title, words = f"Scanner dead {secrets.token_hex(4)}", secrets.token_hex(6)
    one = decided(platform, opened_for(platform, "acme", SAM, title)["incident_id"])
    colleague = f"zoe-{secrets.token_hex(4)}@acme.example"
    into = decided(platform, opened_for(platform, "acme", colleague, "Payroll question")["incident_id"])
    first = platform.mailbox.wait_for(SAM, one["number"])
    wait_until(lambda: resolution(platform, one) == "running", what="its clocks to run")
    newest = platform.mailbox.newest()

    platform.api.do(f"/incidents/{one['incident_id']}/merge", {"into": into["number"]})
    told = platform.mailbox.wait_for(SAM, one["number"], after=newest)
    assert f"{one['number']} is about the same as {into['number']}" in text_of(told)
    wait_until(lambda: resolution(platform, one) == "canceled", what="its clocks to end")
    wait_until(
        lambda: platform.api.read(f"/queue/{one['incident_id']}")["state"] == "merged",
        what="its row to leave the open queue",
    )
    answer(platform, first, f"first {words}")
    wait_until(lambda: said_on(platform, into, f"first {words}"), what="an answer to the merged one's mail")

    newest = platform.mailbox.newest()
    platform.api.do(f"/incidents/{into['incident_id']}/replies", {"text": f"Both solved {words}"})
    both = platform.mailbox.wait_for(SAM, into["number"], after=newest)
    assert f"Both solved {words}" in text_of(both)
    # He is told what is said, and not what a colleague had asked.
    assert title in str(both["Subject"]) + text_of(both)
    assert "Payroll" not in str(both["Subject"]) + text_of(both)

    platform.api.do(f"/incidents/{one['incident_id']}/unmerge", {})
    wait_until(lambda: resolution(platform, one) == "running", what="its clocks to run again")
    answer(platform, both, f"second {words}")
    wait_until(lambda: said_on(platform, one, f"second {words}"), what="an answer after it was undone")
    assert not said_on(platform, into, f"second {words}")
    kinds = [each["notification"] for each in read(platform, one, "deliveries")["deliveries"]]
    assert (kinds.count("merged"), kinds.count("unmerged")) == (1, 1)

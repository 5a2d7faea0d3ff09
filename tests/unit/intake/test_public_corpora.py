"""Public sets of mail, where they are at hand: FAIRLEAD_SHARED_DATA, by default ../shared/data.

They are no part of the repository. The figures are floors that the reader has reached and must not fall below.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from services.intake.domain.mail import leaf_parts, normalize
from services.intake.domain.mail.reply import reply_text

DATA = Path(os.environ.get("FAIRLEAD_SHARED_DATA", "../shared/data")) / "mail"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the public mail sets are not at hand")


def expected(name: str) -> list[dict]:
    return json.loads((DATA / name).read_text())


def test_mime_leaf_parts(record_property):
    same_count = same_bodies = 0
    for case in expected("mime/expected.json"):
        raw = (DATA / "mime" / case["file"]).read_bytes()
        normalize(raw)
        found = leaf_parts(raw)
        wanted = [part["sha256"] for part in case["leaf_parts"]]
        same_count += len(found) == len(wanted)
        same_bodies += [part.sha256 for part in found] == wanted
    record_property("mime_same_count", same_count)
    record_property("mime_same_bodies", same_bodies)
    assert same_count == 80
    # Of the five others two stand twice in the set with different answers, and in three a person would miss words.
    assert same_bodies >= 75


def test_reply_extraction(record_property):
    right = 0
    for case in expected("replies.json"):
        found = reply_text(case["input"]).strip()
        if case["compare"] == "eq":
            right += found == case["expected"].strip()
        else:
            unwanted = case.get("must_not_contain", [])
            right += found.startswith(case.get("starts_with", "")) and not any(
                one in found for one in unwanted
            )
    record_property("replies_right", right)
    assert right >= 18


def test_bounces(record_property):
    cases = expected("bounces/expected.json")
    mails = [normalize((DATA / "bounces" / case["file"]).read_bytes()) for case in cases]
    right: Counter[str] = Counter()
    for mail, case in zip(mails, cases, strict=True):
        right["verdict"] += mail.is_bounce == case["is_bounce"]
        if not case["is_bounce"]:
            continue
        found = mail.bounce.recipients if mail.bounce else ()
        if "failed_recipients" in case:
            wanted = {one.lower() for one in case["failed_recipients"]}
            right["recipient"] += {one.address.lower() for one in found} == wanted
            continue
        first, wanted = (found[0] if found else None), case["results"][0]
        right["recipient"] += len(found) == len(case["results"])
        for name in ("status", "reason", "hard"):
            right[name] += getattr(first, name, None) == wanted[name]
    failures = [case for case in cases if case["is_bounce"]]
    told = sum("results" in case for case in failures)
    for name, value in right.items():
        record_property(f"bounce_{name}", value)
    assert right["verdict"] >= 0.95 * len(cases)
    assert right["recipient"] >= 0.95 * len(failures)
    assert right["status"] >= 0.95 * told
    assert right["reason"] >= 0.88 * told
    assert right["hard"] >= 0.9 * told

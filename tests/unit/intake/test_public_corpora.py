"""Public sets of mail, where they are at hand: FAIRLEAD_SHARED_DATA, by default ../shared/data.

They are no part of the repository. The figures are floors that the reader has reached and must not fall below.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

from services.intake.domain.mail import Limits, normalize
from services.intake.domain.mail.parts import leaves, tree
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
        found = list(leaves(tree(raw, Limits())[0]))
        wanted = [part["sha256"] for part in case["leaf_parts"]]
        same_count += len(found) == len(wanted)
        same_bodies += [hashlib.sha256(part.content()).hexdigest() for part in found] == wanted
    record_property("mime_same_count", same_count)
    record_property("mime_same_bodies", same_bodies)
    assert same_count >= 75
    assert same_bodies >= 64


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
    verdicts = sum(mail.is_bounce == case["is_bounce"] for mail, case in zip(mails, cases, strict=True))
    record_property("bounce_verdicts", verdicts)
    assert verdicts >= 186

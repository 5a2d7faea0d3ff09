"""The corpus of tests/corpus: mail of many clients, in many languages, as a person would read it."""

import json
from pathlib import Path

import pytest

from services.intake.domain.mail import normalize
from services.intake.domain.mail.document import document_of

FOLDER = Path(__file__).parents[2] / "corpus" / "mail"
EXPECTED = [
    json.loads(line.rstrip(",")) for line in (FOLDER / "expected.json").read_text().splitlines()[1:-1]
]
ABOUT = {"file", "client", "language", "charset", "problems", "reply_text"}
# What is new in an answer is found by rules that know languages and clients: the floor that they have reached.
LEAST_REPLIES = 155


def read(case: dict) -> dict:
    return document_of(normalize((FOLDER / case["file"]).read_bytes()), [], {})


def words(text: str) -> list[str]:
    """The lines that say something, white space within them made single."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("case", EXPECTED, ids=[case["file"] for case in EXPECTED])
def test_a_mail_is_read_as_a_person_would(case: dict):
    mail = read(case)
    if "attachments" in case:
        told = [
            {key: one[key] for key in wanted}
            for one, wanted in zip(mail["attachments"], case["attachments"], strict=False)
        ]
        assert told == case["attachments"] and len(mail["attachments"]) == len(told)
    assert words(mail["text"]) == words(case["text"])
    for key in case.keys() - ABOUT - {"attachments", "text"}:
        assert mail[key] == case[key], key
    if "problems" in case:
        assert set(case["problems"]) <= set(mail["problems"])
    else:
        assert mail["problems"] == []


def test_what_is_new_in_an_answer_is_told_from_its_history():
    cases = [case for case in EXPECTED if "reply_text" in case]
    wrong = [case["file"] for case in cases if words(read(case)["reply_text"]) != words(case["reply_text"])]
    assert len(cases) - len(wrong) >= LEAST_REPLIES, wrong


def test_the_corpus_is_as_wide_as_it_should_be():
    assert len(EXPECTED) >= 120
    assert len({case["language"] for case in EXPECTED}) >= 15
    assert len({case["charset"].lower() for case in EXPECTED}) >= 15
    assert {case["file"] for case in EXPECTED} == {path.name for path in FOLDER.glob("*.eml")}

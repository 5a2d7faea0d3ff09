"""What docs/service-levels.md shows is what the commands answer."""

import json
import random
import re
from pathlib import Path

import pytest

from services.sla.domain.business_time_case import answer_line
from services.sla.domain.replay_case import explained, explained_line
from services.sla.domain.simulation import credit_terms_from

PAGE = (Path(__file__).parents[3] / "docs" / "service-levels.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```json ([a-z-]+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def values(text):
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text.rstrip()):
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = end + len(text[end:]) - len(text[end:].lstrip())
    return found


[QUESTIONS] = [values(text) for name, text in BLOCKS if name == "business-time"]
CASES = [
    (values(text)[0], values(BLOCKS[at + 1][1])) for at, (name, text) in enumerate(BLOCKS) if name == "case"
]


@pytest.mark.parametrize(("question", "answer"), list(zip(QUESTIONS[::2], QUESTIONS[1::2], strict=True)))
def test_a_documented_question_has_its_documented_answer(question, answer):
    assert json.loads(answer_line(json.dumps(question))) == answer


def test_documented_credits_are_credits():
    [text] = [text for name, text in BLOCKS if name == "credits"]
    terms = credit_terms_from({"credits": json.loads(text)})
    assert terms and [clause.clause_id for clause in terms.clauses] == ["p1", "low"]


@pytest.mark.parametrize(("case", "answers"), CASES)
def test_a_documented_case_has_its_documented_clocks(case, answers):
    clocks = explained(case)["clocks"]
    assert len(clocks) == len(answers)
    for clock, answer in zip(clocks, answers, strict=True):
        assert {name: clock[name] for name in answer} == answer


@pytest.mark.parametrize(("case", "answers"), CASES)
def test_facts_in_any_order_twice_and_later_than_asked_change_nothing(case, answers):
    facts = [*case["facts"], *case["facts"], {"kind": "resolved", "time": "2024-07-01T00:00:00Z"}]
    random.Random(7).shuffle(facts)
    assert explained(case | {"facts": facts}) == explained(case)


def test_words_are_read_as_people_write_them():
    case, _ = CASES[0]
    hours = {"Friday": [["9:00", "17:00"]], "1": [["09:00", "17:00"]]}
    spoken = case | {
        "calendar": {"tz": "Europe/Paris", "hours": hours},
        "targets": [case["target"] | {"kind": "Resolution", "priority": "P3"}],
        "facts": [
            {"type": "resume", "at": "2024-06-17T10:00:00+02:00"},
            {"type": "On hold", "at": "2024-06-14T14:00:00.0Z", "awaiting": "Requester"},
            {"type": "noted", "at": "2024-06-14T15:00:00Z"},
            {"type": "Created", "at": "2024-06-14T13:00:00Z", "priority": "P3"},
        ],
    }
    assert explained(spoken)["clocks"] == explained(case)["clocks"]


def test_held_again_in_the_second_in_which_it_was_resumed_an_incident_is_on_hold():
    case, _ = CASES[0]
    again = {"kind": "held", "time": "2024-06-17T08:00:00Z", "awaiting": "requester"}
    for facts in ([*case["facts"], again], [again, *case["facts"]]):
        [clock] = explained(case | {"facts": facts})["clocks"]
        assert clock["state"] == "paused"


def test_a_case_on_a_line_keeps_its_id_and_one_that_is_wrong_names_its_field():
    case, _ = CASES[0]
    assert json.loads(explained_line(json.dumps(case | {"id": 7})))["id"] == 7
    refused = json.loads(explained_line(json.dumps(case | {"id": 8, "at": "noon"})))
    assert (refused["id"], refused["field"]) == (8, "at")


@pytest.mark.parametrize(
    "question",
    [
        {"op": "add", "seconds": 1e300},
        {"op": "add", "seconds": 60, "start": "0001-01-01T00:00:00+14:00"},
        {"op": "between", "end": "9999-12-31T23:59:59Z"},
        {"op": "add", "seconds": 60, "calendar": {"tz": "UTC", "hours": {"mon": [[9, 17]]}}},
        {"op": "add", "seconds": 60, "calendar": {"tz": ["UTC"], "hours": {}}},
        {"op": "intervals", "take": "five"},
        {"op": ["add"]},
    ],
)
def test_whatever_is_wrong_with_a_line_is_answered_on_that_line(question):
    whole = {"id": 1, "calendar": {"tz": "UTC", "hours": "24x7"}, "start": "2024-01-01T00:00:00Z"} | question
    answer = json.loads(answer_line(json.dumps(whole)))
    assert answer["id"] == 1
    assert answer["error"]
    assert answer["message"]

"""Questions and cases as JSON: answered, or refused with the field that is wrong."""

import json

import pytest
from click.testing import CliRunner

from chassis.errors import InvalidArgument
from cli.sla import sla
from services.sla.domain.business_time_case import answer_line
from services.sla.domain.replay_case import explained

DESK = {
    "tz": "Europe/Paris",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
ADD = {"id": "a", "op": "add", "calendar": DESK, "start": "2024-06-14T15:00:00+02:00", "seconds": 14400}


def ask(**changes):
    return json.loads(answer_line(json.dumps(ADD | changes)))


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({}, "2024-06-17T09:00:00Z"),
        ({"pauses": [["2024-06-14T14:00:00Z", "2024-06-17T08:00:00Z"]]}, "2024-06-17T11:00:00Z"),
        ({"seconds": -3600, "start": "2024-06-17T07:30:00Z"}, "2024-06-14T14:30:00Z"),
        (
            {
                "seconds": -3600,
                "start": "2024-06-17T07:30:00Z",
                "pauses": [["2024-06-14T14:30:00Z", "2024-06-17T00:00:00Z"]],
            },
            "2024-06-14T14:00:00Z",
        ),
        ({"seconds": 0.5, "start": "2024-06-14T10:00:00.250Z"}, "2024-06-14T10:00:00.750000Z"),
        ({"op": "between", "end": "2024-06-17T09:00:00Z"}, 14400),
        ({"op": "between", "end": "2024-06-14T13:00:00.5Z"}, 0.5),
        (
            {
                "op": "between",
                "end": "2024-06-17T09:00:00Z",
                "pauses": [["2024-06-14T00:00:00Z", "2024-06-15T00:00:00Z"]],
            },
            7200,
        ),
        ({"op": "is_open", "at": "2024-06-14T15:00:00Z"}, False),
        ({"op": "is_open", "at": "2024-06-14T14:59:59Z"}, True),
        (
            {
                "op": "is_open",
                "at": "2024-06-14T14:59:59Z",
                "pauses": [["2024-06-14T14:00:00Z", "2024-06-14T16:00:00Z"]],
            },
            False,
        ),
        ({"op": "next_open", "at": "2024-06-14T14:00:00Z"}, "2024-06-17T07:00:00Z"),
        ({"op": "next_close", "at": "2024-06-14T14:00:00Z"}, "2024-06-14T15:00:00Z"),
        (
            {
                "op": "next_close",
                "at": "2024-06-14T14:00:00Z",
                "calendar": {"tz": "UTC", "always_open": True},
            },
            None,
        ),
        (
            {"op": "intervals", "end": "2024-06-17T08:00:00Z"},
            [
                ["2024-06-14T13:00:00Z", "2024-06-14T15:00:00Z"],
                ["2024-06-17T07:00:00Z", "2024-06-17T08:00:00Z"],
            ],
        ),
    ],
)
def test_a_question_is_answered(changes, result):
    assert ask(**changes) == {"id": "a", "result": result}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"op": "subtract"}, "op"),
        ({"seconds": "ten"}, "seconds"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2024-06-14T15:00:00"}, "start"),
        ({"calendar": DESK | {"tz": "Mars/Olympus"}}, "calendar.tz"),
        ({"calendar": DESK | {"hours": {"funday": []}}}, "calendar.hours.funday"),
        ({"calendar": DESK | {"hours": {"mon": [["17:00"]]}}}, "calendar.hours.mon"),
        ({"calendar": DESK | {"holidays": ["Christmas"]}}, "calendar.holidays"),
        ({"calendar": DESK | {"lunch": True}}, "calendar.lunch"),
        ({"calendar": None}, "calendar"),
        ({"op": "intervals"}, "take"),
        ({"pauses": "always"}, "pauses"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(changes, field):
    answer = ask(**changes)
    assert answer["id"] == "a"
    assert answer["field"] == field


def test_a_line_that_is_no_question_is_answered_too():
    assert json.loads(answer_line("{"))["error"] == "not_json"
    assert json.loads(answer_line("[1]"))["error"] == "not_an_object"


CASE = {
    "calendar": DESK,
    "target": {"kind": "resolution", "goal_seconds": 14400, "warning_percent": 75, "pauses": ["requester"]},
    "facts": [
        {"kind": "resumed", "time": "2024-06-17T08:00:00Z"},
        {"kind": "opened", "time": "2024-06-14T13:00:00Z", "priority": 3},
        {"kind": "held", "time": "2024-06-14T14:00:00Z", "awaiting": "requester"},
    ],
    "at": "2024-06-17T12:00:00+02:00",
}


def test_a_case_is_explained():
    answer = explained(CASE)
    [clock] = answer["clocks"]
    assert answer["at"] == "2024-06-17T10:00:00Z"
    assert (clock["state"], clock["verdict"], clock["due_time"]) == ("running", None, "2024-06-17T11:00:00Z")
    assert (clock["elapsed_seconds"], clock["paused_seconds"]) == (3 * 3600, 2 * 3600)
    assert [(s["reason"], s["seconds"]) for s in clock["segments"]] == [
        ("business_hours", 3600),
        ("paused", 3600),
        ("outside_hours", 64 * 3600),
        ("paused", 3600),
        ("business_hours", 3 * 3600),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": None}, "at"),
        ({"target": {"kind": "resolution"}}, "targets[0].goal_seconds"),
        ({"target": {"kind": "resolution", "goal_seconds": 0}}, "targets[0].goal_seconds"),
        ({"target": {"kind": "wish", "goal_seconds": 5}}, "targets[0].kind"),
        ({"facts": [{"kind": "sneezed", "time": "2024-06-14T13:00:00Z"}]}, "facts[0].kind"),
        ({"facts": None}, "facts"),
        ({"reopen": "never"}, "reopen"),
    ],
)
def test_what_is_wrong_with_a_case_is_named(changes, field):
    with pytest.raises(InvalidArgument) as refused:
        explained(CASE | changes)
    assert refused.value.values["field"] == field


def test_the_command_line_answers_line_by_line_and_says_when_one_failed():
    def run(*questions):
        lines = "\n".join(json.dumps(question) for question in questions)
        return CliRunner().invoke(sla, ["business-time", "--jsonl"], input=lines, standalone_mode=False)

    good = run(ADD, ADD | {"id": "b"})
    assert [json.loads(line)["id"] for line in good.output.splitlines()] == ["a", "b"]
    assert good.return_value == 0
    assert run(ADD, ADD | {"op": "x"}).return_value == 1


def test_the_command_line_explains_a_case():
    ran = CliRunner().invoke(sla, ["replay"], input=json.dumps(CASE), standalone_mode=False)
    assert json.loads(ran.output) == explained(CASE)

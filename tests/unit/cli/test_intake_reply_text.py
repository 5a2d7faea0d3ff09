"""What `fairlead intake reply-text` prints, as programs rely on it."""

import json

import pytest
from click.testing import CliRunner, Result

from cli.errors import BadUse
from cli.intake import intake


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(intake, ["reply-text", *arguments], input=given, standalone_mode=False)


def test_a_line_is_answered_by_what_was_newly_written():
    lines = [
        {"id": 1, "kind": "plain", "input": "new\n\n> old\n"},
        {"id": "b", "kind": "html", "input": "<p>new</p><blockquote>old</blockquote>"},
    ]
    result = run("--jsonl", given="".join(json.dumps(line) + "\n" for line in lines))
    assert result.return_value == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": 1, "reply_text": "new"},
        {"id": "b", "reply_text": "new"},
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": 7}',
        '{"id": 7, "kind": "rtf", "input": ""}',
        '{"id": 7, "kind": "html", "input": 1}',
    ],
)
def test_a_wrong_line_is_told_and_the_others_are_answered(line: str):
    result = run("--jsonl", given=f'{line}\n{{"id": 8, "kind": "plain", "input": "x"}}\n')
    wrong, right = [json.loads(one) for one in result.stdout.splitlines()]
    assert (wrong["id"], right) == (7 if "7" in line else None, {"id": 8, "reply_text": "x"})
    assert "error" in wrong and result.return_value == 1


def test_it_reads_nothing_but_lines():
    assert isinstance(run().exception, BadUse)

"""`fairlead intake reply-text`: what a person newly wrote, for a corpus."""

import json
from typing import Any

import click

from cli.errors import BadUse
from cli.lines import answer_all

_WRONG = 'a line is a JSON object with "id", "kind" ("plain" or "html") and "input" (text)'


@click.command("reply-text")
@click.option("--jsonl", is_flag=True, help='A body on each line of the input: {"id", "kind", "input"}.')
def reply_text(jsonl: bool) -> int:
    """Read bodies on the standard input and print what was newly written in each.

    A body is {"id", "kind": "plain"|"html", "input"} on a line; {"id", "reply_text"} answers it. What is wrong with a
    line stands in its answer's "error"; the others are answered all the same, and the exit code is then 1.
    """
    if not jsonl:
        raise BadUse("bodies are read as lines of JSON: --jsonl")
    return 1 if answer_all(_answer) else 0


def _answer(line: str) -> str:
    from services.intake.domain.mail import reply

    asked: Any = None
    try:
        asked = json.loads(line)
        read = {"plain": reply.reply_text, "html": reply.reply_text_of_html}[asked["kind"]]
        written = read(asked["input"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        own_id = asked.get("id") if isinstance(asked, dict) else None
        return json.dumps({"id": own_id, "error": _WRONG})
    return json.dumps({"id": asked.get("id"), "reply_text": written})

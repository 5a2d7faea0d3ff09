"""`fairlead sla`: the service levels' arithmetic at the command line, without a running installation."""

import json
import sys

import click

from cli.errors import BadUse
from cli.incident_log import forecast_evaluate, replay_log, simulate
from cli.lines import answer_all


@click.group()
def sla() -> None:
    """Business time and clocks, computed here and now."""


sla.add_command(replay_log)
sla.add_command(simulate)
sla.add_command(forecast_evaluate)


@sla.command("business-time")
@click.option("--jsonl", is_flag=True, required=True, help="A question on each line of the input.")
def business_time(jsonl: bool) -> int:
    """Answer questions about business time: a JSON line out for each JSON line in, with the same id.

    A question is {"id", "op", "calendar", …} with op one of add (start, seconds), between (start, end), is_open
    (at), next_open and next_close (at), intervals (start, and take or end). What is wrong with a question
    stands in its answer's "error"; the exit code is then 1.
    """
    from services.sla.domain.business_time_case import answer_line

    return 1 if answer_all(answer_line) else 0


@sla.command()
@click.option("--jsonl", is_flag=True, help="A case on each line of the input, its clocks on one line each.")
def replay(jsonl: bool) -> int:
    """Explain the clocks of one incident: a JSON case in, its clocks out with every segment.

    A case is {"calendar", "target", "facts": [{"kind", "time", …}], "at"}; docs/service-levels.md has all of it. With
    --jsonl what is wrong with a case stands in its answer's "error"; the exit code is then 1.
    """
    from chassis.errors import InvalidArgument
    from services.sla.domain.replay_case import explained, explained_line

    if jsonl:
        return 1 if answer_all(explained_line) else 0
    try:
        answer = explained(json.load(sys.stdin))
    except ValueError as error:
        raise BadUse(f"the case is not JSON: {error}") from None
    except InvalidArgument as error:
        where = error.values.get("field", "")
        raise BadUse(f"{where}: {error.message}" if where else error.message) from None
    click.echo(json.dumps(answer, indent=2))
    return 0

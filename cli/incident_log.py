"""`fairlead sla` on another system's incident log: replayed through the engine, and forecasts measured on it."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.errors import BadUse

if TYPE_CHECKING:
    from datetime import datetime

    from services.sla.domain.contract import Terms
    from services.sla.domain.incident_log.reading import Reading
    from services.sla.domain.simulation import Side

Thing = TypeVar("Thing")
# Things between two looks at the time.
_STEP = 100
_TOLD_SECONDS = 2.0
_GZIP = b"\x1f\x8b"
_FILE = click.Path(path_type=Path)


@click.command("replay-log")
@click.argument("file", type=_FILE)
@click.option("--contract", required=True, type=_FILE, help="Calendars and targets, as JSON.")
def replay_log(file: Path, contract: Path) -> int:
    """Replay an incident log (CSV, plain or gzip) through the engine: counts by target, as JSON.

    The lines may come in any order and repeated. Invariants are checked on every incident; the exit code is 1 where one is
    violated. docs/service-levels.md has the columns, the counts and a contract to begin with.
    """
    from services.sla.domain.incident_log.invariants import violated
    from services.sla.domain.incident_log.tally import Tally, replayed

    terms = contract_in(contract)
    begun, engine, tally = time.perf_counter(), 0.0, Tally()
    with progress() as bar:
        reading = log_in(file, bar)
        lives = list(reading.lives())
        for entries in bar("replaying", lives, len(lives)):
            started = time.perf_counter()
            one = replayed(entries, terms, reading.latest)
            engine += time.perf_counter() - started
            tally.add(entries[0].number, one, violated(one))
    events = sum(map(len, lives))
    table = tally.table()
    click.echo(
        json.dumps(
            {"contract": terms.contract.name, "events": events, **table}
            | {"input": told(reading), **_speed(events, engine, time.perf_counter() - begun)},
            indent=2,
        )
    )
    return 1 if table["violations"] else 0


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--contract", required=True, type=_FILE, help="As agreed: calendars, targets and credits, as JSON."
)
@click.option("--proposed", required=True, type=_FILE, help="As proposed, in the same form.")
@click.option("--from", "start", default="", help="Only incidents opened at this time or later (ISO 8601).")
@click.option("--until", "end", default="", help="Only incidents opened before this time.")
def simulate(file: Path, contract: Path, proposed: Path, start: str, end: str) -> int:
    """Replay an incident log under two contracts: attainment, breaches and credits side by side, as JSON.

    docs/service-levels.md has the form of a contract, with its credits.
    """
    from services.sla.domain.incident_log.life import facts_of, opening_of
    from services.sla.domain.simulation import Simulation

    simulation = Simulation(_side(contract), _side(proposed))
    first, last = _moment(start, "--from"), _moment(end, "--until")
    begun = time.perf_counter()
    with progress() as bar:
        reading = log_in(file, bar)
        lives = list(reading.lives())
        for entries in bar("replaying", lives, len(lives)):
            opened = opening_of(entries)
            if (first is None or opened >= first) and (last is None or opened < last):
                simulation.add(facts_of(entries), reading.latest or opened)
    spent = {"seconds": round(time.perf_counter() - begun, 2), "input": told(reading)}
    click.echo(json.dumps(simulation.table() | spent, indent=2))
    return 0


def _side(file: Path) -> Side:
    from services.sla.domain.simulation import Side, credit_terms_from

    described = described_in(file)
    with refusing(file):
        return Side(terms_in(described, file), credit_terms_from(described))


def _moment(text: str, option: str) -> datetime | None:
    from services.sla.domain.incident_log.reading import time_of

    moment = time_of(text)
    if text and moment is None:
        raise BadUse(f"{option}: not a time: {text}")
    return moment


@click.command("forecast-evaluate")
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--train-share",
    type=click.FloatRange(0.01, 0.99),
    default=0.8,
    show_default=True,
    help="Learn from this share of FILE's incidents, the first to open; forecast the others.",
)
@click.option("--train", type=_FILE, help="Learn from this log, instead of a share of FILE.")
@click.option("--test", type=_FILE, help="Forecast the incidents of this log that --train does not have.")
def forecast_evaluate(file: Path | None, train_share: float, train: Path | None, test: Path | None) -> int:
    """Measure the breach forecast on an incident log: learned from its first incidents, held against its last.

    Only what is known when an incident opens is used. docs/service-levels.md says what the figures are.
    """
    from services.sla.domain.forecast.forecaster import trained
    from services.sla.domain.incident_log.outcomes import KEYS, evaluated, outcomes_of

    if (file is None) is not (train is not None and test is not None) or (train is None) is not (
        test is None
    ):
        raise BadUse("one log to be split, or --train and --test")
    begun = time.perf_counter()
    with progress() as bar:
        readings = [log_in(path, bar) for path in ([file] if file else [train, test]) if path]
        parts = [outcomes_of(reading) for reading in readings]
        if file:
            [whole] = (list(part.values()) for part in parts)
            cut = round(len(whole) * train_share)
            learned, forecast = whole[:cut], whole[cut:]
        else:
            learned = list(parts[0].values())
            seen = readings[0].entries
            forecast = [known for number, known in parts[1].items() if number not in seen]
        if not learned or not forecast:
            raise BadUse("too few incidents with an outcome: nothing to learn from, or nothing to forecast")
        [forecaster] = bar("learning", (trained(part, KEYS) for part in [learned]), 1)
        figures = evaluated(forecaster, learned, forecast)
    rows = {"train_rows": len(learned), "test_rows": len(forecast)}
    spent = {"seconds": round(time.perf_counter() - begun, 2), "input": [told(each) for each in readings]}
    click.echo(json.dumps(rows | figures | spent, indent=2))
    return 0


def told(reading: Reading) -> dict[str, Any]:
    """What was read, and what could not be: by reason."""
    return {
        "lines": reading.lines,
        "repeated": reading.repeated,
        "left_out": dict(sorted(reading.left_out.items())),
    }


def log_in(file: Path, bar: Bar) -> Reading:
    """A log from its file. Raises BadUse."""
    from services.sla.domain.incident_log.reading import NotALog, read

    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        opener = gzip.open if packed else open
        with opener(file, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
            return read(bar("reading", lines, None))
    except NotALog as error:
        raise BadUse(f"{file}: not an incident log: {error}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadUse(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def contract_in(file: Path) -> Terms:
    """Terms from a contract file. Raises BadUse."""
    return terms_in(described_in(file), file)


def terms_in(described: dict[str, Any], file: Path) -> Terms:
    """Terms as a contract file describes them. Raises BadUse."""
    from services.sla.domain.replay_case import terms_from

    with refusing(file):
        return terms_from(described, file.stem)


def described_in(file: Path) -> dict[str, Any]:
    """The JSON object that a file holds. Raises BadUse."""
    try:
        described = json.loads(file.read_bytes())
    except OSError as error:
        raise BadUse(f"{file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadUse(f"{file}: is not JSON: {error}") from None
    if not isinstance(described, dict):
        raise BadUse(f"{file}: a contract is a JSON object")
    return described


@contextmanager
def refusing(file: Path) -> Iterator[None]:
    """What is wrong with a contract in one line."""
    from chassis.errors import InvalidArgument

    try:
        yield
    except InvalidArgument as error:
        raise BadUse(f"{file}: {error.values.get('field', 'contract')}: {error.message}") from None
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadUse(f"{file}: is no contract: {error}") from None


class Bar:
    """Progress on the standard error while things are gone through: drawn on a terminal, told elsewhere."""

    def __init__(self, drawn: Any = None) -> None:
        self._drawn = drawn

    def __call__(self, doing: str, things: Iterable[Thing], total: int | None) -> Iterator[Thing]:
        task = self._drawn.add_task(doing, total=total) if self._drawn else None
        said = time.monotonic()
        for done, thing in enumerate(things, start=1):
            yield thing
            if done % _STEP:
                continue
            if self._drawn:
                self._drawn.update(task, completed=done)
            elif time.monotonic() - said > _TOLD_SECONDS:
                said = time.monotonic()
                click.echo(f"{doing}: {done:,}" + (f" of {total:,}" if total else ""), err=True)


@contextmanager
def progress() -> Iterator[Bar]:
    """What goes through things and shows how far it has come."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as drawn:
        yield Bar(drawn)


def _speed(events: int, engine: float, whole: float) -> dict[str, Any]:
    """The engine alone, and the whole with reading and every check."""
    return {
        "seconds": round(whole, 2),
        "events_per_second": round(events / engine) if engine else 0,
        "events_per_second_with_checks": round(events / whole) if whole else 0,
    }

"""`fairlead triage`: the learned model at the command line, measured on labeled tickets without an installation."""

from __future__ import annotations

import csv
import gzip
import json
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from cli.errors import BadUse

_GZIP = b"\x1f\x8b"
_FILE = click.Path(path_type=Path)
_LETTER = re.compile(r"\w")
# A ticket may quote a whole log; the csv module's own limit is 131,072 characters.
_LONGEST_FIELD = 64 << 20
# Asked together, as triage asks about a batch of openings.
_BATCH = 500


@click.group()
def triage() -> None:
    """How tickets are classified, here and now."""


@dataclass(frozen=True)
class Labeled:
    """Texts and their labels, with how many rows had none and were left out."""

    texts: list[str]
    labels: list[str]
    left_out: int


@triage.command()
@click.option(
    "--train", required=True, type=_FILE, help="Tickets to learn from: CSV with a heading, plain or gzip."
)
@click.option("--test", required=True, type=_FILE, help="Tickets to predict, in the same form.")
@click.option("--text", "text", required=True, help="The column, or columns parted by commas, that are read.")
@click.option("--label", required=True, help="The column that is learned and predicted.")
@click.option(
    "--others",
    multiple=True,
    type=_FILE,
    help="Tickets of another provider, in the same form; three or more: what they have in common is learned, too.",
)
def evaluate(train: Path, test: Path, text: str, label: str, others: Sequence[Path]) -> int:
    """Learn from one file of tickets, predict another, and print the figures as one JSON object.

    Nothing of the test file is known while learning. docs/triage-model.md says what the figures are and what the model does.
    """
    from services.triage.domain.learning.measures import Answered, by_class, figures

    columns = [name.strip() for name in text.split(",") if name.strip()]
    if not columns:
        raise BadUse("--text names no column")
    known, asked = labeled(train, columns, label.strip()), labeled(test, columns, label.strip())
    if len(set(known.labels)) < 2:
        raise BadUse(f"{train}: column {label}: there is nothing to tell apart: all rows have one label")
    if not any(_LETTER.search(words) for words in known.texts):
        raise BadUse(f"{train}: column {text}: there is not one word to learn from")
    # Late: what learns is large.
    from services.triage.clients.learning.classifier import TextClassifier

    say(f"{len(known.texts):,} tickets to learn from, {len(asked.texts):,} to predict")
    begun = time.perf_counter()
    made = common_lessons(known, [labeled(file, columns, label.strip()) for file in others])
    model = TextClassifier.learn(known.texts, known.labels, say, made)
    learned = time.perf_counter()
    answers = [
        Answered(predicted, confidence, true)
        for (predicted, confidence), true in zip(predictions(model, asked.texts), asked.labels, strict=True)
    ]
    spent = time.perf_counter() - learned
    classes = {
        name: {key: round(value, 4) for key, value in asdict(measure).items()}
        for name, measure in by_class(answers).items()
    }
    told = figures(answers) | {
        "training_seconds": round(learned - begun, 2),
        "predictions_per_second": round(len(answers) / spent, 1) if spent else 0.0,
        "classes": len(set(known.labels)),
        "train_rows": len(known.texts),
        "test_rows": len(asked.texts),
        "left_out": known.left_out + asked.left_out,
        "by_class": classes,
    }
    if others:
        told["made_lessons"] = len(made)
    click.echo(json.dumps(told, ensure_ascii=False))
    return 0


def common_lessons(known: Labeled, others: Sequence[Labeled]) -> list[tuple[str, str]]:
    """What is made up from what the others have in common, for those labels that are known here."""
    from services.triage.domain.learning.prior import made_lessons, prior_for

    by_provider = {f"{at}": zip(one.texts, one.labels, strict=True) for at, one in enumerate(others)}
    made = made_lessons(prior_for("", by_provider), known.labels, len(known.texts))
    if others:
        say(f"{len(made):,} lessons made up from what {len(others):,} others have in common")
    return made


def predictions(model: Any, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Label and confidence of each text, a batch at a time."""
    for start in range(0, len(texts), _BATCH):
        yield from model.predict(texts[start : start + _BATCH])
        done = min(start + _BATCH, len(texts))
        if done % (10 * _BATCH) == 0 or done == len(texts):
            say(f"{done:,} of {len(texts):,} predicted")


def say(line: str) -> None:
    """Progress, on the standard error."""
    click.echo(line, err=True)


def labeled(file: Path, columns: Sequence[str], label: str) -> Labeled:
    """The labeled texts of a CSV file; a row without text or label is left out. Raises BadUse."""
    texts, labels, left_out = [], [], 0
    try:
        for row in _rows(file, [*columns, label]):
            words = "\n".join(value for name in columns if (value := (row[name] or "").strip()))
            named = (row[label] or "").strip()
            if words and named:
                texts.append(words)
                labels.append(named)
            else:
                left_out += 1
    except (OSError, EOFError, zlib.error) as error:
        raise BadUse(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    except UnicodeDecodeError:
        raise BadUse(f"{file}: is not UTF-8") from None
    except csv.Error as error:
        raise BadUse(f"{file}: is no CSV: {error}") from None
    if not texts:
        raise BadUse(f"{file}: no row has both text and label")
    return Labeled(texts, labels, left_out)


def _rows(file: Path, wanted: Sequence[str]) -> Iterator[dict[str, str]]:
    with file.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    csv.field_size_limit(_LONGEST_FIELD)
    # utf-8-sig: spreadsheets write a mark before the first column's name.
    with (gzip.open if packed else open)(file, "rt", encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        names = reader.fieldnames or []
        for name in wanted:
            if name not in names:
                has = ", ".join(names)[:200] or "none at all"
                raise BadUse(f"{file}: there is no column {name} (it has {has})")
        yield from reader

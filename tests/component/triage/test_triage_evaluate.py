"""`fairlead triage evaluate`, and the classifier that it measures, on a few made-up tickets in two languages."""

import csv
import gzip
import json
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sklearn.feature_extraction.text import TfidfVectorizer

from cli.errors import BadUse
from cli.triage import triage
from services.triage.clients.learning.blend import chosen, lift_of
from services.triage.clients.learning.classifier import TextClassifier
from services.triage.clients.learning.neighbors import Neighbors
from services.triage.clients.learning.pieces import Pieces
from services.triage.clients.learning.places import placed
from services.triage.clients.learning.vectors import LEAST_TEXTS, WordVectors
from services.triage.clients.learning.views import Views, folded

KINDS = {
    "network": "vpn tunnel wifi réseau connexion router cable ping passerelle",
    "printing": "printer toner paper imprimante papier bourrage tray cartridge",
    "access": "password locked account reset compte verrouillé identifiant login",
}
FILLER = ["hello", "please", "help", "since", "monday", "bonjour", "merci", "urgent", "office", "bureau"]


def tickets(count: int, seed: int) -> list[tuple[str, str, str]]:
    """(subject, text, kind): two words of the kind among others."""
    chance = random.Random(seed)
    made = []
    for at in range(count):
        kind = list(KINDS)[at % len(KINDS)]
        words = chance.sample(KINDS[kind].split(), 2) + chance.sample(FILLER, 4)
        chance.shuffle(words)
        made.append((words[0], " ".join(words[1:]), kind))
    return made


def written(path: Path, rows: list[tuple[str, str, str]], packed: bool = False) -> Path:
    with (gzip.open if packed else open)(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("subject", "text", "kind"), *rows])
    return path


def run(
    train: Path, test: Path, text: str = "subject,text", label: str = "kind", others: Sequence[Path] = ()
) -> Result:
    arguments = ["evaluate", "--train", str(train), "--test", str(test), "--text", text, "--label", label]
    arguments += [part for one in others for part in ("--others", str(one))]
    return CliRunner().invoke(triage, arguments, standalone_mode=False)


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    rows = [*tickets(60, seed=1), ("lonely", "coffee machine leaks", "kitchen")]
    return TextClassifier.learn([f"{a} {b}" for a, b, _ in rows], [kind for *_, kind in rows], lambda _: None)


def test_it_prints_one_object_with_every_figure(tmp_path: Path):
    train = written(tmp_path / "train.csv.gz", [*tickets(60, seed=1), ("", "", "printing")], packed=True)
    result = run(train, written(tmp_path / "test.csv", tickets(30, seed=2)))
    assert result.return_value == 0, result.exception
    told = json.loads(result.stdout)
    assert told["accuracy"] > 0.85 and told["macro_f1"] > 0.85 and told["weighted_f1"] > 0.85
    assert 0 <= told["expected_calibration_error"] <= 1 and 0 <= told["coverage_at_0_8"] <= 1
    assert 0 <= told["accuracy_at_0_8"] <= 1 and told["accuracy_at_80_percent_coverage"] > 0.85
    assert told["training_seconds"] > 0 and told["predictions_per_second"] > 0
    assert (told["classes"], told["train_rows"], told["test_rows"], told["left_out"]) == (3, 60, 30, 1)
    assert set(told["by_class"]) == set(KINDS)
    assert "60 tickets to learn from" in result.stderr


def test_what_three_others_have_in_common_helps_whoever_has_hardly_any_tickets(tmp_path: Path):
    # Of each kind one word is known here; the others know all of them.
    few = [(kind, KINDS[kind].split()[0], kind) for kind in KINDS for _ in range(4)]
    train, test = written(tmp_path / "few.csv", few), written(tmp_path / "test.csv", tickets(60, seed=2))
    others = [written(tmp_path / f"{seed}.csv", tickets(90, seed=seed)) for seed in (3, 4, 5)]
    helped = json.loads(run(train, test, others=others).stdout)
    assert helped["made_lessons"] > 0
    # By the one word alone hardly half of them could be told.
    assert helped["accuracy"] > 0.8


def test_accents_and_letter_case_do_not_matter(classifier: TextClassifier):
    said = classifier.predict(["Le réseau et la connexion", "le RESEAU et la CONNEXION"])
    assert said[0] == said[1] and said[0][0] == "network"


def test_the_words_that_decided_are_the_texts_own(classifier: TextClassifier):
    words = classifier.deciding_words("hello my vpn tunnel please", "network")
    assert {"vpn", "tunnel"} & set(" ".join(words).split())
    assert not {"hello", "please"} & set(words) and "router" not in " ".join(words)


def test_a_class_with_one_example_can_be_learned_and_unknown_words_are_never_sure(classifier: TextClassifier):
    assert "kitchen" in classifier.classes
    [(_, confidence)] = classifier.predict(["entirely unknown words"])
    assert confidence < 0.4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no column"),
        (b"subject,text\na,b\n", "there is no column kind"),
        (b"subject,text,kind\n", "no row has both"),
        (b"subject,text,kind\n\xff,b,c\n", "not UTF-8"),
        (b"\x1f\x8bbroken", "gzip|ended before"),
        (b"subject,text,kind\na,b,c\nd,e,c\n", "one label"),
        (b"subject,text,kind\n!!,??,c\n...,?,d\n", "not one word"),
    ],
)
def test_what_cannot_be_learned_from_is_told_in_one_line(tmp_path: Path, content: bytes, says: str):
    train = tmp_path / "train.csv"
    train.write_bytes(content)
    error = run(train, written(tmp_path / "test.csv", tickets(3, seed=2))).exception
    assert isinstance(error, BadUse) and "\n" not in str(error)
    assert re.search(says, str(error)), str(error)


def test_a_missing_file_is_told(tmp_path: Path):
    error = run(tmp_path / "none.csv", tmp_path / "none.csv").exception
    assert isinstance(error, BadUse) and "No such file" in str(error)


def test_two_texts_without_a_word_in_common_are_enough():
    model = TextClassifier.learn(["tunnel", "papier"], ["network", "printing"], lambda _: None)
    assert [label for label, _ in model.predict(["tunnel", "papier"])] == ["network", "printing"]


def test_what_was_most_alike_counts_and_of_what_is_like_nothing_only_how_common_classes_are():
    texts = ["tunnel drops", "tunnel drops again", "paper jams", "toner low", "toner empty"]
    views, neighbors = Views(texts), Neighbors()
    neighbors.fit(views.learned, np.array([0, 0, 1, 1, 1]))
    scores = neighbors.scores(views.of(["tunnel drops twice", "entirely unknown"]))
    assert scores[0].argmax() == 0 and np.allclose(np.exp(scores[1]), [0.4, 0.6])


def test_words_that_keep_the_same_company_lie_close_together():
    company = {"vpn": "tunnel gateway", "wifi": "tunnel gateway", "toner": "paper tray"}
    chance = random.Random(3)
    texts = []
    for at in range(LEAST_TEXTS):
        word = list(company)[at % 3]
        texts.append(f"{word} {company[word]} {chance.choice(FILLER)}")
    numbers = {word: at for at, word in enumerate(sorted({word for text in texts for word in text.split()}))}
    vectors = WordVectors(placed(texts, numbers, str.lower, r"\w+"))
    alone = placed(["vpn", "wifi", "toner", "unheard"], numbers, str.lower, r"\w+")
    vpn, wifi, toner, nothing = vectors.of(alone)[0]
    assert vpn @ wifi > 0.5 > vpn @ toner and not nothing.any()
    [begun], [swapped] = (
        vectors.of(placed([text], numbers, str.lower, r"\w+"))[1]
        for text in ("vpn hello please toner", "toner hello please vpn")
    )
    assert begun @ vpn > swapped @ vpn and begun @ toner < swapped @ toner
    few = placed(texts[:10], numbers, str.lower, r"\w+")
    assert [each.shape for each in WordVectors(few).of(alone)] == [(4, 0), (4, 0)]


def test_how_near_to_the_beginning_a_word_stands_is_told_of_its_first_place_alone():
    numbers = {"vpn": 0, "down": 1, "again": 2}
    texts = placed(["VPN is down, down", "again vpn", "", "unheard"], numbers, str.lower, r"\w+")
    near = texts.first(np.array([1, 0])).toarray()
    assert near[0, 1] == 1 and 0 < near[0, 0] < near[1, 1] < 1 and not near[2:].any()
    assert texts.counts().toarray().tolist() == [[1, 2, 0], [1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert texts.nearness()[0, 1] > near[0, 0]
    assert texts.words.tolist() == [0, 1, 1, 2, 0]


def test_words_are_taken_apart_once_as_if_each_text_were():
    known = [f"{subject} {text}" for subject, text, _ in tickets(60, seed=1)] + [
        "",
        "a b",
        "é\u00a0!! réseaux",
    ]
    asked = ["réseau vpn", "", "unheard-of words", "a"]
    usual = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True, preprocessor=folded
    )
    pieces = Pieces(known, folded, least=2)
    assert abs(pieces.learned - usual.fit_transform(known)).max() < 1e-6
    assert abs(pieces.of(asked) - usual.transform(asked)).max() < 1e-6
    assert pieces.of(["", " "]).getnnz() == 0


def test_neither_triage_nor_the_command_line_carries_what_learns():
    imports = "import sys, services.triage.main, cli.main"
    asks = "assert not {'sklearn', 'lightgbm', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", f"{imports}; {asks}"], check=True, timeout=60)


def test_rare_classes_are_lifted_only_where_it_costs_hardly_any_accuracy():
    shares = np.array([0.9, 0.1])
    close = np.array([[0.8, 0.2]] * 90 + [[0.52, 0.48]] * 10)
    rare = np.array([0] * 90 + [1] * 10)
    lift = lift_of(close, rare, shares)
    assert lift > 0 and (chosen(close, shares, lift) == rare).all()
    assert lift_of(close, np.zeros(100, dtype=int), shares) == 0

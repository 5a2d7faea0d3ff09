"""Classifies texts: learned from labeled ones, with confidence that can be believed and the words that decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from services.triage.clients.learning.blend import Blend, chosen, lift_of
from services.triage.clients.learning.scorers import Scorers
from services.triage.clients.learning.views import Views, readable

# One in so many texts is held back to fit confidence on; of few texts, each once.
_PARTS = 5
_MANY = 10_000
_WORDS_SHOWN = 4
# A word that pulled less than this share of the strongest decided nothing.
_WEAKEST, _NOTHING = 0.4, 1e-9

Tell = Callable[[str], None]


class TextClassifier:
    """Planes, trees and networks, blended: first it is learned how far each can be believed, then from everything."""

    def __init__(
        self,
        classes: np.ndarray,
        shares: np.ndarray,
        views: Views,
        scorers: Scorers,
        blend: Blend,
        lift: float,
    ) -> None:
        self.classes = classes
        self._shares = shares
        self._views = views
        self._scorers = scorers
        self._blend = blend
        self._lift = lift

    @classmethod
    def learn(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        tell: Tell,
        also: Sequence[tuple[str, str]] = (),
    ) -> TextClassifier:
        """At least two classes. The same texts in the same order give the same model; tell hears of progress.

        also: texts with labels that are learned from, and on which nothing is ever tried: confidence is fitted without them.
        """
        classes, truth = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
        made = [(text, int(np.searchsorted(classes, label))) for text, label in also if label in classes]
        # Threads of the algebra's own wait for each other longer than they work; the scorers learn side by side.
        with threadpool_limits(1):
            scorers = Scorers(len(classes))
            blend, lift = _tried(texts, truth, made, scorers, tell)
            tell("learning from everything")
            views = Views([*texts, *(text for text, _ in made)])
            scorers.fit(views.learned, _with(truth, made))
            # Most of the memory, and nothing that predicting needs.
            del views.learned
        return cls(classes, np.bincount(truth) / len(truth), views, scorers, blend, lift)

    def predict(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The likeliest class of each text, rare ones lifted as far as it costs hardly any, and how likely it is."""
        seen = self._views.of(texts)
        likely = self._blend.probabilities(self._scorers.scores(seen))
        # Pieces of words alone say nothing that anybody should rely on: then each class is as likely as it is common.
        likely[seen.words.getnnz(axis=1) == 0] = self._shares
        best = chosen(likely, self._shares, self._lift)
        return [(str(self.classes[at]), float(row[at])) for at, row in zip(best, likely, strict=True)]

    def deciding_words(self, text: str, chosen: str) -> list[str]:
        """The text's own words that pulled it most to this class, the strongest first."""
        words = self._views.words_of(text)
        if not words.nnz:
            return []
        pulls = self._scorers.pull(words, int(np.searchsorted(self.classes, chosen)))
        strongest = np.argsort(-pulls, kind="stable")[: 2 * _WORDS_SHOWN]
        least = max(pulls[strongest[0]] * _WEAKEST, _NOTHING)
        names = self._views.names[words.indices]
        return readable([str(names[at]) for at in strongest if pulls[at] >= least])[:_WORDS_SHOWN]


def _with(truth: np.ndarray, made: Sequence[tuple[str, int]]) -> np.ndarray:
    return np.concatenate([truth, np.array([at for _, at in made], dtype=truth.dtype)])


def _tried(
    texts: Sequence[str],
    truth: np.ndarray,
    made: Sequence[tuple[str, int]],
    scorers: Scorers,
    tell: Tell,
) -> tuple[Blend, float]:
    """How far each scorer can be believed on texts that it does not know, and how much rare classes are lifted; sets how long the networks learn."""
    found: list[list[np.ndarray]] = []
    known: list[np.ndarray] = []
    epochs: list[int] = []
    for part in range(_PARTS if len(texts) < _MANY else 1):
        held = _held(truth, part)
        if not held.any():
            continue
        tell(f"learning from {np.sum(~held):,}, to be tried on {np.sum(held):,}")
        learned = [text for text, apart in zip(texts, held, strict=True) if not apart]
        views = Views([*learned, *(text for text, _ in made)])
        unseen = views.of([text for text, apart in zip(texts, held, strict=True) if apart])
        found.append(scorers.fit_watching(views.learned, _with(truth[~held], made), unseen, truth[held]))
        known.append(truth[held])
        epochs.append(scorers.networks.epochs)
    if not known:
        return Blend.even(scorers.count, int(truth.max()) + 1), 0.0
    scorers.networks.epochs = round(float(np.mean(epochs)))
    scores, apart = [np.concatenate(each) for each in zip(*found, strict=True)], np.concatenate(known)
    blend = Blend.fit(scores, apart)
    return blend, lift_of(blend.probabilities(scores), apart, np.bincount(truth) / len(truth))


def _held(truth: np.ndarray, part: int) -> np.ndarray:
    """Which texts one of the parts holds back: the same share of each class, and never all of one."""
    order = np.random.default_rng(0).permutation(len(truth))
    # Each text's rank within its class, in the order drawn.
    by_class = order[np.argsort(truth[order], kind="stable")]
    counts = np.bincount(truth)
    rank = np.empty(len(truth), dtype=int)
    rank[by_class] = np.arange(len(truth)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = counts[truth]
    return (rank >= share * part // _PARTS) & (rank < share * (part + 1) // _PARTS) & (share > 1)

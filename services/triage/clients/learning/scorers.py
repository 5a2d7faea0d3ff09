"""What gives each class a score: planes through the sparse view, trees of common words, small networks on the dense views, neighbors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import lightgbm
import numpy as np
import scipy.sparse as sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from services.triage.clients.learning.neighbors import Neighbors
from services.triage.clients.learning.views import Seen

# Margins of this C and networks of this shape were the best of those tried: docs/triage-model.md.
_C = 0.1
_HIDDEN, _HIDDEN_OF_FEW = 512, 256
_DECAY = 0.1
_NETWORKS = 4
_MOST_EPOCHS = 14
_EPOCHS = 8
# A network that has not become better on what it did not see for as many epochs has learned what it can.
_PATIENCE = 3
_LEAST = 1e-6
_TREES, _LEAST_ROUNDS, _MOST_ROUNDS = 2_000, 12, 80


class Scorer(Protocol):
    """Learns from a view of texts and their classes (numbers from 0, each present); scores texts × classes."""

    def fit(self, seen: Seen, truth: np.ndarray) -> None: ...
    def scores(self, seen: Seen) -> np.ndarray: ...


class Margins:
    """Distances from the planes that part each class from all others."""

    def __init__(self, balanced: bool = False) -> None:
        """balanced: each class counts as much as any other, however few its texts."""
        self._svc = LinearSVC(C=_C, class_weight="balanced" if balanced else None, random_state=0)

    def fit(self, seen: Seen, truth: np.ndarray) -> None:
        with warnings.catch_warnings():
            # The last digits of a margin decide nothing.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._svc.fit(seen.sparse, truth)
        # Half the size and faster: texts have no more digits either.
        self._svc.coef_ = self._svc.coef_.astype(np.float32)

    def scores(self, seen: Seen) -> np.ndarray:
        margins = self._svc.decision_function(seen.sparse)
        return margins if margins.ndim == 2 else np.stack([-margins, margins], axis=1)

    def pull(self, words: sparse.csr_matrix, chosen: int) -> np.ndarray:
        """How strongly each word of one text pulls it to the class, against the mean of all classes; in the words' order."""
        planes = self._svc.coef_[:, words.indices]
        if len(planes) == 1:
            planes = np.vstack([-planes, planes])
        pulls: np.ndarray = words.data * (planes[chosen] - planes.mean(axis=0))
        return pulls


class Trees:
    """Logarithms of what boosted trees find: which words together, and where, mean what."""

    def __init__(self, classes: int, mixed: bool = False) -> None:
        """A tree a class is grown in each round, so many classes get fewer rounds; mixed: meanings are read as well."""
        self._mixed = mixed
        self._trees = lightgbm.LGBMClassifier(
            n_estimators=int(np.clip(_TREES // classes, _LEAST_ROUNDS, _MOST_ROUNDS)),
            learning_rate=0.2,
            num_leaves=31,
            min_child_samples=10,
            colsample_bytree=0.15,
            subsample=0.7,
            subsample_freq=1,
            reg_lambda=1.0,
            max_bin=7,
            n_jobs=1,
            random_state=int(mixed),
            verbose=-1,
        )

    def fit(self, seen: Seen, truth: np.ndarray) -> None:
        self._trees.fit(seen.mixed if self._mixed else seen.common, truth)

    def scores(self, seen: Seen) -> np.ndarray:
        likely = self._trees.predict_proba(seen.mixed if self._mixed else seen.common)
        return np.log(np.asarray(likely) + _LEAST)


class Networks:
    """Logarithms of what several small networks, begun differently, agree on."""

    def __init__(self, epochs: int = _EPOCHS) -> None:
        self.epochs = epochs
        self._networks: list[MLPClassifier] = []

    def fit(self, seen: Seen, truth: np.ndarray) -> None:
        self._begin(seen)
        classes = np.unique(truth)
        for network in self._networks:
            for _ in range(self.epochs):
                network.partial_fit(seen.rich, truth, classes=classes)

    def fit_watching(self, seen: Seen, truth: np.ndarray, held: Seen, held_truth: np.ndarray) -> np.ndarray:
        """Fits for as many epochs as make the held texts likeliest, which .epochs then tells; answers their scores."""
        self._begin(seen)
        classes = np.unique(truth)
        best, best_loss = np.zeros(0), np.inf
        for epoch in range(1, _MOST_EPOCHS + 1):
            for network in self._networks:
                network.partial_fit(seen.rich, truth, classes=classes)
            found = self.scores(held)
            loss = -found[np.arange(len(held_truth)), held_truth].mean()
            if loss < best_loss:
                best, best_loss, self.epochs = found, loss, epoch
            elif epoch - self.epochs >= _PATIENCE:
                break
        return best

    def scores(self, seen: Seen) -> np.ndarray:
        logs = [np.log(network.predict_proba(seen.rich) + _LEAST) for network in self._networks]
        return np.mean(logs, axis=0)

    def _begin(self, seen: Seen) -> None:
        batch = min(len(seen.rich), int(np.clip(len(seen.rich) // 100, 16, 256)))
        hidden = _HIDDEN if seen.rich.shape[1] > seen.dense.shape[1] else _HIDDEN_OF_FEW
        self._networks = [
            MLPClassifier((hidden,), alpha=_DECAY, batch_size=batch, random_state=seed)
            for seed in range(_NETWORKS)
        ]


class Scorers:
    """All of them, side by side. Trees, where each class would get a few of them only, are left out."""

    def __init__(self, classes: int) -> None:
        self.margins = [Margins(), Margins(balanced=True)]
        self.networks = Networks()
        self._others: list[Scorer] = [*self.margins, Neighbors()]
        if classes <= _TREES // _LEAST_ROUNDS:
            self._others += [Trees(classes), Trees(classes, mixed=True)]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._others) + 1

    def fit(self, seen: Seen, truth: np.ndarray) -> None:
        self._fit_others(seen, truth, lambda: self.networks.fit(seen, truth))

    def fit_watching(
        self, seen: Seen, truth: np.ndarray, held: Seen, held_truth: np.ndarray
    ) -> list[np.ndarray]:
        """Fits all of them, the networks for as long as they gain on the held texts; answers the held texts' scores."""
        watched = self._fit_others(
            seen, truth, lambda: self.networks.fit_watching(seen, truth, held, held_truth)
        )
        return [*(one.scores(held) for one in self._others), watched]

    def scores(self, seen: Seen) -> list[np.ndarray]:
        """Each one's scores, always in the same order."""
        return [*(one.scores(seen) for one in self._others), self.networks.scores(seen)]

    def pull(self, words: sparse.csr_matrix, chosen: int) -> np.ndarray:
        """How strongly each word of one text pulls it to the class, against the mean of all classes; in the words' order."""
        pulls: np.ndarray = np.sum([margins.pull(words, chosen) for margins in self.margins], axis=0)
        return pulls

    def _fit_others(self, seen: Seen, truth: np.ndarray, networks: Callable[[], Any]) -> Any:
        with ThreadPoolExecutor(max_workers=2) as pool:
            # The slowest first: the others fit beside it.
            fitting = [pool.submit(one.fit, seen, truth) for one in reversed(self._others)]
            answer = pool.submit(networks)
            for one in fitting:
                one.result()
            return answer.result()

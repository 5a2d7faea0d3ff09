"""The texts that were most alike, and what they were: the same matter told again, in nearly the same words."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from services.triage.clients.learning.views import Seen

# How many count, and how much more the nearest: likeness to this power.
_NEAREST, _POWER = 40, 8
# A word in more than this share of texts, and in more than so many, makes none alike, and is most of the work.
_COMMON, _FEW = 0.05, 100
# As much of each answer is how common the classes are.
_PRIOR = 0.05


class Neighbors:
    """Logarithms of how much each class is among the nearest texts."""

    def fit(self, seen: Seen, truth: np.ndarray) -> None:
        """Keeps the texts' rare words and classes."""
        words = seen.words
        rare = words.getnnz(axis=0) <= max(_FEW, _COMMON * words.shape[0])
        self._rare = np.flatnonzero(rare)
        self._texts = words[:, self._rare].T.tocsr()
        self._classes = np.eye(int(truth.max()) + 1, dtype=np.float32)[truth]
        self._shares = self._classes.mean(axis=0)

    def scores(self, seen: Seen) -> np.ndarray:
        likeness = (seen.words[:, self._rare] @ self._texts).tocsr()
        votes = np.stack([self._votes(*self._row(likeness, row)) for row in range(likeness.shape[0])])
        total = votes.sum(axis=1, keepdims=True)
        shares = np.divide(votes, total, out=np.tile(self._shares, (len(votes), 1)), where=total > 0)
        return np.log((shares + _PRIOR * self._shares) / (1 + _PRIOR))

    @staticmethod
    def _row(likeness: sparse.csr_matrix, row: int) -> tuple[np.ndarray, np.ndarray]:
        span = slice(likeness.indptr[row], likeness.indptr[row + 1])
        return likeness.data[span], likeness.indices[span]

    def _votes(self, alike: np.ndarray, texts: np.ndarray) -> np.ndarray:
        if len(alike) > _NEAREST:
            nearest = np.argpartition(-alike, _NEAREST)[:_NEAREST]
            alike, texts = alike[nearest], texts[nearest]
        return (alike.astype(np.float64) ** _POWER) @ self._classes[texts]

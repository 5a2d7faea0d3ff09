"""What words mean by the company they keep: vectors learned from the texts themselves, so of whatever language they are."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from services.triage.clients.learning.places import Placed

# Fewer texts do not tell which words keep company.
LEAST_TEXTS = 1_000
_LEAST_WORD, _MOST_WORDS = 5, 20_000
_DIMENSIONS = 200
# How far a word's company reaches, and how much of a long text is looked at for it.
_REACH, _READ = 5, 200
# Common company counts less than it comes.
_DAMPED = 0.75


class WordVectors:
    """A text is the mean of its words' vectors, rare words counting more. Of few texts it is nothing at all."""

    def __init__(self, texts: Placed) -> None:
        self._weighted = np.zeros((0, 0), dtype=np.float32)
        count = len(texts.ends) - 1
        counts = texts.counts()
        stands_in = counts.getnnz(axis=0)
        often = np.argsort(-np.asarray(counts.sum(axis=0)).ravel(), kind="stable")
        self._known = np.sort(often[stands_in[often] >= _LEAST_WORD][:_MOST_WORDS])
        if count < LEAST_TEXTS or not len(self._known):
            return
        vectors = _made_few(self._company(texts))
        rarity = np.log(count / stands_in[self._known])
        self._weighted = (vectors * rarity[:, None]).astype(np.float32)

    def of(self, texts: Placed) -> tuple[np.ndarray, np.ndarray]:
        """All words, and the beginning counting most. Rows of length 1, but of texts without any known word."""
        if not self._weighted.size:
            nothing = np.zeros((len(texts.ends) - 1, 0), dtype=np.float32)
            return nothing, nothing
        counts = texts.counts()[:, self._known]
        counts.data = 1 + np.log(counts.data)
        nearness = texts.nearness()[:, self._known]
        return normalize(counts @ self._weighted), normalize(nearness @ self._weighted)

    def _company(self, texts: Placed) -> sparse.csr_matrix:
        """How often each word stands near each other one."""
        size = len(self._known)
        number = np.full(texts.size, -1, dtype=np.int32)
        number[self._known] = np.arange(size)
        rows = (number[row] for row in np.split(texts.words, texts.ends[1:-1]))
        known = [row[row >= 0][:_READ] for row in rows]
        found = sparse.csr_matrix((size, size), dtype=np.float32)
        for far in range(1, _REACH + 1):
            long = [row for row in known if len(row) > far]
            if long:
                first, second = (
                    np.concatenate([row[:-far] for row in long]),
                    np.concatenate([row[far:] for row in long]),
                )
                ones = np.ones(len(first), dtype=np.float32)
                found = found + sparse.csr_matrix((ones, (first, second)), shape=(size, size))
        return (found + found.T).tocsr()


def _made_few(company: sparse.csr_matrix) -> np.ndarray:
    """A row for each word: how much more often than by chance it stands near others, in few dimensions."""
    each = np.asarray(company.sum(axis=1)).ravel()
    damped = each**_DAMPED / (each**_DAMPED).sum()
    pairs = company.tocoo()
    surprise = np.log(pairs.data / (each[pairs.row] * damped[pairs.col]))
    more = surprise > 0
    kept = (surprise[more].astype(np.float32), (pairs.row[more], pairs.col[more]))
    size = max(1, min(_DIMENSIONS, company.shape[0] - 1))
    svd = TruncatedSVD(size, n_iter=2, random_state=0)
    few = svd.fit_transform(sparse.csr_matrix(kept, shape=company.shape))
    return normalize(few / np.sqrt(np.maximum(svd.singular_values_, 1e-9)))

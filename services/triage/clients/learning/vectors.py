"""What words mean by the company they keep: vectors learned from the texts themselves, so of whatever language they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

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

    def __init__(self, texts: Sequence[str], preprocessor: Callable[[str], str], word: str) -> None:
        self._weighted = np.zeros((0, 0), dtype=np.float32)
        if len(texts) < LEAST_TEXTS:
            return
        self._counter = CountVectorizer(
            preprocessor=preprocessor, token_pattern=word, min_df=_LEAST_WORD, max_features=_MOST_WORDS
        )
        try:
            counts = self._counter.fit_transform(texts)
        except ValueError:
            # No word comes often enough.
            return
        vectors = _made_few(self._company(texts))
        rarity = np.log(len(texts) / counts.getnnz(axis=0))
        self._weighted = (vectors * rarity[:, None]).astype(np.float32)

    def of(self, texts: Sequence[str]) -> np.ndarray:
        """Rows of length 1, but of texts without any known word."""
        if not self._weighted.size:
            return np.zeros((len(texts), 0), dtype=np.float32)
        counts = self._counter.transform(texts).astype(np.float32)
        counts.data = 1 + np.log(counts.data)
        return normalize(counts @ self._weighted)

    def _company(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """How often each word stands near each other one."""
        places = self._counter.vocabulary_
        split = self._counter.build_analyzer()
        read = (np.array([places[word] for word in split(text) if word in places][:_READ]) for text in texts)
        known = [row.astype(np.int32) for row in read]
        size = len(places)
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

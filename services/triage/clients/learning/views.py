"""Texts as numbers: words and pairs of words, pieces of words, and the same made few and dense."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from services.triage.clients.learning.vectors import WordVectors

# Long mails are decided by their beginning: what follows is mostly quotation and logs.
_READ_AT_MOST = 8_000
# Below as many texts, what stands in one of them alone may still tell something.
_MANY, _FEW = 10_000, 1_000
# Of many texts, a word is common that stands in as many of them.
_COMMON = 20
# How much a piece of a word counts beside a word where both are made dense.
_PIECES = 0.7
_DIMENSIONS = 300
_WORD = r"\w+"


def folded(text: str) -> str:
    """Lower case, without accents, cut where it becomes long: "Réseau" and "reseau" are the same."""
    lower = text[:_READ_AT_MOST].casefold()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@dataclass(frozen=True)
class Seen:
    """Texts as scorers see them, a row each. Pieces of words know inflected forms, compounds and misspellings."""

    # Words, pairs of words, and pieces of words; words first.
    sparse: sparse.csr_matrix
    # The same made few: texts about the same thing lie in the same direction, whatever their words.
    dense: np.ndarray
    # The same with the mean of what its words mean; as .dense where there were few texts to learn that from.
    rich: np.ndarray
    # Words and pairs alone, and of these those that are not rare.
    words: sparse.csr_matrix
    common: sparse.csr_matrix


class Views:
    """Knows the words of the texts that it was made of; .learned is those texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        few = len(texts) < _MANY
        settings = {"sublinear_tf": True, "dtype": np.float32, "preprocessor": folded}
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), token_pattern=_WORD, min_df=1 if len(texts) < _FEW else 2, **settings
        )
        self._pieces = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), min_df=2 if few else 5, **settings
        )
        words, pieces = _fitted(self._words, texts), _fitted(self._pieces, texts)
        stands_in = words.getnnz(axis=0)
        # Of a handful of texts no word may be common: then the most frequent ones are.
        self._common = np.flatnonzero(
            stands_in >= min(stands_in.max(), max(3, min(_COMMON, len(texts) // 500)))
        )
        weighted = sparse.hstack([words, pieces * np.float32(_PIECES)], format="csr")
        size = max(1, min(_DIMENSIONS, *(side - 1 for side in weighted.shape)))
        self._svd = TruncatedSVD(size, n_iter=2, random_state=0)
        dense = self._svd.fit_transform(weighted)
        # Half the size, and as good.
        self._svd.components_ = self._svd.components_.astype(np.float32)
        self._vectors = WordVectors(texts, folded, _WORD)
        self.learned = self._seen(words, pieces, dense, self._vectors.of(texts))

    def of(self, texts: Sequence[str]) -> Seen:
        """Other texts; words that are not known are not seen."""
        words, pieces = self._words.transform(texts), self._pieces.transform(texts)
        weighted = sparse.hstack([words, pieces * np.float32(_PIECES)], format="csr")
        return self._seen(words, pieces, self._svd.transform(weighted), self._vectors.of(texts))

    def _seen(
        self, words: sparse.csr_matrix, pieces: sparse.csr_matrix, dense: np.ndarray, vectors: np.ndarray
    ) -> Seen:
        scaled = _scaled(dense)
        rich = np.hstack([scaled, _scaled(vectors)]) if vectors.shape[1] else scaled
        whole = sparse.hstack([words, pieces], format="csr")
        return Seen(whole, scaled, rich, words, words[:, self._common].tocsr())

    @property
    def words(self) -> np.ndarray:
        """The words and pairs of words, in the order of the sparse view's first columns."""
        return self._words.get_feature_names_out()


def _scaled(dense: np.ndarray) -> np.ndarray:
    """Rows of one length, at which networks of this size learn well."""
    return (normalize(dense) * np.sqrt(dense.shape[1] / 10)).astype(np.float32)


def _fitted(vectorizer: TfidfVectorizer, texts: Sequence[str]) -> sparse.csr_matrix:
    """What a vectorizer sees in these texts; where nothing in them comes twice, what comes once counts."""
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:
        vectorizer.set_params(min_df=1)
        return vectorizer.fit_transform(texts)


def readable(words: Sequence[str]) -> list[str]:
    """Without what a longer phrase of them says already."""
    kept: list[str] = []
    for word in words:
        if not any(re.search(rf"\b{re.escape(word)}\b", other) for other in words if other != word):
            kept.append(word)
    return kept

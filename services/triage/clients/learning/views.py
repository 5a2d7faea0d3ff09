"""Texts as numbers: words and pairs of words, pieces of words, where words stand, and the same made few and dense."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from services.triage.clients.learning.pieces import Pieces
from services.triage.clients.learning.places import Placed, placed
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
# As many of the dimensions are read beside common words.
_FEW_DIMENSIONS = 50
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
    # The same with what its words mean, and those at its beginning; as .dense where there were few texts to learn that from.
    rich: np.ndarray
    # Words and pairs alone.
    words: sparse.csr_matrix
    # Of these those that are not rare, and of each such word how near to the beginning it first stands.
    common: sparse.csr_matrix
    # The same with what its words mean, in few dimensions.
    mixed: sparse.csr_matrix


class Views:
    """Knows the words of the texts that it was made of; .learned is those texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        few = len(texts) < _MANY
        settings = {"sublinear_tf": True, "dtype": np.float32, "preprocessor": folded}
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), token_pattern=_WORD, min_df=1 if len(texts) < _FEW else 2, **settings
        )
        words = _fitted(self._words, texts)
        self._pieces = Pieces(texts, folded, least=2 if few else 5)
        pieces = self._pieces.learned
        del self._pieces.learned
        self.names = self._words.get_feature_names_out()
        stands_in = words.getnnz(axis=0)
        # Of a handful of texts no word may be common: then the most frequent ones are.
        often = stands_in >= min(stands_in.max(), max(3, min(_COMMON, len(texts) // 500)))
        self._common = np.flatnonzero(often)
        alone = [(word, at) for word, at in self._words.vocabulary_.items() if " " not in word]
        self._numbers = {word: number for number, (word, _) in enumerate(alone)}
        self._first = np.flatnonzero(often[[at for _, at in alone]])
        weighted = sparse.hstack([words, pieces * np.float32(_PIECES)], format="csr")
        size = max(1, min(_DIMENSIONS, *(side - 1 for side in weighted.shape)))
        self._svd = TruncatedSVD(size, n_iter=2, random_state=0)
        dense = self._svd.fit_transform(weighted)
        # As good, and a model's file is half as large: it is most of it.
        self._svd.components_ = self._svd.components_.astype(np.float16).astype(np.float32)
        places = placed(texts, self._numbers, folded, _WORD)
        self._vectors = WordVectors(places)
        self.learned = self._seen(words, pieces, dense, places)

    def of(self, texts: Sequence[str]) -> Seen:
        """Other texts; words that are not known are not seen."""
        words, pieces = self._words.transform(texts), self._pieces.of(texts)
        weighted = sparse.hstack([words, pieces * np.float32(_PIECES)], format="csr")
        places = placed(texts, self._numbers, folded, _WORD)
        return self._seen(words, pieces, self._svd.transform(weighted), places)

    def _seen(
        self, words: sparse.csr_matrix, pieces: sparse.csr_matrix, dense: np.ndarray, places: Placed
    ) -> Seen:
        scaled = _scaled(dense)
        meaning = [_scaled(each) for each in self._vectors.of(places) if each.shape[1]]
        common = sparse.hstack([words[:, self._common], places.first(self._first)], format="csr")
        few = (meaning[0] if meaning else scaled)[:, :_FEW_DIMENSIONS]
        return Seen(
            sparse=sparse.hstack([words, pieces], format="csr"),
            dense=scaled,
            rich=np.hstack([scaled, *meaning]) if meaning else scaled,
            words=words,
            common=common,
            mixed=sparse.hstack([common, sparse.csr_matrix(few)], format="csr"),
        )

    def __getstate__(self) -> dict[str, Any]:
        svd = copy(self._svd)
        svd.components_ = svd.components_.astype(np.float16)
        return self.__dict__ | {"_svd": svd}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state
        self._svd.components_ = self._svd.components_.astype(np.float32)

    def words_of(self, text: str) -> sparse.csr_matrix:
        """One text's words and pairs of words alone; .names has what each column stands for."""
        return self._words.transform([text])


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

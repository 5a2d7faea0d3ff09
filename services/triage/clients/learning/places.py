"""Which words stand where in a text: its beginning says what the rest is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

# After as many words, a word is half as near to the beginning.
_HALF = 4


@dataclass(frozen=True)
class Placed:
    """Texts as the known words in their order, and how many words stood before each; words are numbers below .size."""

    ends: np.ndarray
    words: np.ndarray
    places: np.ndarray
    size: int

    def counts(self) -> sparse.csr_matrix:
        """How often each text has each word."""
        return self._summed(np.ones(len(self.words), dtype=np.float32))

    def nearness(self) -> sparse.csr_matrix:
        """The same, each time counting the more the nearer to the beginning."""
        return self._summed(self._near())

    def first(self, words: np.ndarray) -> sparse.csr_matrix:
        """Of these words alone, in this order: how near to the beginning each stands for the first time."""
        column = np.full(self.size, -1)
        column[words] = np.arange(len(words))
        rows, columns = np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends)), column[self.words]
        asked = columns >= 0
        # What comes once more is left out: words stand in their order.
        cells, at = np.unique(rows[asked] * len(words) + columns[asked], return_index=True)
        pairs = np.divmod(cells, max(1, len(words)))
        return sparse.csr_matrix((self._near()[asked][at], pairs), shape=(len(self.ends) - 1, len(words)))

    def _near(self) -> np.ndarray:
        return (1 / (1 + self.places / _HALF)).astype(np.float32)

    def _summed(self, values: np.ndarray) -> sparse.csr_matrix:
        shape = (len(self.ends) - 1, self.size)
        # A copy: what is summed is sorted in place, and the words here stand in their order.
        found = sparse.csr_matrix((values, self.words, self.ends), shape=shape, copy=True)
        found.sum_duplicates()
        return found


def placed(
    texts: Sequence[str], numbers: Mapping[str, int], preprocessor: Callable[[str], str], word: str
) -> Placed:
    """numbers: of each known word, from 0; word: the pattern of one."""
    split = re.compile(word).findall
    ends, words, places = [0], [], []
    for text in texts:
        for place, found in enumerate(split(preprocessor(text))):
            number = numbers.get(found)
            if number is not None:
                words.append(number)
                places.append(place)
        ends.append(len(words))
    return Placed(
        np.array(ends), np.array(words, dtype=np.int32), np.array(places, dtype=np.int32), len(numbers)
    )

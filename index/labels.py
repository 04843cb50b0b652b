"""What articles say of themselves by which they are asked for: of each value the articles that have it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Labels:
    """Values of articles, compared without regard to capitals and to how much white space stands between words.

    Four bytes for each value that an article has; articles that have none cost nothing.
    """

    def __init__(self) -> None:
        self._articles: dict[str, array[int]] = {}

    def add(self, article: int, values: Iterable[str]) -> None:
        """Say that an article, 0 or more, has these values."""
        for value in values:
            self._articles.setdefault(_folded(value), array("i")).append(article)

    def of(self, values: Iterable[str]) -> NDArray[np.int64]:
        """The articles that have any of these values, one as often as it has one."""
        found = [self._articles[value] for value in set(map(_folded, values)) if value in self._articles]
        return np.concatenate([np.zeros(0, np.int64), *(np.frombuffer(one, np.int32) for one in found)])


def _folded(value: str) -> str:
    return " ".join(value.split()).casefold()

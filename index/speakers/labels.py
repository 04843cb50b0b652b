"""Names that stand apart from any sentence, above all the labels of a transcript: "ELLERY" is Maud Ellery.

A label gives way to the full name that another label or the article's text has for it; capitals to small letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from index.lexicon import TITLES
from index.speakers.given_names import is_given_name
from index.speakers.names import name_key
from index.types import Span

_RUN = re.compile(r"[A-Z][\w.’'-]*(?:[ \xa0][A-Z][\w.’'-]*){1,4}")


class FullNames:
    """The full names of an article by their surnames: those of its `labels`, and what looks like one in its text."""

    def __init__(self, text: str, labels: Iterable[Span]) -> None:
        self._by_surname: dict[str, Counter[tuple[str, ...]]] = {}
        written = [run.group() for run in _RUN.finditer(text)]
        for name in (*written, *(label.text for label in labels)):
            words = without_titles(name.split())
            # "In Skarv Ellery said" is no name: what opens one is a given name somewhere.
            while len(words) > 1 and not is_given_name(words[0]):
                words = words[1:]
            if len(words) > 1:
                self._by_surname.setdefault(_key(words)[-1], Counter())[words] += 1

    def of(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The one full name that these words shorten, or are; None where there is none, or more than one."""
        key = _key(words)
        found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for name, _ in self._by_surname.get(key[-1], Counter()).most_common():
            own = _key(name)
            if own == key or (len(key) == 1 and len(own) > 1) or (len(key) > 1 and key[0] == own[0]):
                found.setdefault((own[0], own[-1]), []).append(name)
        if len(found) != 1:
            return None
        (names,) = found.values()
        return next((name for name in names if not _shouted(name)), tuple(map(_calm, names[0])))


def without_titles(words: Iterable[str]) -> tuple[str, ...]:
    """The words of a name without titles and without the marks of a label; all of them where there is nothing else."""
    plain = tuple(word.strip(".,:") if len(word) > 2 else word for word in words)
    left = tuple(word for word in plain if word and word.lower().strip(".") not in TITLES)
    return left or plain


def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    return name_key(tuple(word.removesuffix("’s").removesuffix("'s") for word in words))


def _shouted(words: tuple[str, ...]) -> bool:
    return all(word.isupper() for word in words)


def _calm(word: str) -> str:
    """A word in capitals as names are written ("O'NEILL-BERG" → "O'Neill-Berg")."""
    return re.sub(r"\w+", lambda part: part.group().capitalize(), word) if len(word) > 2 else word

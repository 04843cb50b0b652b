"""What of a passage answers a question: the words that both share, and the sentence that carries most of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from index.types import Highlights, Passage, Span

Words = Sequence[tuple[int, int, str | None]]
"""Start, end and term of each word of a text, as `LexicalIndex.words` gives them."""

BESIDE = 0.5
"""What a word counts for that stands in the sentence beside the quotation, not in the speaker's own words."""
CLEARLY = 0.5
"""By which share of the question's whole weight a sentence without a word of the quotation must lead to be chosen."""

_JOINTS = frozenset("'’‘ʼ.,:-‐‑")
"""What joins two words into one as it is written: "don't", "U.S.", "3,000", "cease-fire"."""


def highlights(passage: Passage, words: Words, weights: Mapping[str, float]) -> Highlights:
    """The words and the sentence of a passage that answer a question.

    `words` are those of `passage.span.text`; `weights` holds the question's terms with the idf of each (0 or more).
    """
    span = passage.span
    asked = _asked(words, weights)
    marked = [_stretch(span, start, end) for start, end in _matched(span.text, words, asked, weights)]
    best = _sentence(passage, [words[at] for at in asked], weights)
    return Highlights(None if best is None else _stretch(span, *best), tuple(marked))


def matched(text: str, words: Words, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Start and end of the words of `text` whose term is one of `terms`, in order and apart.

    Words joined by an apostrophe, a point, a comma or a hyphen are marked as one where each that counts is matched;
    otherwise those that are, and of a figure like "3,500" nothing.
    """
    asked = frozenset(terms)
    return _matched(text, words, _asked(words, asked), asked)


def _asked(words: Words, terms: Container[str | None]) -> list[int]:
    """The places of the words whose term is one of `terms`: some five of thirty, and nothing else looks at the rest."""
    return [at for at, word in enumerate(words) if word[2] in terms]


def _matched(text: str, words: Words, places: Sequence[int], asked: Container[str | None]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    done = 0
    for at in places:
        if at < done:
            continue
        start, end, _ = words[at]
        # Most words stand alone; only beside a joint is there more to look at.
        if text[end : end + 1] not in _JOINTS and (start == 0 or text[start - 1] not in _JOINTS):
            found.append((start, end))
            continue
        first, done = _joined(text, words, at)
        counting = [word for word in words[first:done] if word[2] is not None]
        if all(term in asked for _, _, term in counting):
            found.append((words[first][0], words[done - 1][1]))
        elif not all(text[start].isdecimal() for start, _, _ in counting):
            found += [(start, end) for start, end, term in counting if term in asked]
    return found


def _joined(text: str, words: Words, at: int) -> tuple[int, int]:
    """Which words are written as one with that at `at`: the first, and the one after the last."""
    first, after = at, at + 1
    while first and _touch(text, words[first - 1], words[first]):
        first -= 1
    while after < len(words) and _touch(text, words[after - 1], words[after]):
        after += 1
    return first, after


def _touch(text: str, one: tuple[int, int, str | None], other: tuple[int, int, str | None]) -> bool:
    return other[0] == one[1] + 1 and text[one[1]] in _JOINTS


def _sentence(passage: Passage, asked: Words, weights: Mapping[str, float]) -> tuple[int, int] | None:
    """Start and end in the passage of the sentence that answers best.

    The one whose words weigh most, each term once, among those that hold words of the quotation; the first of them
    among equals. One of narration alone must lead clearly: who asks for words is shown words.
    """
    begins = passage.span.start
    sentences = [(start - begins, end - begins) for start, end in passage.sentences]
    if len(sentences) < 2:
        return sentences[0] if sentences else None
    said = [(piece.start - begins, piece.end - begins) for piece in passage.attribution.quotation.spans]
    scores: list[float] = []
    own: list[bool] = []
    for start, end in sentences:
        pieces = [piece for piece in said if piece[0] < end and start < piece[1]]
        own.append(bool(pieces))
        carried: dict[str, float] = {}
        for first, last, term in asked:
            if start <= first and last <= end and term is not None:
                spoken = not pieces or any(low <= first and last <= high for low, high in pieces)
                weight = weights[term] if spoken else weights[term] * BESIDE
                if weight > carried.get(term, 0.0):
                    carried[term] = weight
        scores.append(sum(carried.values()))
    best = max(range(len(sentences)), key=lambda at: (own[at], scores[at], -at))
    other = max(range(len(sentences)), key=lambda at: (not own[at], scores[at], -at))
    if not own[other] and scores[other] > scores[best] + CLEARLY * sum(weights.values()):
        best = other
    return sentences[best]


def _stretch(span: Span, start: int, end: int) -> Span:
    return Span(span.start + start, span.start + end, span.text[start:end])

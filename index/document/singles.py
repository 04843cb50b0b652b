"""Single quotation marks, told from the apostrophes that look like them."""

from __future__ import annotations

import re

Pair = tuple[int, int, int | None, int]
"""Where a pair opens (`start:end` of the mark) and closes; None for the start of a closing mark that is missing."""

_INSIDE = r"(?=[\w“\"\[(…£$€«]|[’']\w)"
_OPEN = re.compile(rf"(?:(?<=^)|(?<=[\s(\[—–―/-]))[‘']{_INSIDE}")
_CLOSE = re.compile(r"(?<=[^\s(\[])[’'](?!\w)")
_ELIDED = re.compile(
    r"[‘’'](?:\d\ds?|em|tis|twas|twere|twill|til|till|cause|cos|cuz|bout|round|n|neath|gainst|nuff|ello|ere|im|appen|ave|ad)\b"
)
_ELIDED_CAPITAL = re.compile(r"[‘’'](?:Tis|Twas|Twere|Twill|Em|Til|N)\b")
"""The same with a capital, which at the beginning of a paragraph is likelier to be quoted."""
_CLIPPED = re.compile(r"(?:\w\win|\b(?:an|o|th|wi|ol))[’'](?= )", re.IGNORECASE)
"""Words that lose their last letter ("doin' it", "ol' Joe", "o' the")."""
_SURE = '.,?!…—–;:”"»)'


def pair_singles(text: str, start: int, end: int) -> list[Pair]:
    """The stretches of `text[start:end]` in single marks, in order, never overlapping.

    Where the paragraph has curly opening marks only these open. A mark is closed by the next one behind a stop; by
    one behind a word only where none is surer ("the workers’ rights", "doin’").
    """
    found: list[Pair] = []
    position = start
    curly = "‘" in text[start:end]
    while opened := _opening(text, position, end, curly=curly):
        position = opened.end()
        following = _opening(text, position, end, curly=curly)
        closing = _closing(text, position, following.start() if following else end)
        if closing is not None:
            found.append((*opened.span(), *closing.span()))
            position = closing.end()
        elif opened.group() == "‘" and opened.start() == start:
            found.append((*opened.span(), None, end))
    return found


def _opening(text: str, position: int, end: int, *, curly: bool) -> re.Match[str] | None:
    for opened in _OPEN.finditer(text, position, end):
        at = opened.start()
        elided = _ELIDED.match(text, at) or (at > position and _ELIDED_CAPITAL.match(text, at))
        if (not curly or opened.group() == "‘") and not elided:
            return opened
    return None


def _closing(text: str, position: int, limit: int) -> re.Match[str] | None:
    closings = list(_CLOSE.finditer(text, position, limit))
    sure = [m for m in closings if text[m.start() - 1] in _SURE]
    # A plural possessive ("workers' rights") closes nothing while a surer closing is at hand.
    likely = [m for m in closings if not _is_apostrophe(text, m)]
    return next(iter(sure or likely or closings), None)


def _is_apostrophe(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark behind a word and before another is likelier the word's own."""
    at = mark.start()
    possessive = text[at - 1] == "s" and text[mark.end() : mark.end() + 1] == " "
    return possessive or _CLIPPED.search(text, max(at - 4, 0), mark.end() + 1) is not None

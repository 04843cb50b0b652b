"""Narration as the parser should see it: quoted utterances replaced, everything still traceable to the article.

A quoted utterance ("We have not seen the peak, and there will be more to come,") upsets the parse of the sentence
that carries it, and its own subjects get in the way. It is replaced by the shortest clause of the kind that the parser
saw in training ("It is,"): on 482 sourced direct quotations of news text the subject of the cue was then the right
source in 93.4 %, with the whole quotation left in place in 92.9 %, cut out in 92.7 %, with a bare noun in 89.8 %.
Fragments ("unconventional options") are part of their clause and stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.document.marks import Quoted
from index.lexicon import SAY_FORMS, follows_as_speech

_PLACEHOLDER = "It is"
_INNER_END = re.compile(r"([.,?!;:…—–-])\W*$")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SMALL_IN_TITLES = frozenset("a an and as at but by for from in into of on or the to vs with".split())


@dataclass(frozen=True, slots=True)
class Masked:
    """A paragraph's text for the parser.

    `text[i]` came from `article.text[starts[i]:ends[i]]`; every character of a placeholder points at the whole
    content of what it stands for. `utterances` are the quoted stretches that were replaced, in order;
    `fragments` those that stay.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    utterances: tuple[Quoted, ...]
    fragments: tuple[Quoted, ...]


def mask(text: str, start: int, end: int, quoted: Sequence[Quoted]) -> Masked:
    """The paragraph `text[start:end]` with its utterances replaced by placeholders."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    utterances: list[Quoted] = []
    fragments: list[Quoted] = []

    def keep(left: int, right: int) -> None:
        pieces.append(_plain(text[left:right]))
        starts.extend(range(left, right))
        ends.extend(range(left + 1, right + 1))

    position = start
    for stretch in quoted:
        if not is_utterance(text, start, end, stretch):
            fragments.append(stretch)
            continue
        utterances.append(stretch)
        keep(position, stretch.start)
        shown = f'"{_PLACEHOLDER}{_final(text, end, stretch)}"'
        pieces.append(shown)
        starts.extend([stretch.inner_start] * len(shown))
        ends.extend([stretch.inner_end] * len(shown))
        position = stretch.end
    keep(position, end)
    return Masked("".join(pieces), tuple(starts), tuple(ends), tuple(utterances), tuple(fragments))


def is_utterance(text: str, start: int, end: int, stretch: Quoted) -> bool:
    """Whether the quoted stretch is a clause of its own rather than a part of the sentence round it.

    It is when it neither begins with a small letter right after a word nor lacks an end of its own; titles of works
    and single words are not.
    """
    inner = text[stretch.inner_start : stretch.inner_end]
    words = _WORD.findall(inner)
    if not words:
        return False
    if inner[0] in "([" and inner[-1] in ")]" and len(words) <= 3:
        return False  # “(CROSSTALK)”
    before = text[start : stretch.start].rstrip()
    joined = bool(before) and (before[-1].isalnum() or before[-1] in ")'’%&/")
    after = text[stretch.end : end].lstrip()
    small = words[0][0].islower()
    ended = bool(_INNER_END.search(inner)) or not stretch.closed
    if not ended and (not after or after[0] in ",.;?!—–" or after.startswith("- ")) and not joined:
        ended = True  # British: the comma stands outside the marks
    if joined and small:
        return False
    if joined and _looks_like_title(words) and not inner.rstrip().endswith(("?", "!")):
        return False
    if before.endswith(",") and len(words) > 1 and _is_called(before, words, after):
        return False
    if joined and not ended:
        return len(words) >= 8
    if not ended:
        return follows_as_speech(after) or (len(words) >= 5 and not after[:1].islower())
    return not (joined and len(words) == 1 and inner[-1] in ",.")


def _is_called(before: str, words: Sequence[str], after: str) -> bool:
    """Whether the words are the name of what stands before the comma ("her first show, “Salt in the Drum”, ran")."""
    noun = before[-40:].rstrip(",").rpartition(" ")[2].lower()
    named = noun.isalpha() and noun not in SAY_FORMS and not noun.endswith(("ing", "ly"))
    return named and _looks_like_title(words) and not follows_as_speech(after)


def _looks_like_title(words: Sequence[str]) -> bool:
    return len(words) <= 8 and all(w[0].isupper() or w.lower() in _SMALL_IN_TITLES for w in words)


def _final(text: str, end: int, stretch: Quoted) -> str:
    found = _INNER_END.search(text[stretch.inner_start : stretch.inner_end])
    final = found.group(1) if found else ""
    after = text[stretch.end : end].lstrip()
    if not final and after[:1] in (",", ";", ".", ":"):
        return ""
    led_in = text[: stretch.start].rstrip().endswith((":", ","))  # "Khan said: “It is over.” He promised more."
    if (
        final in ("?", "!", ".", "…", "")
        and after
        and (after[0].islower() or (not led_in and follows_as_speech(after)))
    ):
        return ","  # the sentence goes on behind the mark: “Why?” Khan asked.
    return {"": "" if after else ".", "…": ".", "—": ",", "–": ",", "-": ",", ";": ",", ":": ","}.get(final, final)


def _plain(stretch: str) -> str:
    """The same length, with the parser's own quotation marks and apostrophes."""
    return stretch.translate(_PLAIN)


_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "\xa0": " ", "―": "—"})

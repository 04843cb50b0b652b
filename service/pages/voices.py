"""The speakers of one article, told apart: each has a number, which its quotations bear, and one of a few colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Attribution, Speaker

COLOURS = 8
"""Colours of the style sheet; with more speakers they begin again, and the numbers tell them apart."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of an article, by the first of his or her quotations. `speaker` is None for all whom nobody can name.

    `number` counts from 1, None for those; `colour` lies in 1 to COLOURS, 0 for those.
    """

    speaker: Speaker | None
    number: int | None
    colour: int
    quotations: int
    first: str

    @property
    def key(self) -> str:
        """What tells this voice from the others of the article: the id of the speaker, empty for nobody."""
        return self.speaker.id if self.speaker else ""


def voices(attributions: Sequence[Attribution]) -> list[Voice]:
    """Who speaks in an article, in the order in which they begin; those whom nobody can name come last, as one."""
    theirs: dict[str, list[Attribution]] = {}
    for attribution in attributions:
        theirs.setdefault(attribution.speaker.id if attribution.speaker else "", []).append(attribution)
    nameless = theirs.pop("", [])
    found = [
        Voice(said[0].speaker, number, (number - 1) % COLOURS + 1, len(said), said[0].quotation.id)
        for number, said in enumerate(theirs.values(), 1)
    ]
    if nameless:
        found.append(Voice(None, None, 0, len(nameless), nameless[0].quotation.id))
    return found

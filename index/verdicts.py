"""What is on record of a pasted quotation, as values: a Verdict, its Matches, the Stretches in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from index.comparison import Kind
from index.errors import QueryError
from index.queries import check_text
from index.types import Hit, Speaker

MAX_QUOTE = 5000
"""Characters of a quotation that is verified."""

Verdict = Literal["verbatim", "altered", "misattributed", "not_found"]
"""verbatim: every word is on record, in this order; altered: near to what is on record, some words differ;
misattributed: verbatim, but somebody else said it; not_found: nothing on record comes near."""


VERDICTS: tuple[str, ...] = get_args(Verdict)
NAMED = 3
"""Speakers whom a summary names; the others are counted."""
NOBODY = "somebody whom the article does not name"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of both wordings, verbatim.

    `quoted` is `quote[start:end]`; `recorded` the words on record, the pieces of a split quotation joined by a space,
    and `spans` where these stand in the article. Of words missing or added one side is empty.
    """

    kind: Kind
    quoted: str
    start: int
    end: int
    recorded: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A quotation on record that holds the words pasted, or comes near to them.

    `quote[start:end]` is what it is compared with: everything, or one part of a stitched quotation. `stretches` cover
    that and `spans`, the part of the article that is compared. `similarity`: 0 to 1, 1 where no word differs.
    `whole`: the whole quotation is compared, not a part of it. `speaker_agrees`: None where nobody was asked for, or
    where the article does not name who said it.
    """

    hit: Hit
    similarity: float
    whole: bool
    speaker_agrees: bool | None
    start: int
    end: int
    stretches: tuple[Stretch, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the words compared stand in the article, a pair of offsets for each piece of the quotation."""
        joined: list[tuple[int, int]] = []
        pieces = self.hit.passage.attribution.quotation.spans
        places = [place for stretch in self.stretches for place in stretch.spans]
        for piece in pieces:
            within = [place for place in places if piece.start <= place[0] and place[1] <= piece.end]
            if within:
                joined.append((within[0][0], within[-1][1]))
        return tuple(joined)

    @property
    def differences(self) -> tuple[Stretch, ...]:
        """The stretches in which the two wordings differ."""
        return tuple(stretch for stretch in self.stretches if stretch.kind != "same")


@dataclass(frozen=True, slots=True)
class Verification:
    """What is on record of a pasted quotation.

    `stitched`: true parts from different quotations, or from one in another order, are joined; the matches are then
    its parts, in the order of the paste. `asked`: whom the name asked for may mean, None where nobody was asked for.
    `total`: quotations that hold the words, or come near; `matches` are the first of them. Copies in other articles
    are folded and counted once, but where more than 200 hold the words all are counted as they stand. `checked`: the
    stretches of `quote` of which the words were compared: all of it, or what it has between quotation marks where the
    words outside of them tell who spoke. `attributed_to`: whom these name, where they name one who is on record and
    nobody was asked for; such a name is asked for like any other.
    """

    quote: str
    verdict: Verdict
    stitched: bool
    asked: tuple[Speaker, ...] | None
    total: int
    took_ms: float
    generation: str
    matches: tuple[Match, ...]
    checked: tuple[tuple[int, int], ...] = ()
    attributed_to: tuple[Speaker, ...] | None = None

    @property
    def summary(self) -> str:
        """The verdict as one sentence to a reader, with the names of those who said it; what is compared as another."""
        return f"{self._told} Only what stands between the quotation marks is compared." if self._within else self._told

    @property
    def _told(self) -> str:
        if self.verdict == "not_found":
            return "Nothing on record comes near these words."
        first = self.matches[0]
        if self.stitched:
            parts = sum(match.start < match.end for match in self.matches)
            whose = f"all by {self._names(self.matches)}" if self._same_speaker else f"by {self._names(self.matches)}"
            return f"Altered: {parts} parts from different places are joined here, {whose}."
        if self.verdict == "altered":
            count = len(first.differences)
            many = "one difference" if count == 1 else f"{count} differences"
            said = "what is on record" if self._names(self.matches[:1]) == NOBODY else f"what {_name(first)} said"
            other = "" if first.speaker_agrees is not False else f", and that was not {self._asked_names}"
            return f"Altered: {many} from {said}{other}."
        how = "as reported speech, not between quotation marks" if self._only_reported else "word for word"
        part = "" if any(match.whole for match in self.matches) else ", as a part of a longer quotation"
        if self._apart:
            part = f", {len(self.checked)} stretches of one article"
        if self.verdict == "misattributed":
            others = [match for match in self.matches if match.speaker_agrees is False and match.similarity == 1]
            return (
                f"Misattributed: on record {how}{part}, but said by {self._names(others)}, not by {self._asked_names}."
            )
        if self._whom is None and not self._within:
            return f"On record {how}{part}."
        own = [match for match in self.matches if match.speaker_agrees]
        if self._whom is None:
            own = [match for match in self.matches if match.hit.passage.attribution.speaker is not None]
        if own:
            return f"On record {how}{part}, said by {self._names(own)}."
        return f"On record {how}{part}, but the article does not name who said it."

    @property
    def _within(self) -> bool:
        """Whether the paste has words that are not compared."""
        return bool(self.checked) and self.checked != ((0, len(self.quote)),)

    @property
    def _apart(self) -> bool:
        """Whether each of several stretches is a quotation by itself, or a part of one."""
        return len(self.checked) > 1 and self.matches[0].end <= self.checked[0][1]

    @property
    def _whom(self) -> tuple[Speaker, ...] | None:
        return self.attributed_to if self.asked is None else self.asked

    @property
    def _only_reported(self) -> bool:
        return all(match.hit.passage.attribution.quotation.kind == "indirect" for match in self.matches)

    @property
    def _same_speaker(self) -> bool:
        speakers = {match.hit.passage.attribution.speaker for match in self.matches}
        return None not in speakers and len({speaker.id for speaker in speakers if speaker}) == 1

    @property
    def _asked_names(self) -> str:
        return " or ".join(dict.fromkeys(speaker.name for speaker in self._whom or ()))

    def _names(self, matches: Sequence[Match]) -> str:
        names = list(dict.fromkeys(map(_name, matches)))
        if len(names) > NAMED:
            names = [*names[:NAMED], f"{len(names) - NAMED} more"]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _name(match: Match) -> str:
    speaker = match.hit.passage.attribution.speaker
    return NOBODY if speaker is None else speaker.name


def check_quote(quote: object) -> str:
    """Give the quotation back when it can be verified.

    Raises:
        QueryError: not text, blank, longer than 5000 characters, not readable, or without a letter.
    """
    text = check_text(quote, "quote", MAX_QUOTE)
    if not any(map(str.isalpha, text)):
        raise QueryError("quote holds no letters; paste the words that were said", "quote")
    return text

"""What a paste quotes, and what it says around it: “We cannot go on,” said Basit. → the words quoted, who is named.

Who copies a quotation often copies its attribution along. Where the words outside the marks read as one, or are
sentences of their own, only what stands between the marks is quoted. Marks alone do not tell it: a quotation that was
pasted without its own may hold words in marks, and is not to be cut down to them (`sets_off`, `goes_on_outside`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.comparison import Comparison, Token
from index.document.marks import Quoted, pair_marks, uses_singles
from index.lexicon import HONORIFICS, SAY_FORMS
from index.questions import Questions
from index.questions.names import Mark
from index.questions.words import PREPOSITIONS

LINE = 15
"""Words at most of what a dash or a bracket adds behind a quotation, to say whose it is."""
MOST = 24
"""Stretches between marks that are told apart from what is around them; a paste with more is read as it stands."""
BESIDE = 2
"""Words that agree with a record where it goes on outside the marks, one of them right beside what is between them."""
ANYWHERE = 3
"""Words in a row outside that do, wherever they stand; not in a row, two are half of all outside, three a third."""

_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n\s*+|\n\s*+(?=[“\"„«])")
_DOUBLE = re.compile(r"``|''|[\"“”„«»]")
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[)\]]?(?=\s|$)")
_LAST_WORD = re.compile(r"[\w’'-]{0,20}$")
_DASH = re.compile(r"(?:\s*+[—–―(\[~]|\s++--?|--?(?=\s)|,?[^\S\n]*+\n)\s*+(?=\w)")
_LINKS = re.compile(r"(?:\s*(?:https?://|www\.|[#@])\S+)+\s*")
_LAST_LINE = re.compile(r"\s(?:[—–―]|--?)\s(?=\w)")
_SPEAKS = SAY_FORMS | frozenset("told tells according quoted saying adding".split())
_ENDS = ".!?:"

_CUE = "|".join(sorted(SAY_FORMS))
_AT_ONCE = re.compile(
    rf"[,.]?\s+(?:(?:{_CUE}|according to)\b|(?:he|she|they|[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){{0,5}})"
    rf"(?:, [^,.]{{1,100}},)?(?: (?:also|then|later|once|again|has|had|have))? (?:{_CUE}|told|tells)\b)"
)
_CUES = re.compile(rf"\b(?:{_CUE}|told|tells)\b")
_FREE = "".join(rf"(?<!\b{word} )" for word in f"{PREPOSITIONS} than".split())
_BEFORE_A_CUE = re.compile(
    rf"(?=@){_FREE}(?P<who>(?:@\d+ (?:and|or|,) )?@\d+)(?: , [^,]{{1,100}} ,)?"
    rf"(?: (?:also|then|later|once|again|has|had|have|who|who has|who had))? (?:{_CUE}|told|tells)\b"
)
_BEHIND_A_CUE = re.compile(rf"^(?:, )?(?:{_CUE}) (?P<who>@\d+(?: (?:and|or) @\d+)?)(?! [’'])")
_ACCORDING = re.compile(r"\b(?:according to|in the words of) (?P<who>@\d+(?: (?:and|or) @\d+)?)(?! [’'])")
_LABEL = re.compile(r"^(?P<who>@\d+)(?: [^@:]*)? :$")
_LINE_OF = re.compile(rf"^(?P<who>@\d+)(?= ,| [.]|$| (?:at|{'|'.join(PREPOSITIONS.split())})\b)")
_ALONE = re.compile(r"^(?P<who>@\d+)(?: [.,])?$")


@dataclass(frozen=True, slots=True)
class Outside:
    """A stretch outside the marks; `behind` and `before`: whether something quoted stands before and behind it."""

    text: str
    behind: bool
    before: bool

    @property
    def attributes(self) -> bool:
        """Whether it tells, right beside what is quoted, who spoke."""
        return (self.behind and (_speaks(self.first) or self.line or self.links)) or (
            self.before and (_speaks(self.last) or self.last.endswith(":"))
        )

    @property
    def at_once(self) -> bool:
        """Whether it tells with its first words who spoke, with nothing between them and what is quoted."""
        return self.behind and (self.line or _AT_ONCE.match(self.text) is not None)

    @property
    def line(self) -> bool:
        """Whether it is what a dash, a bracket or a new line adds."""
        return self.behind and _DASH.match(self.text) is not None and len(self.text.split()) <= LINE

    @property
    def links(self) -> bool:
        """Whether it is nothing but addresses and tags, which say nothing and name nobody."""
        return self.behind and _LINKS.fullmatch(self.text) is not None

    @property
    def first(self) -> str:
        """Its first sentence."""
        stop = next(_stops(self.text), None)
        return self.text if stop is None else self.text[:stop]

    @property
    def told(self) -> str:
        """Its first sentence without the dash or the bracket in front."""
        dash = _DASH.match(self.first)
        return self.first[dash.end() if dash else 0 :]

    @property
    def last(self) -> str:
        """Its last sentence."""
        text = self.text.rstrip()
        stops = [stop for stop in _stops(text) if stop < len(text)]
        return text[stops[-1] if stops else 0 :].strip()


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text and where it quotes, with and without the marks; `outside` has one stretch more, some of them empty."""

    text: str
    quoted: tuple[Quoted, ...]
    outside: tuple[Outside, ...]

    @property
    def checked(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each stretch that is quoted, without its marks."""
        return tuple((one.inner_start, one.inner_end) for one in self.quoted)

    @property
    def attributes(self) -> bool:
        """Whether the words outside tell who spoke."""
        return any(one.attributes for one in self.outside)

    @property
    def beside(self) -> tuple[str, ...]:
        """The stretches outside, where they are sentences beside those that are quoted; else none."""
        sentences = all(
            self.text[one.inner_start].isupper() and self._opens(at, "\n") and self._closes(at, "")
            for at, one in enumerate(self.quoted)
        )
        return tuple(one.text for one in self.outside) if sentences else ()

    @property
    def sets_off(self) -> bool:
        """Whether a comma, a colon, the word for speaking or the end of a sentence parts all quoted from the rest."""
        return all(self._opens(at, ",") and self._closes(at, ",") for at in range(len(self.quoted)))

    def within(self, words: Sequence[Token]) -> list[list[Token]]:
        """The words of each stretch that is quoted."""
        return [[word for word in words if start <= word.start and word.end <= end] for start, end in self.checked]

    def goes_on_outside(self, words: Sequence[Token], comparison: Comparison) -> bool:
        """Whether a record that holds what is quoted goes on outside the marks as the paste does.

        `comparison`: all `words` of the paste against the record. Then the marks stand inside one quotation.
        """
        inside = [any(start <= word.start and word.end <= end for start, end in self.checked) for word in words]
        runs = [range(*piece.quote) for piece in comparison.same]
        agree = [inside[at] for run in runs for at in run]
        if 2 * agree.count(True) < inside.count(True):
            return False
        agreed, outside = agree.count(False), inside.count(False)
        if (agreed >= BESIDE and 2 * agreed >= outside) or (agreed >= ANYWHERE and 3 * agreed >= outside):
            return True
        beside = [(sum(not inside[at] for at in run), any(inside[at] for at in run)) for run in runs]
        if agreed >= BESIDE and any(count and touches for count, touches in beside):
            return True
        return any(count >= (BESIDE if touches else ANYWHERE) for count, touches in beside)

    def _opens(self, at: int, also: str) -> bool:
        ahead = self.outside[at].text
        bare = ahead.rstrip(" \t\n" if "\n" not in also else " \t")
        return not bare or bare[-1] in _ENDS + also or (also == "," and _speaks(bare.rsplit(None, 1)[-1]))

    def _closes(self, at: int, also: str) -> bool:
        one, after = self.quoted[at], self.outside[at + 1]
        bare = after.text.strip()
        return (
            not bare
            or self.text[one.inner_end - 1] in ".!?…" + also
            or bare[0] in ".!?…" + also
            or (also == "," and after.at_once)
        )


def read(text: str, questions: Questions) -> Pasted | None:
    """The paste by its marks; None where it has none, or no word outside of them, or where they cannot be told."""
    quoted: list[Quoted] = []
    singles = uses_singles(text)
    bounds = list(_paragraphs(text))
    for number, (start, end) in enumerate(bounds):
        goes_on = number + 1 < len(bounds) and _DOUBLE.match(text, bounds[number + 1][0]) is not None
        found = list(pair_marks(text, start, end, singles=singles, goes_on=goes_on))
        if any(not _ends(text, one, end) for one in found):
            return None
        mark = _DOUBLE.search(text, start, end)
        if not quoted and mark and mark.start() > start and not any(one.start <= mark.start() for one in found):
            found = _opened(text, start, end, mark.end())
            if not found:
                return None
        quoted += found
    if quoted:
        quoted[-1] = _closed(text, quoted[-1], questions)
    borders = [0, *(place for one in quoted for place in (one.start, one.end)), len(text)]
    outside = tuple(
        Outside(text[borders[at] : borders[at + 1]], at > 0, at + 2 < len(borders)) for at in range(0, len(borders), 2)
    )
    told = any(any(map(str.isalpha, one.text)) for one in outside)
    return Pasted(text, tuple(quoted), outside) if told and 0 < len(quoted) <= MOST else None


def named(pasted: Pasted, questions: Questions) -> list[tuple[str, ...]]:
    """Whom the words outside name as who spoke: the ids that each name may mean, each name once.

    Only a name counts that stands right beside the word for speaking (“...,” said Basit; Basit, a researcher, said;
    according to Basit), before a colon or behind a dash. A spokesman of his is not he, nor is who was told.
    """
    found: dict[tuple[str, ...], None] = {}
    for one in pasted.outside:
        patterns = [_BEFORE_A_CUE, _ACCORDING]
        if one.behind and not one.links:
            behind = [_BEHIND_A_CUE, _LINE_OF if one.line else _ALONE]
            found |= dict.fromkeys(_speakers(one.told, [*patterns, *behind], questions))
        if one.before:
            found |= dict.fromkeys(_speakers(one.last, [*patterns, _LABEL, _ALONE], questions))
    return list(found)


def _speakers(sentence: str, patterns: Sequence[re.Pattern[str]], questions: Questions) -> list[tuple[str, ...]]:
    text, marks = _marked(sentence, questions)
    if _CUES.search(text):  # who said it stands there: the researcher said, according to Basit
        patterns = [pattern for pattern in patterns if pattern is not _ACCORDING]
    who = [match["who"] for pattern in patterns for match in pattern.finditer(text)]
    numbers = dict.fromkeys(int(number) for one in who for number in re.findall(r"@(\d+)", one))
    return [tuple(speaker.id for speaker in marks[number].speakers) for number in numbers]


def _marked(sentence: str, questions: Questions) -> tuple[str, list[Mark]]:
    """The folded words with @0, @1 ... for the names, of which roles in front are a part."""
    pieces: list[str] = []
    marks: list[Mark] = []
    for unit in questions.names_in(sentence):
        if unit.mark is None:
            pieces.append(unit.word)
            continue
        # Of "said analyst Basit" all was taken for the role of a name, the word for speaking too.
        cues = [at for at, word in enumerate(unit.mark.before) if word in _SPEAKS]
        pieces += [*unit.mark.before[: cues[-1] + 1 if cues else 0], f"@{len(marks)}"]
        marks.append(unit.mark)
    return " ".join(pieces), marks


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each; a line that a mark opens is one too."""
    start = 0
    for border in [*(match.span() for match in _PARAGRAPH.finditer(text)), (len(text), len(text))]:
        if text[start : border[0]].strip():
            yield start, border[0]
        start = border[1]


def _ends(text: str, one: Quoted, end: int) -> bool:
    """Whether it is sure where a stretch ends: at a mark, at the end of its paragraph or before who spoke."""
    if one.end > one.inner_end and not text[one.end - 1].isspace():
        return True
    return not text[one.end : end].strip() or Outside(text[one.inner_end : end], behind=True, before=False).at_once


def _opened(text: str, start: int, end: int, after: int) -> list[Quoted]:
    """The stretches of a first paragraph whose first mark (up to `after`) closes what none opened: I go,” he said."""
    # A comma or a stop parts the two; without, "open a” said tomorrow" may be one sentence with a word changed.
    parted = text[start:after].rstrip("\"'`”«»“„")[-1:] in set(",.!?…") or text[after : after + 1] in set(",.")
    outside = Outside(text[after:end], behind=True, before=False)
    if not outside.at_once or not (parted or outside.line):
        return []
    found = pair_marks(f"“{text[start:end]}", 0, end - start + 1, singles=False)
    shift = start - 1
    return [
        Quoted(max(one.start + shift, start), one.end + shift, one.inner_start + shift, one.inner_end + shift)
        for one in found
    ]


def _closed(text: str, last: Quoted, questions: Questions) -> Quoted:
    """A stretch that is never closed, without the dash and the name on record at its end: “We cannot go on — Basit."""
    dashes = list(_LAST_LINE.finditer(text, last.inner_start, last.inner_end))
    if last.inner_end != last.end or not dashes:
        return last
    line, _ = _marked(text[dashes[-1].end() : last.inner_end], questions)
    if not re.match(r"@0(?: ,| [.]|$)", line) or len(line.split()) > LINE:
        return last
    at = dashes[-1].start()
    return Quoted(last.start, at, last.inner_start, at)


def _stops(text: str) -> Iterator[int]:
    """Where sentences end; not behind "Dr." or "J."."""
    for stop in _STOP.finditer(text):
        word = _LAST_WORD.findall(text[max(stop.start() - 20, 0) : stop.start()])[0]
        if len(word) != 1 and word.lower() not in HONORIFICS:
            yield stop.end()


def _speaks(sentence: str) -> bool:
    return any(word in _SPEAKS for word in re.findall(r"[a-z]+", sentence.lower()))

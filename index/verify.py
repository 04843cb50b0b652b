"""Is this on record? A pasted quotation against the words of every quotation: verbatim, altered, or not found.

First the words as they stand, one after another, in any quotation of the corpus; then, where nothing holds them so, the
quotations that share the most with them, aligned word by word. What no single quotation explains is looked for in
others, so that two true halves joined are told from one altered quotation. Where a paste brings its attribution along,
“...,” said Basit, only what stands between its marks is looked for.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.candidates import READ, Candidates, Part, Record
from index.comparison import Comparison, Piece, Token, compare, tokens
from index.pasted import Pasted, named, read
from index.queries import Filters
from index.questions import Questions
from index.stitching import core, cut, merged, shifted, spread
from index.store import Store
from index.types import Hit
from index.verdicts import Match, Stretch, Verdict
from index.wording import WordingIndex

LISTED = 20
"""Matches in an answer; `total` counts all."""
NEAR = 0.1
"""Altered matches are listed down to this much similarity below the best one."""

SHORTEST = 3
"""Words that must agree before a quotation is called altered, and words of a part that is looked for by itself."""
SIMILAR = 0.6
"""Similarity from which telling words are enough for a quotation to be an altered one."""
CLOSE = 0.75
"""Similarity from which common words are enough."""
TELLING = 2.0
"""How many times the weight that may agree by chance words must have to be telling. Measured on 150 news articles: of
the quotations truly altered with a similarity under `CLOSE` the least telling had 3.4, of the sentences that nobody
said the most telling 1.9."""
TELLING_ALONE = 1.5
"""The same where every word quoted agrees: the least telling such quotation among 100,000 had 1.64."""
SHORTENED = 0.85
"""Share of the words quoted that agree where a quotation was only shortened."""
RUN = 8
"""Words in a row that show by themselves, where they are telling, that this is on record, whatever stands beside."""
COVERED = 0.6
"""Share of the words that the parts of a stitched quotation must explain together."""
LOOKS = 24
"""Stretches of one paste that are looked for by themselves; what is joined of more parts is told by the first."""
ARTICLES = 20
"""Articles in which all stretches of a paste are looked for, of those that hold the longest."""

_LINE_END = re.compile(r"[-‐\u00ad][^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdict, whether stitched, how many quotations, and the first of them.

    `checked`: the stretches of the paste that were looked for. `named`: the ids that the name outside of them may mean,
    None where there is no such name or somebody was asked for.
    """

    verdict: Verdict
    stitched: bool = False
    total: int = 0
    matches: tuple[Match, ...] = ()
    checked: tuple[tuple[int, int], ...] = ()
    named: tuple[str, ...] | None = None


class Verifier:
    """Looks pasted words up in one generation. Thread safe. `questions` know who goes by a name in a paste."""

    def __init__(self, store: Store, wording: WordingIndex, questions: Questions) -> None:
        self._store = store
        self._wording = wording
        self._questions = questions

    def find(self, quote: str, asked: Collection[str] | None) -> Finding:
        """What is on record of `quote`, which `check_quote` let pass.

        `asked` are the ids of the speaker asked for, None where nobody was. Where the paste itself names who said it,
        and nobody was asked for, that is who is asked for.
        """
        everything = ((0, len(quote)),)
        plain = tokens(quote)
        if not plain:
            return Finding("not_found", checked=everything)
        on_record = Candidates(self._store, self._wording)
        looking = _Looking(self._store, on_record, quote, asked)
        mended = _mended(quote, plain, on_record)
        found = looking.verbatim([mended] if mended == plain else [plain, mended])
        if found is not None:
            return replace(found, checked=everything)
        pasted = read(quote, self._questions)
        who = named(pasted, self._questions) if pasted else []
        if pasted is None or not _quotes(pasted, mended, on_record, attributed=bool(who) or pasted.attributes):
            return replace(looking.altered(mended), checked=everything)
        by = who[0] if asked is None and len(who) == 1 else None
        looking = _Looking(self._store, on_record, quote, by if asked is None else asked)
        stretches = [words for words in pasted.within(mended) if words]
        found = looking.within(stretches, {one for ids in who for one in ids})
        return replace(found, checked=pasted.checked, named=by)


def _quotes(pasted: Pasted, words: Sequence[Token], on_record: Candidates, *, attributed: bool) -> bool:
    """Whether what stands between the marks is all that the paste quotes, and the rest is told about it."""
    count = sum(map(len, pasted.within(words)))
    if not count or (count < SHORTEST and not pasted.sets_off):
        return False
    if not attributed:
        beside = [tokens(text) for text in pasted.beside]
        if not any(beside) or any(on_record.verbatim(said, None)[0] for said in beside if len(said) >= SHORTEST):
            return False
    return not any(pasted.goes_on_outside(words, part.comparison) for part in on_record.nearest(words))


def _mended(quote: str, words: Sequence[Token], on_record: Candidates) -> list[Token]:
    """The words, those that a line end cut in two joined where the corpus knows them as one."""
    joined: list[Token] = []
    for word in words:
        before = joined[-1] if joined else None
        if before and _LINE_END.fullmatch(quote, before.end, word.start) and on_record.knows(before.form + word.form):
            joined[-1] = before._replace(form=before.form + word.form, end=word.end)
        else:
            joined.append(word)
    return joined


class _Looking:
    """One quotation being looked for."""

    def __init__(self, store: Store, on_record: Candidates, quote: str, asked: Collection[str] | None) -> None:
        self._store = store
        self._quote = quote
        self._asked = asked
        self._theirs = None if asked is None else store.allowed(Filters(), [asked])
        self._on_record = on_record
        self._looks = LOOKS
        self._borders: tuple[int, ...] = ()

    def verbatim(self, readings: Iterable[Sequence[Token]]) -> Finding | None:
        """What is on record of the first of the readings that is, word for word; None where none is."""
        for words in readings:
            total, parts = self._on_record.verbatim(words, self._theirs)
            if parts:
                return self.verdict(words, total, parts)
        return None

    def within(self, stretches: Sequence[Sequence[Token]], named: Collection[str]) -> Finding:
        """What is on record of stretches between marks: all of them one quotation, each one by itself, else altered.

        `named`: the ids of all who are named outside.
        """
        words = [word for stretch in stretches for word in stretch]
        self._borders = tuple(itertools.accumulate(map(len, stretches[:-1])))
        found = self.verbatim([words])
        if found is None and len(stretches) > 1:
            found = self._each(stretches, named)
        return found or self.altered(words)

    def _each(self, stretches: Sequence[Sequence[Token]], named: Collection[str]) -> Finding | None:
        """Every stretch on record word for word, in one article in their order: “A,” she said. “B.” is two quotations.

        By one speaker, or by those who are named between them; else they are joined, and that is an alteration.
        """
        self._borders = ()
        _, parts = self._on_record.verbatim(max(stretches, key=len), self._theirs)
        articles = list(dict.fromkeys(self._store.article_of(part.record.row) for part in parts))[:ARTICLES]
        rows = np.array([row for article in articles for row in self._store.rows_of(article)], np.int64)
        found: list[list[Match]] = []
        for words in stretches:
            _, parts = self._on_record.verbatim(words, rows)
            found.append(self._matches(words, [part for part in parts if part.record.row in rows]))
            if not found[-1]:
                return None
        chosen = [one for first in found[0] if (one := _following(first, found[1:], named))]
        if not chosen:
            return None
        best = min(chosen, key=lambda matches: _first_said(matches[0]))
        wrong = any(match.speaker_agrees is False for match in best)
        return Finding("misattributed" if wrong else "verbatim", total=len(best), matches=tuple(best))

    def verdict(self, words: Sequence[Token], total: int, parts: Sequence[Part]) -> Finding:
        """Verbatim or, where somebody was asked for and only others are named with these words, misattributed."""
        matches = self._folded(self._matches(words, parts))
        matches.sort(key=_first_said)
        if total <= READ:
            total = len(matches)
        agreed = {match.speaker_agrees for match in matches}
        if False in agreed and True not in agreed:
            near = self._accepted(words, self._on_record.nearest(words, self._theirs))
            own = sorted(self._matches(words, near), key=lambda match: -match.similarity)
            return Finding("misattributed", total=total, matches=tuple(matches[: LISTED - 1] + own[:1]))
        return Finding("verbatim", total=total, matches=tuple(matches[:LISTED]))

    # Altered

    def altered(self, words: Sequence[Token]) -> Finding:
        """Altered, by what one quotation or several explain of it; else not found."""
        parts = merged(self._cover(words, 0, None))
        explained = sum(part.comparison.matched for part in parts)
        if len(parts) > 1 and (explained >= COVERED * len(words) or self._looks == 0):
            matches = self._matches(words, spread(parts, len(words)))
            return Finding("altered", stitched=True, total=len(matches), matches=tuple(matches))
        near = list(self._on_record.nearest(words))
        if len(parts) == 1:
            near += spread(parts, len(words))
        if self._theirs is not None:
            near += self._on_record.nearest(words, self._theirs)
        accepted = self._accepted(words, near)
        same = [part for part in accepted if part.comparison.similarity == 1]
        if same:  # so common that the quotations with these very words were not all read
            return self.verdict(words, len(same), same)
        matches = self._folded(self._matches(words, accepted))
        best = max((match.similarity for match in matches), default=0)
        matches = [match for match in matches if match.similarity >= best - NEAR]
        matches.sort(key=lambda match: (match.speaker_agrees is not True, -match.similarity, _first_said(match)))
        return Finding("altered" if matches else "not_found", total=len(matches), matches=tuple(matches[:LISTED]))

    def _accepted(self, words: Sequence[Token], near: Iterable[Part]) -> list[Part]:
        """Those that come so near that it cannot be chance; one a record, the one in which most words agree."""
        best: dict[int, Part] = {}
        for part in near:
            row = part.record.row
            if self._is_near(words, part) and (
                row not in best or part.comparison.matched > best[row].comparison.matched
            ):
                best[row] = part
        return list(best.values())

    def _is_near(self, words: Sequence[Token], part: Part) -> bool:
        """Whether so much agrees that these are the words of the record, changed, and not others on its subject."""
        comparison, matched = part.comparison, part.comparison.matched
        if matched < SHORTEST:
            return (
                matched == SHORTEST - 1 and part.whole and len(words) >= SHORTEST and comparison.similarity >= SIMILAR
            )
        if comparison.similarity >= CLOSE:
            return True
        longest = Comparison((max(comparison.same, key=lambda piece: piece.quote[1] - piece.quote[0]),))
        if longest.matched >= RUN and self._on_record.telling(words, longest) >= TELLING * self._on_record.chance:
            return True
        # With a long stretch left out the two are not similar, but all that is quoted agrees, in a few runs.
        telling = self._on_record.telling(words, comparison) / self._on_record.chance
        if matched >= SHORTENED * len(words) and len(comparison.same) <= 1 + len(words) // 4:
            return telling >= (TELLING_ALONE if matched == len(words) else TELLING)
        return telling >= TELLING and comparison.similarity >= SIMILAR

    def _cover(self, words: Sequence[Token], offset: int, parent: Record | None) -> list[Part]:
        """The parts of the words that are on record, from the first to the last; `offset` words stand before them."""
        if len(words) < SHORTEST or self._looks == 0:
            return []
        self._looks -= 1
        near = list(self._on_record.nearest(words))
        again = None if parent is None else compare(words, parent.words)
        if parent is not None and again is not None:
            near.append(Part(parent, again))
        cores = [part for part in map(core, near) if self._is_part(words, part)]
        if not cores:
            return []
        best = max(cores, key=lambda core: (core.comparison.matched, core.record is parent, core.comparison.similarity))
        pieces: list[Piece] = []
        found: list[Part] = []
        first, last = best.comparison.quote
        found += self._cover(words[:first], offset, best.record)
        for piece in best.comparison.pieces:
            inner = (
                self._cover(words[slice(*piece.quote)], offset + piece.quote[0], best.record)
                if (piece.kind in ("added", "changed") and piece.quote[1] - piece.quote[0] > SHORTEST)
                else []
            )
            if inner:
                found += [shifted(Part(best.record, Comparison(tuple(pieces))), offset)] if pieces else []
                found += inner
                pieces = []
            else:
                pieces.append(piece)
        found += [shifted(Part(best.record, Comparison(tuple(pieces))), offset)] if pieces else []
        return found + self._cover(words[last:], offset + last, best.record)

    def _is_part(self, words: Sequence[Token], part: Part) -> bool:
        """Whether a stretch is on record for itself: not by chance, and hardly changed."""
        comparison = part.comparison
        return (
            comparison.matched >= SHORTEST
            and comparison.similarity >= CLOSE
            and self._on_record.telling(words, comparison) >= self._on_record.chance
        )

    # Matches

    def _matches(self, words: Sequence[Token], parts: Sequence[Part]) -> list[Match]:
        found = self._store.passages([part.record.row for part in parts])
        matches = []
        for rank, (whole, (passage, article, also_in)) in enumerate(zip(parts, found, strict=True), 1):
            part = cut(whole, self._borders)
            speaker = passage.attribution.speaker
            agrees = None
            if self._asked is not None and speaker is not None:
                agrees = speaker.id in self._asked
                if not agrees and speaker.kind == "unnamed":  # "a senior official" may be anybody
                    agrees = None
            comparison = part.comparison
            stretches = tuple(self._stretch(piece, words, part.record) for piece in comparison.pieces)
            matches.append(
                Match(
                    hit=Hit(rank, None, passage, article, also_in),
                    similarity=comparison.similarity,
                    whole=part.whole,
                    speaker_agrees=agrees,
                    start=stretches[0].start,
                    end=stretches[-1].end,
                    stretches=stretches,
                )
            )
        return matches

    def _stretch(self, piece: Piece, words: Sequence[Token], record: Record) -> Stretch:
        first, last = piece.quote
        if first < last:
            start, end = words[first].start, words[last - 1].end
        else:
            start = end = words[first - 1].end if first else 0
        said = record.words[slice(*piece.record)]
        places, recorded = [], []
        for span in record.spans:
            inside = [word for word in said if span.start <= word.start and word.end <= span.end]
            if inside:
                places.append((inside[0].start, inside[-1].end))
                recorded.append(span.text[inside[0].start - span.start : inside[-1].end - span.start])
        return Stretch(piece.kind, self._quote[start:end], start, end, " ".join(recorded), tuple(places))

    def _folded(self, matches: Sequence[Match]) -> list[Match]:
        """One match for the copies of one quotation in several articles, the earliest."""
        kept: dict[object, Match] = {}
        for match in sorted(matches, key=_first_said):
            attribution = match.hit.passage.attribution
            speaker = attribution.speaker
            words = " ".join(word.form for word in tokens(attribution.quotation.text))
            kept.setdefault((speaker.id, words) if speaker else attribution.quotation.id, match)
        return list(kept.values())


def _following(first: Match, found: Iterable[Sequence[Match]], named: Collection[str]) -> list[Match]:
    """A match with one of each further stretch behind it in its article; none where they are not of one voice."""
    chosen = [first]
    for matches in found:
        behind = [
            match
            for match in matches
            if match.hit.article.id == first.hit.article.id and match.spans[0][0] >= chosen[-1].spans[-1][1]
        ]
        if not behind:
            return []
        chosen.append(min(behind, key=lambda match: (_speaker(match) != _speaker(first), match.spans)))
    speakers = {_speaker(match) for match in chosen}
    return chosen if len(speakers) == 1 or speakers <= {*named} else []


def _speaker(match: Match) -> str | None:
    speaker = match.hit.passage.attribution.speaker
    return None if speaker is None else speaker.id


def _first_said(match: Match) -> tuple[object, ...]:
    """By the speaker asked for, whole, word for word, and early: the smaller the better."""
    attribution, article = match.hit.passage.attribution, match.hit.article
    kinds = ("direct", "mixed", "indirect")
    return (
        match.speaker_agrees is not True,
        not match.whole,
        kinds.index(attribution.quotation.kind),
        article.date is None,
        article.date.isoformat() if article.date else "",
        article.id,
        attribution.quotation.start,
    )

"""Answers, speakers and counts as text for a reader at a terminal: pure functions; what is shown is safe to print."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from index import understanding
from index.queries import Answer, SpeakerRecord
from index.types import Attribution, Hit, Speaker
from index.verdicts import Match, Verification

if TYPE_CHECKING:
    from index.build import BuildReport

WIDTH = 100
"""Columns of a line where nobody says how wide the terminal is."""

NOTHING = "Nothing on record answers this"


def safe(text: str) -> str:
    """The text in one line, control characters left out: an article must not be able to steer a terminal."""
    line = " ".join(text.split())
    return "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cf"))


def answer(given: Answer, width: int = WIDTH, named: Mapping[str, str] | None = None) -> str:
    """What was understood in one line, then every hit; says first when nothing on record answers.

    `named`: id → name of whom the question names (`understanding.names`); an id stands for itself where it is missing.
    """
    blocks = []
    if read := understood(given, named or {}):
        blocks.append(_wrapped(read, "", width))
    if not given.answered:
        blocks.append(f"{NOTHING}; the nearest are:" if given.hits else f"{NOTHING}.")
    return "\n\n".join([*blocks, *(hit(found, width) for found in given.hits)])


def understood(given: Answer, named: Mapping[str, str]) -> str:
    """Each guess at the question, with what it does and what switches it off; empty where nothing was guessed."""
    ids = {id_: id_ for guess in given.understood.guesses for id_ in guess.speakers}
    found = understanding.readings(given, {**ids, **named})
    if not found:
        return ""
    told = "; ".join(f"“{safe(guess.text)}”: {safe(taken)}" for guess, taken in found)
    switches = " ".join(f"--ignore {kind}" for kind in dict.fromkeys(guess.kind for guess, _ in found))
    return f"understood: {told} (not so: {switches})"


def hit(found: Hit, width: int = WIDTH) -> str:
    """The quotation, who said it in which role, how that is known, its context, its article and copies."""
    attribution = found.passage.attribution
    quotation = attribution.quotation
    words = safe(quotation.text)
    lines = [
        # Reported words have no marks, a mixed quotation brings its own.
        _wrapped(f"“{words}”" if quotation.kind == "direct" else words, f"{found.rank:>2}. ", width),
        _wrapped(f"— {person(attribution.speaker)} ({quotation.kind})", " " * 4, width),
        _wrapped(f"known by: {evidence(attribution)}", " " * 4, width),
    ]
    context = safe(found.passage.span.text)
    if context != words:
        lines.append(_wrapped(f"context: {context}", " " * 4, width))
    article = found.article
    named = [article.title, article.source, understanding.stated(article)]
    lines.append(_wrapped(f"article: {', '.join(safe(part) for part in [*named, article.id] if part)}", " " * 4, width))
    if found.also_in:
        of_agency = f" (a story of {safe(found.agency)})" if found.agency else ""
        lines.append(_wrapped(f"also in: {', '.join(map(safe, found.also_in))}{of_agency}", " " * 4, width))
    return "\n".join(lines)


def verification(found: Verification, width: int = WIDTH) -> str:
    """The verdict in a sentence, then every match with the words that differ: [-on record-] {+pasted+}."""
    blocks = [_wrapped(safe(found.summary), "", width)]
    if any(match.differences for match in found.matches):
        blocks.append("[-on record, not in your text-] {+in your text, not on record+}")
    for number, match in enumerate(found.matches, 1):
        shown = hit(replace(match.hit, rank=number), width)
        blocks.append(f"{shown}\n{_wrapped(_compared(match), ' ' * 4, width)}")
    if found.total > len(found.matches):
        blocks.append(f"The first {len(found.matches)}; {counted(found.total, 'quotation')} on record in all.")
    return "\n\n".join(blocks)


def _compared(match: Match) -> str:
    if not match.differences:
        return "compared: every word agrees" + ("" if match.whole else ", with a part of it")
    words = []
    for one in match.stretches:
        if one.kind == "same":
            words.append(safe(one.recorded))
        else:
            words += [f"[-{safe(one.recorded)}-]"] if one.recorded else []
            words += [f"{{+{safe(one.quoted)}+}}"] if one.quoted else []
    return f"compared ({match.similarity:.0%}): {' '.join(words)}"


def person(speaker: Speaker | None) -> str:
    """Name and most telling role."""
    if speaker is None:
        return "speaker unknown"
    return safe(f"{speaker.name}, {speaker.role}" if speaker.role else speaker.name)


def evidence(attribution: Attribution) -> str:
    """The mention and the cue as the article has them, what decided, and how sure that is in percent."""
    quotation = attribution.quotation
    parts = [f"“{safe(span.text)}”" for span in (quotation.source, quotation.cue) if span]
    if attribution.method is None:
        return ", ".join([*parts, "nobody can be named"])
    return ", ".join([*parts, f"{attribution.method} ({attribution.confidence:.0%})"])


def speaker_table(records: Iterable[SpeakerRecord]) -> str:
    """One speaker a line: quotations, id, name, role, aliases."""
    rows = [
        (
            str(record.quotations),
            record.speaker.id,
            person(record.speaker),
            "; ".join(map(safe, record.speaker.aliases)),
        )
        for record in records
    ]
    wide = max((len(row[1]) for row in rows), default=0)
    lines = [
        f"{number:>5}  {key:<{wide}}  {name}{f' (also: {also})' if also else ''}" for number, key, name, also in rows
    ]
    return "\n".join(lines) if lines else "No speakers are on record."


def speaker_heading(record: SpeakerRecord, width: int = WIDTH) -> str:
    """Name, id, kind, counts, then roles and other names where there are any."""
    speaker = record.speaker
    counts = f"{counted(record.quotations, 'quotation')} in {counted(record.articles, 'article')}"
    lines = [f"{safe(speaker.name)} ({speaker.id}, {speaker.kind}): {counts}"]
    for label, values in (("roles", speaker.roles), ("also named", speaker.aliases)):
        if values:
            lines.append(_wrapped(f"{label}: {'; '.join(map(safe, values))}", " " * 4, width))
    return "\n".join(lines)


def build_report(report: BuildReport) -> str:
    """The closing counts and seconds of a rebuild in two lines, and a line for each warning."""
    found = [
        f"{counted(report.articles, 'article')} ({report.reused} unchanged)",
        f"{counted(report.quotations, 'quotation')} ({report.attributed} attributed)",
        counted(report.speakers, "speaker"),
        counted(report.passages, "passage"),
        f"{len(report.set_aside)} set aside",
        *([f"{report.taken_up} taken up from a run that was cut off"] if report.taken_up else []),
        *([f"{counted(report.again, 'article')} more than once"] if report.again else []),
        *([f"{counted(len(report.replaced), 'earlier version')} replaced"] if report.replaced else []),
    ]
    lines = [f"generation {report.generation}: {', '.join(found)}", seconds(report.seconds)]
    return "\n".join([*lines, *(f"warning: {safe(warning)}" for warning in report.warnings)])


def seconds(stages: Mapping[str, float]) -> str:
    """The whole time, then each stage's, in seconds."""
    parts = ", ".join(f"{stage} {taken:.1f}" for stage, taken in stages.items())
    return f"{sum(stages.values()):.1f} s ({parts})"


def counted(number: int, thing: str) -> str:
    """A number with its noun: "1 article", "2 articles"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _wrapped(text: str, first: str, width: int) -> str:
    # An address or an id is never cut: it would be of no use to a reader.
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )

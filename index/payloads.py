"""Types → the JSON shapes of the outside: plain dicts, pure functions, one place.

The service and the commands (`attributed ask --json`, `attributed speakers --json`, `attributed extract`) both speak
through these, so that an answer reads the same wherever it is asked for. No function here copies or changes text;
offsets stay characters of `Article.text`. Every value is one that `json.dumps` takes as it stands.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from index.queries import (
    Activity,
    Answer,
    Context,
    Count,
    Facets,
    Listing,
    RoleRecord,
    SpeakerPage,
    SpeakerRecord,
    Understood,
)
from index.types import Article, Attribution, Highlights, Hit, Passage, Quotation, Span, Speaker
from index.verdicts import Match, Stretch, Verification

Payload = dict[str, object]
"""One JSON object."""


def _text(span: Span | None) -> str | None:
    return span.text if span else None


def _start(span: Span | None) -> int | None:
    return span.start if span else None


def _end(span: Span | None) -> int | None:
    return span.end if span else None


def _rounded(value: float, decimals: int) -> float:
    """The figure as it goes out; ValueError where it is not a number or has no end, which JSON does not know."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no figure that JSON knows")
    return round(value, decimals)


def _pieces(quotation: Quotation) -> list[list[int]]:
    return [[span.start, span.end] for span in quotation.spans]


def _verbatim(span: Span) -> Payload:
    return {"text": span.text, "start": span.start, "end": span.end}


def _stretch(span: Span | None) -> Payload | None:
    return None if span is None else _verbatim(span)


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def speaker(person: Speaker) -> Payload:
    """Whoever speaks, as a quotation shows them: id, name, the most telling role (or None), kind."""
    return {"id": person.id, "name": person.name, "role": person.role, "kind": person.kind}


def quotation(attribution: Attribution) -> Payload:
    """The words, where they stand, who said them (None where nobody can be named) and how that is known."""
    said = attribution.quotation
    mention, cue = said.source, said.cue
    return {
        "id": said.id,
        "text": said.text,
        "kind": said.kind,
        "start": said.start,
        "end": said.end,
        "spans": _pieces(said),
        "speaker": speaker(attribution.speaker) if attribution.speaker else None,
        "attribution": {
            "mention": mention.text if mention else None,
            "mention_start": mention.start if mention else None,
            "mention_end": mention.end if mention else None,
            "cue": cue.text if cue else None,
            "cue_start": cue.start if cue else None,
            "cue_end": cue.end if cue else None,
            "method": attribution.method,
            "confidence": _rounded(attribution.confidence, 4),
        },
    }


def passage(around: Passage) -> Payload:
    """The verbatim stretch that makes the quotation understandable, with its offsets."""
    return _verbatim(around.span)


def article(source: Article) -> Payload:
    """What names an article; its text is left out (see `whole_article`)."""
    return {
        "id": source.id,
        "title": source.title,
        "date": _day(source.date),
        "source": source.source,
        "url": source.url,
        "language": source.language,
        "authors": list(source.authors),
        "section": source.section,
        "agency": source.agency,
        "date_certainty": source.date_certainty,
        "summary_only": source.summary_only,
    }


def whole_article(source: Article, attributions: Iterable[Attribution]) -> Payload:
    """One article with its text and its quotations in the order given."""
    return {
        "article": {**article(source), "text": source.text},
        "quotations": [quotation(attribution) for attribution in attributions],
    }


def record(hit: Hit) -> Payload:
    """One quotation in context, as it stands on record: a hit without rank and score."""
    return {
        "quotation": quotation(hit.passage.attribution),
        "passage": passage(hit.passage),
        "article": article(hit.article),
        "also_in": list(hit.also_in),
        "agency": hit.agency,
    }


def record_in_context(hit: Hit, context: Context) -> Payload:
    """One quotation as `record` gives it, and the sentences before and after its passage."""
    return {**record(hit), "context": {"before": _stretch(context.before), "after": _stretch(context.after)}}


def highlights(found: Highlights) -> Payload:
    """What of a passage answers: the best sentence (or None) and the words that are asked for, as [start, end]."""
    return {
        "sentence": [found.sentence.start, found.sentence.end] if found.sentence else None,
        "words": [[word.start, word.end] for word in found.words],
    }


def hit(found: Hit) -> Payload:
    """One answer or one line of a listing; `score` and `highlights` are None where nothing was asked."""
    return {
        "rank": found.rank,
        "score": None if found.score is None else _rounded(found.score, 4),
        **record(found),
        "highlights": None if found.highlights is None else highlights(found.highlights),
    }


def understood(given: Understood) -> Payload:
    """What a question was taken to mean, and the words behind each guess; offsets are characters of the question."""
    return {
        "speakers": list(given.speakers),
        "likely": list(given.likely),
        "from": _day(given.since),
        "to": _day(given.until),
        "searched": given.searched,
        "corrected": given.corrected,
        "corrections": [{"given": wrong, "taken": right} for wrong, right in given.corrections],
        "guesses": [
            {"kind": guess.kind, "text": guess.text, "start": guess.start, "end": guess.end}
            | ({"speakers": list(guess.speakers)} if guess.speakers else {})
            for guess in given.guesses
        ],
    }


def count(counted: Count) -> Payload:
    """A value as a filter takes it, as a reader sees it, and how often it is there."""
    return {"value": counted.value, "label": counted.label, "count": counted.count}


def facets(given: Facets) -> Payload:
    """What the hits of all pages have in common."""
    return {
        "speaker": [count(one) for one in given.speaker],
        "source": [count(one) for one in given.source],
        "kind": [count(one) for one in given.kind],
        "year": [count(one) for one in given.year],
    }


def answer(given: Answer) -> Payload:
    """The answer to a question: what `GET /api/search` and `attributed ask --json` give."""
    return {
        "question": given.question,
        "answered": given.answered,
        "total": given.total,
        "took_ms": _rounded(given.took_ms, 1),
        "generation": given.generation,
        "understood": understood(given.understood),
        "facets": facets(given.facets),
        "hits": [hit(found) for found in given.hits],
    }


def verification(found: Verification) -> Payload:
    """Whether a quotation is on record: what `POST /api/verify` and `attributed verify --json` give."""
    return {
        "quote": found.quote,
        "verdict": found.verdict,
        "stitched": found.stitched,
        "summary": found.summary,
        "asked": _people(found.asked),
        "attributed_to": _people(found.attributed_to),
        "checked": [list(place) for place in found.checked],
        "total": found.total,
        "took_ms": _rounded(found.took_ms, 1),
        "generation": found.generation,
        "matches": [match(one) for one in found.matches],
    }


def _people(some: Sequence[Speaker] | None) -> list[Payload] | None:
    return None if some is None else [speaker(person) for person in some]


def match(found: Match) -> Payload:
    """A quotation on record, which part of it is compared with which part of the paste, and where they differ."""
    return {
        **record(found.hit),
        "similarity": _rounded(found.similarity, 4),
        "whole": found.whole,
        "speaker_agrees": found.speaker_agrees,
        "matched": {
            "quote_start": found.start,
            "quote_end": found.end,
            "spans": [list(place) for place in found.spans],
        },
        "differences": [difference(one) for one in found.differences],
    }


def difference(found: Stretch) -> Payload:
    """Words changed, missing or added; of the last two one side is empty."""
    return {
        "kind": found.kind,
        "quoted": found.quoted,
        "quote_start": found.start,
        "quote_end": found.end,
        "recorded": found.recorded,
        "spans": [list(place) for place in found.spans],
    }


def speaker_record(known: SpeakerRecord) -> Payload:
    """One speaker with every name and role, and how many quotations in how many articles are theirs."""
    return {
        **speaker(known.speaker),
        "roles": list(known.speaker.roles),
        "aliases": list(known.speaker.aliases),
        "quotations": known.quotations,
        "articles": known.articles,
    }


def whole_speaker(known: SpeakerRecord, active: Activity, roles: Sequence[RoleRecord]) -> Payload:
    """One speaker as `speaker_record` gives it, when he or she is quoted, and in which roles, the earliest first."""
    return {
        **speaker_record(known),
        "years": [{"year": int(year.value), "quotations": year.count} for year in active.years],
        "months": [{"month": month.value, "quotations": month.count} for month in active.months],
        "undated": active.undated,
        "roles_over_time": [
            {"role": one.role, "first": _day(one.first), "last": _day(one.last), "articles": one.articles}
            for one in roles
        ],
    }


def speaker_page(page: SpeakerPage) -> Payload:
    """A page of speakers, most quoted first."""
    return {
        "total": page.total,
        "generation": page.generation,
        "speakers": [speaker_record(known) for known in page.speakers],
    }


def speaker_quotations(known: SpeakerRecord, listing: Listing) -> Payload:
    """One speaker and a page of what he or she said, newest first."""
    return {
        "speaker": speaker_record(known),
        "total": listing.total,
        "generation": listing.generation,
        "facets": facets(listing.facets),
        "hits": [hit(found) for found in listing.hits],
    }


def extracted_quote(attribution: Attribution) -> Payload:
    """One quotation as `attributed extract` gives it: flat, with the mention's offsets and the resolved full name.

    `speaker_name` is None for a source known by a description alone; `speaker_kind` still says `unnamed` then.
    """
    said, person = attribution.quotation, attribution.speaker
    return {
        "start": said.start,
        "end": said.end,
        "spans": _pieces(said),
        "text": said.text,
        "kind": said.kind,
        "speaker_text": _text(said.source),
        "speaker_start": _start(said.source),
        "speaker_end": _end(said.source),
        "speaker_name": person.name if person and person.kind != "unnamed" else None,
        "speaker_kind": person.kind if person else None,
        "cue_text": _text(said.cue),
        "method": attribution.method,
        "confidence": _rounded(attribution.confidence, 4),
    }


def extracted(source: Article, attributions: Sequence[Attribution], *, with_text: bool = False) -> Payload:
    """One line of `attributed extract`: the quotations by their place; `text` where the file's own text is another."""
    in_order = sorted(attributions, key=lambda found: (found.quotation.start, found.quotation.end))
    line: Payload = {"id": source.id, "quotes": [extracted_quote(attribution) for attribution in in_order]}
    if with_text:
        line["text"] = source.text
    return line

"""Quotations and their sources against gold, over whole articles.

direct     each direct quotation is cut at narration and paragraph breaks into segments, matched one to one by IoU; a
           predicted segment inside gold mixed content is neither right nor wrong
mention    of matched segments with a gold source: the share whose predicted mention is right
e2e        a segment counts where it is found and its source is right
reported   indirect and mixed quotations, each as a whole
name       of direct gold segments with a full name: the share found and given that name
kind       of matched quotations whose gold says what kind of speaker it is: the share given that kind

The kind of a quotation is taken from the double marks around it, for gold and predictions alike. Where it is stated,
that counts for all that is not wholly inside such marks: words in single marks, or behind a name in a transcript, are
direct too. Only then the names of reported quotations and the kinds of speakers are measured.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.errors import SourceError
from index.evaluation import mentions
from index.evaluation.alignment import Characters, characters, inside_marks, kind, match, segments
from index.evaluation.metrics import Scores, percentage, precision_recall_f1
from index.payloads import extracted
from index.types import Article, QuotationKind, SpeakerKind

if TYPE_CHECKING:
    from index.build import QuoteExtractor

IOU = 0.8
"""Overlap from which two contents count as the same."""

Spans = tuple[tuple[int, int], ...]
ErrorClass = Literal[
    "missed", "name", "source", "spurious", "kind", "reported", "reported name", "reported source", "reported spurious"
]
Table = Mapping[str, Scores | tuple[float | None, ...] | float | None]

_MENTION_TYPES = ("named", "nominal", "pronoun")


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation of either side. `source_spans`: where its mention stands, empty where that is not known.

    `kind` is None where the marks shall tell, `speaker_kind` where nobody says what kind of speaker it is.
    """

    spans: Spans
    speaker_text: str | None = None
    speaker_head: str | None = None
    source_spans: Spans = ()
    speaker_name: str | None = None
    cue_text: str | None = None
    kind: QuotationKind | None = None
    speaker_kind: SpeakerKind | None = None


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One article with the quotations that people marked in it."""

    article: Article
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference: its class, the article, the content, what gold has and what was predicted."""

    kind: ErrorClass
    article_id: str
    content: str
    gold: str | None
    predicted: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """The table, by the names that it is printed under, and every fault in the order found."""

    table: Table
    faults: tuple[Fault, ...]


def quote_of(row: Mapping[str, object]) -> Quote:
    """One quotation of a gold file or of `attributed extract`; KeyError, TypeError or ValueError where it is none."""
    spans = _pairs(row.get("spans") or [(row["start"], row["end"])])
    mention = _pairs(row.get("speaker_spans") or [])
    if not mention and row.get("speaker_start") is not None:
        mention = _pairs([(row["speaker_start"], row["speaker_end"])])
    text, head, name, cue = (row.get(key) for key in ("speaker_text", "speaker_head", "speaker_name", "cue_text"))
    return Quote(spans, _string(text), _string(head), mention, _string(name), _string(cue))


def _string(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is no string")


def _pairs(value: object) -> Spans:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list of offsets")
    return tuple((int(start), int(end)) for start, end in value)


def read_gold(path: Path) -> list[GoldArticle]:
    """Read a gold file, `{"id", "text", "quotes": [...]}` a line; SourceError names the file and the line at fault."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # splitlines() would also cut at U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"gold file {path} cannot be read: {error}") from error
    gold = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            quotes = tuple(quote_of(quote) for quote in row["quotes"])
            gold.append(GoldArticle(Article(id=row["id"], text=row["text"]), quotes))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(f'{path}:{number}: no gold article {{"id", "text", "quotes"}}: {error!r}') from error
    if not gold:
        raise SourceError(f"gold file {path} holds no article")
    return gold


def evaluate(gold: Sequence[GoldArticle], extractor: QuoteExtractor, iou: float = IOU) -> Result:
    """Run the extractor over the gold articles and compare, by what `attributed extract` would print for each."""
    return compare(gold, predict([row.article for row in gold], extractor), iou)


def predict(
    articles: Sequence[Article], extractor: QuoteExtractor, read: Callable[[Mapping[str, object]], Quote] = quote_of
) -> list[list[Quote]]:
    """What `attributed extract` would print for each article, as quotations."""
    predicted = []
    for article, attributions in zip(articles, extractor.extract(articles), strict=True):
        rows = extracted(article, attributions)["quotes"]
        assert isinstance(rows, list)
        predicted.append([read(row) for row in rows])
    return predicted


def compare(gold: Sequence[GoldArticle], predicted: Iterable[Sequence[Quote]], iou: float = IOU) -> Result:
    """Compare predicted quotations with gold, one sequence an article in the same order."""
    count: Counter[str] = Counter()
    faults: list[Fault] = []
    for row, quotes in zip(gold, predicted, strict=True):
        _Comparison(row, quotes, iou, count, faults).run()
    return Result(_table(count), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A quotation with the characters of its content (none: not counted) and the kind that the marks make it."""

    quote: Quote
    content: Characters
    kind: QuotationKind


class _Comparison:
    """One article: its counts and faults, added to those of the run."""

    def __init__(
        self, gold: GoldArticle, predicted: Sequence[Quote], iou: float, count: Counter[str], faults: list[Fault]
    ) -> None:
        self.article = gold.article
        marked = inside_marks(self.article.text)
        self.gold = self._units(gold.quotes, marked)
        self.predicted = self._units(predicted, marked)
        self.iou = iou
        self.count = count
        self.faults = faults

    def run(self) -> None:
        self._direct()
        self._reported()

    def _units(self, quotes: Sequence[Quote], marked: Characters) -> list[_Unit]:
        contents = ((quote, characters(self.article.text, quote.spans)) for quote in quotes)
        return [_Unit(quote, content, _kind(quote, content, marked)) for quote, content in contents if content]

    def _fault(self, kind: ErrorClass, content: Characters, gold: str | None, predicted: str | None) -> None:
        words = self.article.text[min(content) : max(content) + 1]
        self.faults.append(Fault(kind, self.article.id, words, gold, predicted))

    def _segments(self, units: Sequence[_Unit]) -> list[tuple[Characters, Quote]]:
        direct = (unit.quote for unit in units if unit.kind == "direct")
        return [(segment, quote) for quote in direct for segment in segments(self.article.text, quote.spans)]

    def _direct(self) -> None:
        count = self.count
        gold, predicted = self._segments(self.gold), self._segments(self.predicted)
        matching = match([segment for segment, _ in gold], [segment for segment, _ in predicted], self.iou)
        mixed = frozenset[int]().union(*(unit.content for unit in self.gold if unit.kind == "mixed"))
        wrong = [
            (segment, quote)
            for number, (segment, quote) in enumerate(predicted)
            if number not in matching.used and len(segment & mixed) < 0.8 * len(segment)
        ]
        count["gold"] += len(gold)
        count["found"] += len(matching.found)
        count["exact"] += sum(iou == 1 for _, iou in matching.found.values())
        count["predicted"] += len(matching.found) + len(wrong)
        # A right segment whose gold names no source cannot be right or wrong end to end.
        count["predicted_e2e"] += len(wrong) + sum(bool(gold[number][1].speaker_text) for number in matching.found)
        for number, (segment, quote) in enumerate(gold):
            count["name_gold"] += bool(quote.speaker_name)
            count["gold_sourced"] += bool(quote.speaker_text)
            if number in matching.found:
                self._attributed(segment, quote, predicted[matching.found[number][0]][1])
            else:
                self._fault("missed", segment, quote.speaker_text, None)
        for segment, quote in wrong:
            self._fault("spurious", segment, None, quote.speaker_text)

    def _speaker_kind(self, content: Characters, gold: Quote, predicted: Quote) -> None:
        if gold.speaker_kind:
            right = predicted.speaker_kind == gold.speaker_kind
            self.count["kind_gold"] += 1
            self.count["kind_right"] += right
            if not right:
                self._fault("kind", content, gold.speaker_kind, predicted.speaker_kind)

    def _attributed(self, segment: Characters, gold: Quote, predicted: Quote) -> None:
        self._speaker_kind(segment, gold, predicted)
        if gold.speaker_name:
            right = mentions.name_right(gold.speaker_name, predicted.speaker_name)
            self.count["name_right"] += right
            if not right:
                self._fault("name", segment, gold.speaker_name, predicted.speaker_name)
        if gold.speaker_text:
            mention_type = mentions.mention_type(gold.speaker_text)
            right = source_right(gold, predicted)
            self.count["matched_sourced"] += 1
            self.count["mention_right"] += right
            self.count[f"matched_{mention_type}"] += 1
            self.count[f"right_{mention_type}"] += right
            if not right:
                self._fault("source", segment, gold.speaker_text, predicted.speaker_text)

    def _reported(self) -> None:
        count = self.count
        contents = [unit.content for unit in self.gold], [unit.content for unit in self.predicted]
        matching = match(*contents, self.iou)
        for number, unit in enumerate(self.gold):
            if unit.kind == "direct":
                continue
            speech = mentions.reports_speech(unit.quote.cue_text)
            count["r_gold"] += 1
            count["r_speech"] += speech
            count["r_sourced"] += bool(unit.quote.speaker_text)
            count["r_name_gold"] += bool(unit.quote.speaker_name)
            if number in matching.found:
                self._reported_found(unit, self.predicted[matching.found[number][0]].quote, speech)
            elif speech or unit.quote.kind:
                self._fault("reported", unit.content, unit.quote.speaker_text, None)
        for number, unit in enumerate(self.predicted):
            if unit.kind == "direct":
                continue
            count["r_predicted"] += 1
            if number in matching.used:
                of = self.gold[matching.used[number]].quote
                count["r_predicted_found"] += 1
                count["r_predicted_right"] += source_right(of, unit.quote)
                count["r_predicted_unsourced"] += not of.speaker_text
            else:
                self._fault("reported spurious", unit.content, None, unit.quote.speaker_text)

    def _reported_found(self, unit: _Unit, predicted: Quote, speech: bool) -> None:
        right = source_right(unit.quote, predicted)
        self.count["r_found"] += 1
        self.count["r_speech_found"] += speech
        self.count["r_right"] += right
        self._speaker_kind(unit.content, unit.quote, predicted)
        if unit.quote.kind and unit.quote.speaker_name:
            named = mentions.name_right(unit.quote.speaker_name, predicted.speaker_name)
            self.count["r_name_right"] += named
            if not named:
                self._fault("reported name", unit.content, unit.quote.speaker_name, predicted.speaker_name)
        if unit.quote.speaker_text and not right:
            self._fault("reported source", unit.content, unit.quote.speaker_text, predicted.speaker_text)


def _kind(quote: Quote, content: Characters, marked: Characters) -> QuotationKind:
    by_marks = kind(content, marked)
    return by_marks if by_marks == "direct" else quote.kind or by_marks


def source_right(gold: Quote, predicted: Quote) -> bool:
    """Whether the predicted mention is the gold one; False where gold names none."""
    if not gold.speaker_text:
        return False
    mention = predicted.source_spans[0] if predicted.source_spans else None
    return mentions.mention_right(
        gold.speaker_text, gold.speaker_head, gold.source_spans, predicted.speaker_text, mention
    )


def _table(count: Counter[str]) -> Table:
    found, right = count["found"], count["mention_right"]
    exact = count["exact"]
    stated = {
        "reported full name right %": percentage(count["r_name_right"], count["r_name_gold"]),
        "speaker kind right %": percentage(count["kind_right"], count["kind_gold"]),
    }
    return {
        "direct span P/R/F1": precision_recall_f1(found, count["gold"], found, count["predicted"]),
        "direct span exact P/R/F1": precision_recall_f1(exact, count["gold"], exact, count["predicted"]),
        "mention right %": percentage(right, count["matched_sourced"]),
        "mention right named/nominal/pronoun %": tuple(
            percentage(count[f"right_{name}"], count[f"matched_{name}"]) for name in _MENTION_TYPES
        ),
        "direct e2e P/R/F1": precision_recall_f1(right, count["gold_sourced"], right, count["predicted_e2e"]),
        "reported span P/R/F1": precision_recall_f1(
            count["r_found"], count["r_gold"], count["r_predicted_found"], count["r_predicted"]
        ),
        "reported speech-cue recall %": percentage(count["r_speech_found"], count["r_speech"]),
        "reported e2e P/R/F1": precision_recall_f1(
            count["r_right"],
            count["r_sourced"],
            count["r_predicted_right"],
            count["r_predicted"] - count["r_predicted_unsourced"],
        ),
        "full name right %": percentage(count["name_right"], count["name_gold"]),
        **(stated if count["kind_gold"] else {}),
        "gold direct segments / reported": (count["gold"], count["r_gold"]),
    }


def printed(result: Result, errors: int = 0) -> str:
    """The table as text, then the first `errors` faults of each class."""
    # A tuple subclass would print its own name.
    plain = {name: tuple(value) if isinstance(value, tuple) else value for name, value in result.table.items()}
    lines = [f"{name:42s} {value}" for name, value in plain.items()]
    shown: Counter[str] = Counter()
    for fault in result.faults:
        shown[fault.kind] += 1
        if shown[fault.kind] <= errors:
            lines.append(
                f"{fault.kind:9s} {fault.article_id[:40]:40s} gold={fault.gold!r} predicted={fault.predicted!r}\n"
                f"          {fault.content[:160]!r}"
            )
    return "\n".join(lines)

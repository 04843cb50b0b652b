"""Short articles with gold that stand with the tests: one TOML file each, every one showing a form or two.

    form = "split quotations"
    text = '''
    “We stay,” Ana Diaz said. “Nobody goes.”
    '''

    [[quotation]]
    text = ["We stay,", "Nobody goes."]     # verbatim, without the outer marks; one string where it is not split
    kind = "direct"                         # direct, mixed or indirect
    mention = "Ana Diaz"                    # the source as written, or a list of places as good; left out if none
    cue = "said"                            # left out where there is none
    name = "Ana Diaz"                       # the full name; left out where the article tells none
    speaker_kind = "person"                 # what a name says if left out; without a name: not asked

Words wholly inside double marks count as direct whatever is stated. Quotations stand in the order of the text: each is
searched from the end of the one before. A mention is looked for nearest to its quotation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from index.errors import SourceError
from index.evaluation.attribution import ErrorClass, GoldArticle, Quote, Result, Spans, compare, predict, quote_of
from index.evaluation.floors import FLOORS
from index.evaluation.metrics import Scores
from index.types import QUOTATION_KINDS, SPEAKER_KINDS, Article

if TYPE_CHECKING:
    from index.build import QuoteExtractor

NOT_A_QUOTATION = "not a quotation"
"""How the form of an article begins that shows what is none: all that is found there beyond gold is spurious."""

SPURIOUS = "spurious where nothing is quoted"
FEWER = (SPURIOUS,)
"""Figures of which less is better."""

PINNED = (
    "direct span F1",
    "mention right %",
    "direct e2e F1",
    "reported span P",
    "reported span R",
    "reported span F1",
    "reported e2e F1",
    "full name right %",
    "reported full name right %",
    "speaker kind right %",
    SPURIOUS,
)
"""Figures that have a floor."""

_ARTICLE_KEYS = {"form", "text", "quotation"}
_QUOTATION_KEYS = {"text", "kind", "mention", "cue", "name", "speaker_kind"}


@dataclass(frozen=True, slots=True)
class FormArticle:
    """An article with its gold and the form that it shows; its id is the name of its file."""

    form: str
    gold: GoldArticle


@dataclass(frozen=True, slots=True)
class Report:
    """`figures`: by name, None of nothing; `forms`: the same of each form; `result`: the table with its faults."""

    figures: Mapping[str, float | None]
    forms: Mapping[str, Mapping[str, float | None]]
    result: Result


def read_articles(folder: Path) -> list[FormArticle]:
    """Read every article of a folder by name; SourceError names the file, and the quotation by its number, at fault."""
    paths = sorted(path for path in folder.glob("*.toml") if path.name != FLOORS)
    if not paths:
        raise SourceError(f"folder {folder} holds no article (.toml)")
    return [_read(path) for path in paths]


def _read(path: Path) -> FormArticle:
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error
    _only(row, _ARTICLE_KEYS, str(path))
    form, text, rows = _text(row, "form", str(path)), _text(row, "text", str(path)), row.get("quotation", [])
    if not isinstance(rows, list):
        raise SourceError(f"{path}: quotations are tables, [[quotation]]")
    quotes, end = [], 0
    for number, quotation in enumerate(rows, start=1):
        quotes.append(_quote(quotation, text, end, f"{path}: quotation {number}"))
        end = quotes[-1].spans[-1][1]
    return FormArticle(form, GoldArticle(Article(path.stem, text), tuple(quotes)))


def _only(row: Mapping[str, object], keys: set[str], where: str) -> None:
    if unknown := sorted(row.keys() - keys):
        raise SourceError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}")


def _text(row: Mapping[str, object], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"{where}: {key!r} must be a text, not {value!r}")
    return value.strip("\n")


def _texts(row: Mapping[str, object], key: str, where: str) -> list[str]:
    value = row.get(key)
    return [_text({key: one}, key, where) for one in (value if isinstance(value, list) and value else [value])]


def _optional(row: Mapping[str, object], key: str, where: str) -> str | None:
    return _text(row, key, where) if key in row else None


def _one_of(value: str | None, known: Sequence[str], where: str) -> Any:
    if value is not None and value not in known:
        raise SourceError(f"{where}: {value!r} is none of {', '.join(known)}")
    return value


def _quote(row: object, text: str, after: int, where: str) -> Quote:
    if not isinstance(row, dict):
        raise SourceError(f"{where} is no table")
    _only(row, _QUOTATION_KEYS, where)
    spans = _spans(row, text, after, where)
    cue, name = _optional(row, "cue", where), _optional(row, "name", where)
    mentions = _texts(row, "mention", where) if "mention" in row else []
    if cue is not None and cue not in text:
        raise SourceError(f"{where}: the cue {cue!r} is not in the text")
    speaker_kind = _one_of(_optional(row, "speaker_kind", where), SPEAKER_KINDS, where)
    return Quote(
        spans,
        speaker_text=mentions[0] if mentions else None,
        source_spans=tuple(_nearest(mention, text, spans, where) for mention in mentions),
        speaker_name=name,
        cue_text=cue,
        kind=_one_of(_text(row, "kind", where), QUOTATION_KINDS, where),
        speaker_kind=speaker_kind or ("person" if name else None),
    )


def _spans(row: Mapping[str, object], text: str, after: int, where: str) -> Spans:
    spans = []
    for words in _texts(row, "text", where):
        start = text.find(words, after)
        if start < 0:
            raise SourceError(f"{where}: {words!r} is not in the text behind the quotation before it")
        after = start + len(words)
        spans.append((start, after))
    return tuple(spans)


def _nearest(mention: str, text: str, spans: Spans, where: str) -> tuple[int, int]:
    """The place of a mention: outside the quotation and nearest to one of its pieces; the later one of two as near."""
    places = [found.span() for found in re.finditer(rf"(?<!\w){re.escape(mention)}(?!\w)", text)]
    outside = [place for place in places if all(place[1] <= start or end <= place[0] for start, end in spans)]
    if not outside:
        raise SourceError(f"{where}: the mention {mention!r} is not in the text outside its words")
    return min(outside, key=lambda place: (_gap(place, spans), -place[0]))


def _gap(place: tuple[int, int], spans: Spans) -> int:
    return min(max(start - place[1], place[0] - end) for start, end in spans)


def stated_quote_of(row: Mapping[str, object]) -> Quote:
    """One quotation of `attributed extract` with the kinds that are stated in it."""
    kind, speaker_kind = row["kind"], row["speaker_kind"]
    return replace(quote_of(row), kind=kind, speaker_kind=speaker_kind)  # type: ignore[arg-type]


def evaluate(articles: Sequence[FormArticle], extractor: QuoteExtractor) -> Report:
    """Run the extractor over the articles and compare, as a whole and form by form."""
    predicted = predict([one.gold.article for one in articles], extractor, stated_quote_of)
    pairs = list(zip(articles, predicted, strict=True))
    forms = {
        form: _figures([(one, quotes) for one, quotes in pairs if one.form == form])
        for form in sorted({one.form for one in articles})
    }
    return Report(_figures(pairs), forms, _compare(pairs))


def pinned(report: Report) -> dict[str, float | None]:
    """The figures that have a floor."""
    return {name: report.figures.get(name) for name in PINNED}


Pairs = Sequence[tuple[FormArticle, Sequence[Quote]]]


def _compare(pairs: Pairs) -> Result:
    return compare([one.gold for one, _ in pairs], [quotes for _, quotes in pairs])


def _figures(pairs: Pairs) -> dict[str, float | None]:
    result = _compare(pairs)
    counts = result.table["gold direct segments / reported"]
    assert isinstance(counts, tuple)
    gold = dict(zip(("direct", "reported"), counts, strict=True))
    figures: dict[str, float | None] = {}
    for name, value in result.table.items():
        if isinstance(value, Scores):
            of = value if gold[name.split()[0]] else (None, None, None)
            base = name.removesuffix(" P/R/F1")
            figures |= zip((f"{base} P", f"{base} R", f"{base} F1"), of, strict=True)
        elif not isinstance(value, tuple):
            figures[name] = value
    bare = [(one, quotes) for one, quotes in pairs if one.form.startswith(NOT_A_QUOTATION)]
    if bare:
        figures[SPURIOUS] = sum(fault.kind in ("spurious", "reported spurious") for fault in _compare(bare).faults)
    return figures


_BY_FORM = {
    "direct": "direct span F1",
    "e2e": "direct e2e F1",
    "mention": "mention right %",
    "reported": "reported span F1",
    "r. e2e": "reported e2e F1",
    "name": "full name right %",
    "kind": "speaker kind right %",
}
_CLASSES: tuple[ErrorClass, ...] = get_args(ErrorClass)


def printed(report: Report, *, by_form: bool = False, errors: bool = False) -> str:
    """The figures, a line each; then by form, a line each; then every fault, class by class."""
    lines = [f"{name:42s} {_shown(value)}" for name, value in report.figures.items()]
    if by_form:
        lines += ["", f"{'':46s}" + "".join(f"{head:>9s}" for head in _BY_FORM)]
        for form, figures in report.forms.items():
            lines.append(f"{form:46s}" + "".join(f"{_shown(figures.get(name)):>9s}" for name in _BY_FORM.values()))
    if errors:
        for kind in _CLASSES:
            of_kind = [fault for fault in report.result.faults if fault.kind == kind]
            lines += ["", f"{kind}: {len(of_kind)}"]
            lines += [
                f"  {fault.article_id}: gold={fault.gold!r} predicted={fault.predicted!r} {fault.content!r}"
                for fault in of_kind
            ]
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "-" if value is None else str(value)

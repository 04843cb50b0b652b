"""Quotations → CSV and JSON lines, chunk by chunk: what the service and `attributed export` both write, byte for byte.

JSON lines are for programs: one quotation a line, in the shape of the JSON interface, every text as it was.

CSV is for spreadsheets: RFC 4180, a header, one quotation a row, every column of source and attribution. It begins with
the UTF-8 byte order mark: without it Excel takes the file for its old code page, and every curly mark for three wrong
characters. Readers that expect none want the encoding "utf-8-sig".

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`, whether or not it is quoted, and whoever writes an
article may put one into it. So text is `guarded`: an apostrophe stands before each such character, not only where a
cell begins but also behind whatever may be taken for the border of one where the file is opened with another separator.
OWASP's page on CSV injection lists these characters. `unguarded` takes away what was added: the exact text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator

import orjson

from index import payloads
from index.payloads import Payload
from index.queries import Exported

CHUNK = 1 << 16
"""Bytes from which on a chunk goes out."""

BOM = b"\xef\xbb\xbf"

RANKED = ("rank", "score")
"""The columns before all others where a question was asked."""
COLUMNS = (
    "quotation_id text kind start end spans speaker_id speaker_name speaker_role speaker_kind mention mention_start"
    " mention_end cue cue_start cue_end method confidence passage passage_start passage_end article_id article_title"
    " article_date article_source article_url also_in copy_of link"
    " article_authors article_section article_agency article_date_certainty article_summary_only"
).split()
"""The columns of every export. What is not known is empty. `spans`, `also_in` and `article_authors` are JSON lists;
`link` is the address of the quotation's page."""

_RUN = "=+\\-@＝＋－＠"
"""What begins a formula, also as the full-width characters that spreadsheets of East Asia take for the same."""
_UNGUARDED = re.compile(rf"\A(?='*[{_RUN}\t\r\n\0])|(?<=[;,|\t\r\n\"])(?='*[{_RUN}])")
_GUARDED = re.compile(rf"\A'(?='*[{_RUN}\t\r\n\0])|(?<=[;,|\t\r\n\"])'(?='*[{_RUN}])")


def guarded(text: str) -> str:
    """The text with an apostrophe wherever a cell might begin with what a spreadsheet runs.

    That is at its start and behind `;`, `,`, `|`, `"`, a tab or the end of a line, where apostrophes, if any, and one
    of `= + - @` follow; at its start also before a tab or the end of a line. Apostrophes are counted in so that taking
    one away at each such place gives the text back.
    """
    return _UNGUARDED.sub("'", text)


def unguarded(cell: str) -> str:
    """The text as it was: one apostrophe fewer wherever `guarded` adds one."""
    return _GUARDED.sub("", cell)


def csv_chunks(quotations: Iterable[Exported], link: Callable[[str], str], *, ranked: bool) -> Iterator[bytes]:
    """The quotations as CSV. `link`: quotation id → address; `ranked`: with the columns RANKED."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*(RANKED if ranked else ()), *COLUMNS])
    lines = BOM
    for one in quotations:
        writer.writerow(_row(one, link, ranked=ranked))
        if written.tell() >= CHUNK:
            yield lines + written.getvalue().encode()
            lines = b""
            written.seek(0)
            written.truncate()
    if lines or written.tell():
        yield lines + written.getvalue().encode()


def json_chunks(quotations: Iterable[Exported], *, ranked: bool) -> Iterator[bytes]:
    """The quotations as JSON lines: a hit of a search where `ranked`, else a quotation in context, with `copy_of`."""
    lines: list[bytes] = []
    size = 0
    for one in quotations:
        payload: Payload = {**(payloads.hit if ranked else payloads.record)(one.hit), "copy_of": one.copy_of}
        line = orjson.dumps(payload, option=orjson.OPT_APPEND_NEWLINE)
        lines.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)


def _row(one: Exported, link: Callable[[str], str], *, ranked: bool) -> list[object]:
    hit = one.hit
    attribution, article = hit.passage.attribution, hit.article
    said, person, around = attribution.quotation, attribution.speaker, hit.passage.span
    mention, cue = said.source, said.cue
    texts: list[object] = [
        *((hit.rank, None if hit.score is None else round(hit.score, 4)) if ranked else ()),
        said.id,
        said.text,
        said.kind,
        said.start,
        said.end,
        _json([[span.start, span.end] for span in said.spans]),
        *((person.id, person.name, person.role, person.kind) if person else (None,) * 4),
        *((mention.text, mention.start, mention.end) if mention else (None,) * 3),
        *((cue.text, cue.start, cue.end) if cue else (None,) * 3),
        attribution.method,
        round(attribution.confidence, 4),
        around.text,
        around.start,
        around.end,
        article.id,
        article.title,
        article.date.isoformat() if article.date else None,
        article.source,
        article.url,
        _json(list(hit.also_in)),
        one.copy_of,
        link(said.id),
        _json(list(article.authors)),
        article.section,
        article.agency,
        article.date_certainty,
        int(article.summary_only),
    ]
    return [guarded(cell) if isinstance(cell, str) else cell for cell in texts]


def _json(values: list[list[int]] | list[str]) -> str:
    return orjson.dumps(values).decode()

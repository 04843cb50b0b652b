"""Exports over HTTP: every row of a search, of a speaker, or of all there is, as CSV or JSON lines, streamed.

Whatever can be wrong with a request is found before the first byte: parameters, speakers, the index, its first rows.
What fails later can change no status. Then it is logged and the connection is closed before the chunk that would end
the body (RFC 9112, 7.1), so that a client can tell; `Attributed-Total` says how many rows there are to come.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, url_for
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from index import exports
from index.queries import Export, Exported
from service import models, payloads
from service.api import ALWAYS, ID, INDEX, KEY, check_request
from service.engine import searcher, speaker_in_path
from service.routing import checked

files = APIBlueprint(
    "files",
    __name__,
    url_prefix="/api",
    abp_tags=[Tag(name="exports", description="All rows at once, for spreadsheets and programs.")],
    abp_responses={**ALWAYS, **KEY, **INDEX, **ID},
)
files.before_request(check_request)

TOTAL = "Attributed-Total"
"""The header that tells how many rows the body has."""
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Form:
    """A format: what its addresses end in, its media type, what a reader calls it, and what writes it."""

    ending: str
    media_type: str
    words: str
    chunks: Callable[[Iterator[Exported], Callable[[str], str], bool], Iterator[bytes]]


FORMS = (
    Form(
        "csv",
        "text/csv; charset=utf-8; header=present",
        "CSV",
        lambda found, link, ranked: exports.csv_chunks(found, link, ranked=ranked),
    ),
    Form(
        "jsonl",
        "application/jsonl; charset=utf-8",
        "JSON lines",
        lambda found, _link, ranked: exports.json_chunks(found, ranked=ranked),
    ),
)


def quotation_link() -> Callable[[str], str]:
    """Quotation id → absolute address of its page, also when the request is over."""
    # Made once: an address of its own for each row would cost more than the row.
    return url_for("pages.quotation", id="0", _external=True)[:-1].__add__


def stream(found: Export, form: Form, name: str) -> Response:
    """200 with all of `found`, written as it is read. `name`: what the file is about, in words."""
    chunks = form.chunks(found.quotations, quotation_link(), found.answered is not None)
    first = next(chunks, b"")
    response = Response(_watched(itertools.chain([first], chunks), found), content_type=form.media_type)
    response.headers[TOTAL] = str(found.total)
    response.headers["Content-Disposition"] = disposition(name, form.ending)
    return response


def disposition(name: str, ending: str) -> str:
    """A Content-Disposition (RFC 6266) that names the file after words of any script.

    `filename` is what is left of them in ASCII, for those who do not know `filename*` (RFC 8187), which has them all.
    """
    words = "-".join(re.findall(r"\w+", unicodedata.normalize("NFC", name)))[:_LONGEST_NAME].rstrip("-")
    whole = f"attributed-{words}.{ending}" if words else f"attributed.{ending}"
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    given = f'attachment; filename="{plain}"'
    return given if plain == whole else f"{given}; filename*=UTF-8''{quote(whole, safe='')}"


def _watched(chunks: Iterator[bytes], found: Export) -> Iterator[bytes]:
    logger = current_app.logger

    def watched() -> Iterator[bytes]:
        try:
            yield from chunks
        except Exception as error:
            logger.error("an export of %d quotations ended early: %s", found.total, error)
            raise  # whoever serves this closes the connection without an end

    return watched()


def _documented(form: Form) -> dict[int | str, Any]:
    shape = "a header, then one quotation a row" if form.ending == "csv" else "one quotation a line, with `copy_of`"
    return {
        200: {
            "description": f"All of it: {shape}.",
            "headers": {
                TOTAL: {"description": "How many quotations.", "schema": {"type": "integer"}},
                "Content-Disposition": {"description": "A name for the file.", "schema": {"type": "string"}},
            },
            "content": {form.media_type.split(";")[0]: {"schema": {"type": "string"}}},
        }
    }


def _offer(form: Form) -> None:
    """The three addresses of this form."""

    def search(query: models.SearchExportParameters) -> Response:
        """What `/api/search` gives on all its pages: same question, same filters, same order."""
        return stream(searcher().matches(payloads.query(query)), form, query.q)

    def quotations(query: models.ExportParameters) -> Response:
        """Newest first. Copies are rows too; `copy_of` says of which quotation."""
        return stream(searcher().everything(payloads.filters(query)), form, "quotations")

    def speaker_quotations(path: models.SpeakerPath, query: models.ExportParameters) -> Response:
        """Newest first. Copies are rows too; `copy_of` says of which quotation."""
        asked = searcher()
        known = speaker_in_path(asked, path.id).speaker
        return stream(asked.everything(payloads.filters(query), known.id), form, known.name)

    offered: tuple[tuple[Callable[..., Response], str, str], ...] = (
        (search, "/search", "All passages for a question"),
        (quotations, "/quotations", "Everything on record"),
        (speaker_quotations, "/speakers/<id>/quotations", "Everything that one speaker said"),
    )
    for view, path, summary in offered:
        view.__name__ = f"{view.__name__}_{form.ending}"
        files.get(
            f"{path}.{form.ending}",
            operation_id=view.__name__,
            summary=f"{summary}, as {form.words}",
            responses=_documented(form),
        )(checked(view))


for _form in FORMS:
    _offer(_form)

"""What is seen as a file or a feed: the links under an answer that keep it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from service import models
from service.pages.links import kept


@dataclass(frozen=True, slots=True)
class Kept:
    """The addresses at which all of an answer is had, and is had again as it grows."""

    csv: str
    jsonl: str
    atom: str


def search(*, speaker: str | None = None) -> Kept:
    """All that this question finds, under its filters; `speaker`: by this one alone."""
    files, feed = kept(models.SearchExportParameters), kept(models.FeedParameters)
    if speaker is not None:
        files["speaker"] = feed["speaker"] = [speaker]
    return Kept(
        csv=url_for("files.search_csv", **files),
        jsonl=url_for("files.search_jsonl", **files),
        atom=url_for("files.search_atom", **feed),
    )


def quotations(speaker: str) -> Kept:
    """All that one speaker said, under the filters of this page."""
    given = kept(models.ExportParameters, "speaker")
    links = (url_for(f"files.speaker_quotations_{ending}", id=speaker, **given) for ending in ("csv", "jsonl", "atom"))
    return Kept(*links)

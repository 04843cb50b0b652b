"""The articles of `record.toml` as an index: a record worth looking at, without the model."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.build import rebuild
from index.types import Article, Attribution, Speaker
from tests.conftest import PASSAGES, FakeEncoder, FakeExtractor, read_marked

PRONOUNS = ("he", "she")
"""Mentions that `record.toml` lists as aliases, so that they are found beside a quotation; they are no names."""


def articles(*, hard: bool = True) -> Iterator[tuple[Article, tuple[Attribution, ...]]]:
    """Every article with its quotations, each with a kind, a method and a confidence as the real extractor gives.

    Without `hard` those are left out that are hard to show.
    """
    told = tomllib.loads(Path(__file__).with_name("record.toml").read_text("utf-8"))
    speakers = {
        key: Speaker(key, one["name"], one["kind"], tuple(one["aliases"]), tuple(one["roles"]))
        for key, one in told["speaker"].items()
    }
    for one in told["article"]:
        if one.get("hard") and not hard:
            continue
        theirs = {
            key: replace(speaker, roles=tuple(one.get("roles", {}).get(key, speaker.roles)))
            for key, speaker in speakers.items()
        }
        article, found = read_marked(
            one["id"],
            one["text"],
            title=one["title"],
            date=one["date"].isoformat(),
            source=one["source"],
            url=one.get("url"),
            speakers=theirs,
        )
        yield article, tuple(map(_as_extracted, found))


def _as_extracted(attribution: Attribution) -> Attribution:
    quotation, speaker = attribution.quotation, attribution.speaker
    if quotation.kind == "indirect" and "“" in quotation.text:
        quotation = replace(quotation, kind="mixed")
    if speaker is None:
        return replace(attribution, quotation=quotation)
    mention = quotation.source.text if quotation.source else ""
    method, sure = "surname", 0.96
    if not quotation.cue:
        method, sure = "paragraph", 0.82
    elif speaker.kind != "person":
        method, sure = speaker.kind, 0.8
    elif mention in PRONOUNS:
        method, sure = "pronoun", 0.92
    elif mention == speaker.name:
        method, sure = "name", 0.94
    named = tuple(alias for alias in speaker.aliases if alias not in PRONOUNS)
    return replace(
        attribution, quotation=quotation, speaker=replace(speaker, aliases=named), method=method, confidence=sure
    )


def build(data: Path, *, hard: bool = True) -> Any:
    """Write the index of these articles into `data`; the encoder that made it, for those who ask it."""
    found = list(articles(hard=hard))
    encoder = FakeEncoder()
    extractor = FakeExtractor({article.id: attributions for article, attributions in found})
    rebuild([article for article, _ in found], data, extractor=extractor, encoder=encoder, passages=PASSAGES)
    return encoder

"""Debates in the forms in which they come: every turn is a quotation of its speaker, under the full name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.corpus import read_articles
from index.extraction import SieveExtractor
from index.types import Article

TURNS = [
    ("Helen Strand", "Good evening, and welcome to the town hall in Skarv. The first question is about the slipway."),
    ("Maud Ellery", "The survey is plain. We cannot ask people to launch boats over rotten wood."),
    ("Per Lindqvist", "Nobody asked the people who use it. I have three boats there."),
    ("Helen Strand", "Mrs Ellery, did the board ask them?"),
    ("Maud Ellery", "We wrote to every owner in January."),
    ("Per Lindqvist", "I had no letter. Did anybody here have one?"),
    ("Helen Strand", "Thank you both. Good night."),
]
INTRODUCTION = (
    "This is a transcript of the debate between Maud Ellery of the Harbour Party, who chairs the board, and the"
    " fisherman Per Lindqvist, an independent. It was moderated by Helen Strand of the Skarv Courier."
)
PARTIES = {"Maud Ellery": "Harbour", "Per Lindqvist": "Ind", "Helen Strand": "Moderator"}
TITLES = {"Maud Ellery": "MS.", "Per Lindqvist": "MR.", "Helen Strand": "MS."}


def surname(name: str) -> str:
    return name.rpartition(" ")[2]


def first_in_full(name: str, number: int) -> str:
    return name if name not in [one for one, _ in TURNS[:number]] else surname(name)


def seconds(number: int) -> str:
    return f"00:00:{number:02}"


LABELS: dict[str, Callable[[int, str], str]] = {
    "capitals": lambda _, name: surname(name).upper(),
    "full capitals": lambda _, name: name.upper(),
    "titles": lambda _, name: f"{TITLES[name]} {surname(name).upper()}",
    "parties": lambda _, name: f"{name} ({PARTIES[name]})",
    "first in full": lambda number, name: first_in_full(name, number),
    "bold": lambda _, name: f"**{surname(name)}**",
}


def written(form: str) -> str:
    paragraphs = [f"{LABELS[form](n, name)}: {said}" for n, (name, said) in enumerate(TURNS)]
    return "\n\n".join(["Slipway debate: full transcript", INTRODUCTION, *paragraphs]) + "\n"


def voices() -> str:
    cues = [f"{seconds(n)}.000 --> {seconds(n + 1)}.000\n<v {name}>{said}</v>" for n, (name, said) in enumerate(TURNS)]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def subtitles() -> str:
    cues = []
    for n, (name, said) in enumerate(TURNS):
        label = name.upper() if first_in_full(name, n) == name else surname(name).upper()
        cues.append(f"{n + 1}\n{seconds(n)},000 --> {seconds(n + 1)},000\n>> {label}: {said}")
    return "\n\n".join(cues) + "\n"


FORMS = {
    **{f"{form}.txt": written(form) for form in LABELS},
    "voices.vtt": voices(),
    "subtitles.srt": subtitles(),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_turn_of_a_debate_is_a_quotation_of_its_speaker_in_full(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FORMS[name], encoding="utf-8")
    (article,) = read_articles([path])
    assert isinstance(article, Article)
    (found,) = SieveExtractor().extract([article])
    direct = [one for one in found if one.quotation.kind == "direct"]
    assert [(one.speaker.name if one.speaker else None, one.quotation.text) for one in direct] == TURNS

"""Captions of a recording (WebVTT, SRT): a transcript, a paragraph a turn, behind the name of who speaks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from index.corpus.child import Hints, parsed
from index.corpus.fields import Fields
from index.corpus.files import File, Found, Reading, decode, refuse_odd_characters

SIZE_LIMIT = 8 * 2**20
"""Bytes of the largest file read; captions of ten hours have one."""
PARAGRAPH = 600
"""Characters from which a sentence that ends ends a paragraph, where nobody tells who speaks."""

SRT = re.compile(r"\ufeff?\s*\d+[ \t]*\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3} *--> ")
"""How a file in SubRip's form begins."""
_VOICE = re.compile(r"<v(?:\.[^ \t>]+)*[ \t]+([^>]+)>")
_TURN = re.compile(r"(?:>>+ ?|[-–—] ?)?(?P<name>[A-Z][\w.'’-]*(?: [\w.'’()-]+){0,5}):\s+(?P<said>\S.*)", re.DOTALL)
_CHANGE = re.compile(r"(?:>>+|[-–—]) ?")
_TAGS = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_SENTENCE_END = re.compile(r"[.?!…]['\"”’)]*\Z")

Line = tuple[str | None, str]
"""Whose voice it is, where the captions tell, and the words."""


def read_captions(file: File, reading: Reading) -> Iterator[Found]:
    """Give the transcript as one article, or why it cannot be read."""
    return parsed(file, reading, "captions", SIZE_LIMIT)


def parse(data: bytes, _hints: Hints) -> list[Fields]:
    """The words of all captions. ValueError: there are none, or they cannot be read."""
    from io import StringIO

    from webvtt import WebVTT
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    written = decode(data)
    refuse_odd_characters(written)
    text = written.removeprefix("\ufeff").lstrip().replace("\r\n", "\n").replace("\r", "\n")
    try:
        captions: Any = WebVTT.from_buffer(StringIO(text), "vtt" if text.startswith("WEBVTT") else "srt")
        cues = [_lines(caption.raw_text) for caption in captions]
    except (MalformedFileError, MalformedCaptionError) as error:
        raise ValueError(f"the captions cannot be read: {error}") from error
    turns = list(_turns(_once(cues)))
    if not turns:
        raise ValueError("the captions hold no words")
    return [{"text": "\n\n".join(turns)}]


def _lines(cue: str) -> list[Line]:
    """The lines of one caption that have words."""
    before, *voiced = _VOICE.split(cue)
    pieces: list[Line] = [(None, before), *zip(map(html.unescape, voiced[::2]), voiced[1::2], strict=True)]
    lines = [(voice and voice.strip(), line) for voice, piece in pieces for line in piece.split("\n")]
    shown = [(voice, html.unescape(_TAGS.sub("", line)).strip()) for voice, line in lines]
    return [(voice, line) for voice, line in shown if line]


def _once(cues: Sequence[list[Line]]) -> Iterator[Line]:
    """All lines; where captions roll (most show the last line of the one before again) each of them once."""
    shown = [lines for lines in cues if lines]
    again = sum(before[-1] == lines[0] for before, lines in pairwise(shown))
    rolling = again * 2 >= len(shown) - 1 > 1
    before: list[Line] = []
    for lines in shown:
        yield from (line for line in lines if not (rolling and line in before))
        before = lines


def _turns(lines: Iterator[Line]) -> Iterator[str]:
    """The paragraphs: one begins where another speaks, as a voice, a name or a sign in front of the words tells."""
    speaker: str | None = None
    words: list[str] = []
    for voice, line in lines:
        told, change = _TURN.match(line), _CHANGE.match(line)
        name = told["name"] if told else voice or (None if change else speaker)
        long = name is None and sum(map(len, words)) > PARAGRAPH and _SENTENCE_END.search(words[-1])
        if words and (change or name != speaker or long):
            yield _paragraph(speaker, words)
            words = []
        speaker = name
        words.append(told["said"] if told else line[change.end() :] if change else line)
    if words:
        yield _paragraph(speaker, words)


def _paragraph(speaker: str | None, words: list[str]) -> str:
    said = " ".join(words)
    return said if speaker is None else f"{speaker}: {said}"

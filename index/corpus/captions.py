"""Captions of a recording (WebVTT, SRT): a transcript, a paragraph a turn, behind the name of who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.corpus.child import Fields, parsed
from index.corpus.files import File, Found, Reading, decode

SIZE_LIMIT = 8 * 2**20
"""Bytes of the largest file read; captions of ten hours have one."""

SRT = re.compile(r"\ufeff?\s*\d+[ \t]*\r?\n\d{1,2}:\d\d:\d\d[,.]\d{3} --> ")
"""How a file in SubRip's form begins."""
_TURN = re.compile(r"(?:>>+ ?|[-–—] ?)?(?P<name>[A-Z][\w.'’-]*(?: [\w.'’()-]+){0,5}):\s+(?P<said>.*)", re.DOTALL)
_CHANGE = re.compile(r"(?:>>+|[-–—]) ?")
_TAGS = re.compile(r"<[^>]*>|\{\\[^}]*\}")


def read_captions(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the transcript as one article, or why it cannot be read."""
    return parsed(file, "captions", SIZE_LIMIT)


def parse(data: bytes, _hints: Mapping[str, str | None]) -> list[Fields]:
    """The words of all captions. ValueError: there are none, or they cannot be read."""
    from io import StringIO

    from webvtt import WebVTT
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    text = decode(data).removeprefix("\ufeff")
    form = "vtt" if text.lstrip().startswith("WEBVTT") else "srt"
    try:
        captions: Any = WebVTT.from_buffer(StringIO(text.lstrip()), form)
        cues = [(one.voice, _TAGS.sub("", one.text)) for one in captions]
    except (MalformedFileError, MalformedCaptionError) as error:
        raise ValueError(f"the captions cannot be read: {error}") from error
    turns = list(_turns(cues))
    if not turns:
        raise ValueError("the captions hold no words")
    return [{"text": "\n\n".join(turns)}]


def _turns(cues: Iterable[tuple[str | None, str]]) -> Iterator[str]:
    """The paragraphs: one begins where another speaks, as a voice or a name in front of the words tells."""
    speaker: str | None = None
    words: list[str] = []
    before: list[str] = []
    for voice, text in cues:
        # Live captions roll: a line that was shown is shown again above the next.
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        fresh, before = [line for line in lines if line not in before], lines
        for line in fresh:
            told = _TURN.match(line)
            name = told["name"] if told else voice
            if (told or _CHANGE.match(line) or (voice and voice != speaker)) and words:
                yield _paragraph(speaker, words)
                words = []
            if told or voice or _CHANGE.match(line):
                speaker = name
            words.append(told["said"] if told else _CHANGE.sub("", line, count=1) if _CHANGE.match(line) else line)
    if words:
        yield _paragraph(speaker, words)


def _paragraph(speaker: str | None, words: list[str]) -> str:
    said = " ".join(words)
    return said if speaker is None else f"{speaker}: {said}"

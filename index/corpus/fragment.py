"""A piece of HTML as text: its blocks as paragraphs apart by an empty line, those of a block quotation behind "> ".

For what is no page: the content of a feed's entry, the HTML of a mail, Markdown. What of a page is its article is
`index.corpus.html`'s to find.
"""

from __future__ import annotations

import re
from typing import Any

_BLOCKS = frozenset(
    "p div li h1 h2 h3 h4 h5 h6 blockquote tr td th table ul ol dl dt dd pre section article header footer main aside"
    " figure center body hr".split()
)
_NO_TEXT = frozenset(
    "script style head title template noscript figcaption svg button form select iframe object".split()
)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def text_of(fragment: str) -> str:
    """The text of a fragment, or of a whole document; empty where there is none."""
    from lxml import etree, html

    if not fragment.strip():
        return ""
    try:
        root = html.document_fromstring(fragment.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # nothing but comments
        return ""
    reader = _Reader()
    reader.read(root)
    return "\n\n".join(reader.done())


class _Reader:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quoted = 0

    def read(self, root: Any) -> None:
        # Own stack: a page may nest deeper than Python's.
        waiting: list[tuple[Any, bool]] = [(root, False)]
        while waiting:
            element, closing = waiting.pop()
            tag = element.tag if isinstance(element.tag, str) else ""
            if closing:
                self._leave(tag)
                self._line.append(element.tail or "")
                continue
            if not tag or tag in _NO_TEXT:
                self._line.append(element.tail or "")
                continue
            if tag in _BLOCKS or tag == "br":
                self._end()
            self._quoted += tag == "blockquote"
            self._line.append(element.text or "")
            waiting.append((element, True))
            waiting.extend((inner, False) for inner in reversed(element))

    def done(self) -> list[str]:
        self._end()
        return self._lines

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()
        self._quoted -= tag == "blockquote"

    def _end(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip()
        self._line = []
        if line:
            self._lines.append(f"> {line}" if self._quoted else line)

"""A piece of HTML as text: its blocks as paragraphs apart by an empty line, those of a block quotation behind "> ".

For what is no page: the content of a feed's entry, the HTML of a mail, Markdown. What of a page is its article is
`index.corpus.html`'s to find.
"""

from __future__ import annotations

import re
from typing import Any

from index.corpus.child import Hints
from index.corpus.fields import Fields

_BLOCKS = frozenset(
    "p div li h1 h2 h3 h4 h5 h6 blockquote tr caption table ul ol dl dt dd pre section article header footer main aside"
    " figure center body hr address".split()
)
_CELLS = frozenset(("td", "th"))
_NO_TEXT = frozenset("script style head title template noscript figcaption svg button select iframe object".split())
_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)

_CLASS = "contains(translate(@class, 'CAPTIONPULQE', 'captionpulqe'), '{}')"
_SMALL = "count(.//p) < 3"
ASIDES = (
    "//figcaption",
    f"//*[{_CLASS.format('caption')} and {_SMALL}]",
    f"//*[({_CLASS.format('pullquote')} or {_CLASS.format('pull-quote')} or {_CLASS.format('pull_quote')})"
    f" and {_SMALL}]",
)
"""What repeats the article (pull quotes) or tells of its pictures, as XPath: small, for a wrapper may be named so."""


def parse(data: bytes, _hints: Hints) -> list[Fields]:
    """The text of a fragment, or of a page that stands in its place. ValueError: it has none."""
    markup = data.decode("utf-8")
    if re.match(r"\s*<(?:!doctype|html)", markup, re.IGNORECASE):
        from index.corpus.html import extract

        return [extract(markup, None)]
    text = text_of(markup)
    if not text:
        raise ValueError("no article text was found in the HTML")
    return [{"text": text}]


def text_of(fragment: str) -> str:
    """The text of a fragment, or of a whole document; empty where there is none."""
    if not fragment.strip() or (root := tree_of(fragment)) is None:
        return ""
    for element in [found for aside in ASIDES for found in root.xpath(aside)]:
        if element.getparent() is not None:
            element.drop_tree()
    reader = _Reader()
    reader.read(root)
    return "\n\n".join(reader.done())


def tree_of(markup: str) -> Any:
    """HTML as lxml has it, None where there is no element. ValueError: it nests deeper than is read.

    From 2048 elements within each other on libxml2 drops the rest without a word.
    """
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing but comments
        return None
    if any("depth" in entry.message for entry in parser.error_log):
        raise ValueError("the HTML nests more than 2,000 elements in each other; save its text as .txt")
    return root


class _Reader:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quoted = 0
        self._mark = ""

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
            if not tag or tag in _NO_TEXT or _UNSEEN.search(element.get("style") or ""):
                self._line.append(element.tail or "")
                continue
            self._enter(tag)
            self._line.append(element.text or "")
            waiting.append((element, True))
            waiting.extend((inner, False) for inner in reversed(element))

    def done(self) -> list[str]:
        self._end()
        return self._lines

    def _enter(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "br":
            self._end()
        elif tag in _CELLS:
            self._line.append(" ")
        self._quoted += tag == "blockquote"
        if tag == "li":
            self._mark = "- "

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()
        self._quoted -= tag == "blockquote"
        if tag == "li":
            self._mark = ""

    def _end(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip()
        self._line = []
        if line:
            self._lines.append(f"{'> ' if self._quoted else ''}{self._mark}{line}")
            self._mark = ""

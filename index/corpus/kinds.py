"""Which reader reads a file: told by its first bytes, and by its name only where these leave it open."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping
from itertools import islice

from index.corpus.archive import PACKED, read_packed, read_tar, read_zip
from index.corpus.captions import SRT, read_captions
from index.corpus.feed import read_feed
from index.corpus.files import File, Reader
from index.corpus.html import read_html
from index.corpus.jsonlines import read_json, read_jsonlines
from index.corpus.mail import MBOX, read_mail, read_mbox
from index.corpus.markdown import FRONT, read_markdown
from index.corpus.plain import read_plain
from index.corpus.table import delimiter_of, read_table
from index.corpus.warc import read_warc

BY_SUFFIX: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".jsonl": read_jsonlines,
    ".ndjson": read_jsonlines,
    ".json": read_json,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".csv": read_table,
    ".tsv": read_table,
    ".rss": read_feed,
    ".atom": read_feed,
    ".xml": read_feed,
    ".eml": read_mail,
    ".mbox": read_mbox,
    ".mht": read_mail,
    ".mhtml": read_mail,
    ".vtt": read_captions,
    ".srt": read_captions,
    ".warc": read_warc,
    ".zip": read_zip,
    ".tar": read_tar,
    ".tgz": read_tar,
    ".tbz": read_tar,
    ".txz": read_tar,
    ".gz": read_packed,
    ".bz2": read_packed,
    ".xz": read_packed,
}
"""The readers by the suffix under which each format is known, in small letters; these files of a folder are read."""

CONTAINERS = frozenset((read_zip, read_tar, read_packed, read_warc, read_mbox))
"""Readers of what holds many files or mails."""
LISTS = frozenset((read_feed, read_json, read_jsonlines, read_table))
"""Readers of what lists articles; at an address it may list others tomorrow."""
_PROSE = frozenset((".txt", ".text"))
"""What is named so is read as it stands, unless it is plainly something else: its text is the whole file."""
_TAR_AT = 257
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+(?P<type>\w+)|<(?P<tag>[a-z:]+)[\s>/])", re.I | re.S
)
_FEEDS = frozenset({"rss", "feed", "rdf:rdf"})
_DOCUMENTS = frozenset({"html", "head", "body"})
_PAGES = _DOCUMENTS | frozenset(
    "article main div p section h1 h2 h3 meta title table span center blockquote header nav script style link".split()
)
_MAIL = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+(?:\r?\n|\Z)")
_MAIL_NAMES = re.compile(r"^(?:from|message-id|mime-version|received|return-path|subject|date|to):", re.I | re.M)
_MAIL_ONLY = re.compile(r"^(?:message-id|mime-version|received|return-path):", re.I | re.M)
_OTHERS: Mapping[bytes, str] = {
    b"%PDF": "a PDF; save its text as .txt, or the article's page as .html",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an office document; save its text as .txt",
    b"{\\rtf": "an RTF document; save its text as .txt",
    b"7z\xbc\xaf": "a 7z archive; pack it as .zip",
    b"Rar!": "a RAR archive; pack it as .zip",
    b"SQLite format 3": "a database; export it as .csv or .jsonl",
}
"""What is often beside articles and cannot be read, by its first bytes."""


def reader_of(file: File) -> Reader:
    """The reader of a file. ArticleError: it is empty, or cannot be opened; ValueError: nothing here reads it."""
    head = file.head()
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise ValueError(f"it is {what}")
    return _of_bytes(file, head) or _of_text(file, _decoded(head).lstrip("\ufeff")) or _of_name(file)


def _of_bytes(file: File, head: bytes) -> Reader | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if b"[Content_Types].xml" in head or b"mimetypeapplication/" in head:
            raise ValueError("it is an office document or a book; save its text as .txt")
        return read_zip
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return read_tar
    if head.startswith(b"WARC/"):
        return read_warc
    if head.startswith(PACKED):
        name = (file.member or file.name).lower()
        if name.endswith(".warc.gz"):
            return read_warc
        return read_tar if re.search(r"\.(?:tgz|tbz2?|txz|tar\.\w+)$", name) else read_packed
    return read_mbox if MBOX.match(head) else None


def _decoded(head: bytes) -> str:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return re.sub(r"\r\n?", "\n", head.decode("utf-16" if wide else "utf-8", "replace"))


def _of_text(file: File, head: str) -> Reader | None:
    if markup := _MARKUP.match(head):
        name = (markup["tag"] or markup["type"]).lower()
        if name in _FEEDS:
            return read_feed
        if name in (_DOCUMENTS if BY_SUFFIX.get(file.suffix) is read_markdown else _PAGES):
            return read_html
    text = head.lstrip()
    if re.match(r"WEBVTT(?:\s|$)", text) or SRT.match(text):
        return read_captions
    if re.match(r"\{\s*[\"}]", text):
        return read_jsonlines if file.suffix in (".jsonl", ".ndjson") else read_json
    if re.match(r"\[\s*\{", text):
        return read_json
    if _is_mail(file, text):
        return read_mail
    if file.suffix in _PROSE:
        return read_table if _is_table(text) else None
    return read_markdown if FRONT.match(text) and file.suffix not in BY_SUFFIX else None


def _is_mail(file: File, text: str) -> bool:
    """Whether a mail's header stands above; in what is named as text one that no reader of mail shows."""
    head = _MAIL.match(text)
    names = set(map(str.lower, _MAIL_NAMES.findall(head[0]))) if head else set()
    return len(names) >= 3 and bool(file.suffix not in _PROSE or (head and _MAIL_ONLY.search(head[0])))


def _is_table(text: str) -> bool:
    """Whether lines are rows: names of a text and of something else above, as many cells below."""
    first, _, more = text.partition("\n")
    delimiter = delimiter_of(first) if more and len(first) < 300 else None
    if delimiter is None:
        return False
    try:
        names, cells = islice(csv.reader(io.StringIO(text), delimiter=delimiter), 2)
    except (csv.Error, ValueError):
        return False
    return len(cells) == len(names)


def _of_name(file: File) -> Reader:
    reader = BY_SUFFIX.get(file.suffix)
    if reader in (read_packed, read_tar, read_zip, read_warc, read_captions, read_mbox):
        raise ValueError(f"it is no {file.suffix} file, whatever its name says")
    return reader or read_plain

"""Which reader reads a file: told by its first bytes, and by its name only where these leave it open."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from index.corpus.archive import read_packed, read_tar, read_zip
from index.corpus.captions import SRT, read_captions
from index.corpus.feed import read_feed
from index.corpus.files import File, Reader
from index.corpus.html import read_html
from index.corpus.jsonlines import read_json, read_jsonlines
from index.corpus.mail import read_mail
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
    ".mht": read_mail,
    ".mhtml": read_mail,
    ".vtt": read_captions,
    ".srt": read_captions,
    ".warc": read_warc,
    ".zip": read_zip,
    ".tar": read_tar,
    ".tgz": read_tar,
    ".gz": read_packed,
    ".bz2": read_packed,
    ".xz": read_packed,
}
"""The readers by the suffix under which each format is known, in small letters; these files of a folder are read."""

_TAR_AT = 257
_MARKUP = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+(?P<type>\w+)|<(?P<tag>[a-z:]+)[\s>/])",
    re.I | re.S,
)
_FEEDS = frozenset({"rss", "feed", "rdf:rdf"})
_PAGES = frozenset(
    "html head body article main div p section h1 h2 h3 meta title table span center blockquote header nav".split()
)
_MAIL = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_MAIL_NAMES = re.compile(r"^(?:from|message-id|mime-version|received|return-path|subject|date|to):", re.I | re.M)
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
    return _of_bytes(file, head) or _of_text(file, _decoded(head)) or _of_name(file)


def _of_bytes(file: File, head: bytes) -> Reader | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if b"[Content_Types].xml" in head or b"mimetypeapplication/" in head:
            raise ValueError("it is an office document or a book; save its text as .txt")
        return read_zip
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return read_tar
    if head.startswith(b"WARC/"):
        return read_warc
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")):
        name = file.name.lower()
        if re.search(r"\.warc\.gz$", name):
            return read_warc
        return read_tar if re.search(r"\.(?:tgz|tbz2?|txz|tar\.\w+)$", name) else read_packed
    return None


def _decoded(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")


def _of_text(file: File, head: str) -> Reader | None:
    if markup := _MARKUP.match(head):
        name = (markup["tag"] or markup["type"]).lower()
        if name in _FEEDS:
            return read_feed
        if name in _PAGES:
            return read_html
    text = head.lstrip("\ufeff").lstrip()
    if re.match(r"WEBVTT(?:\s|$)", text) or SRT.match(text):
        return read_captions
    if text.startswith("{"):
        return read_jsonlines if _is_line(text) or file.suffix in (".jsonl", ".ndjson") else read_json
    if re.match(r"\[\s*\{", text):
        return read_json
    if (mail := _MAIL.match(text)) and len(set(map(str.lower, _MAIL_NAMES.findall(mail[0])))) >= 3:
        return read_mail
    if FRONT.match(text):
        return read_markdown
    if file.suffix not in (".txt", ".text", ".md", ".markdown") or file.suffix in (".csv", ".tsv"):
        return None
    return read_table if file.suffix == ".txt" and _is_table(text) else None


def _is_line(text: str) -> bool:
    """Whether the first line is a whole object, or one that goes on beyond what is seen."""
    line, _, more = text.partition("\n")
    return line.rstrip().endswith("}") or (not more and len(line) > 2000)


def _is_table(text: str) -> bool:
    """Whether lines are rows: names of a text and of something else above, as many cells below."""
    lines = text.splitlines()[:3]
    delimiter = delimiter_of(lines[0])
    names = lines[0].lower().count(delimiter) if delimiter else 0
    return (
        names > 1
        and len(lines) > 1
        and len(lines[0]) < 300
        and all(line.count(delimiter or ",") >= names for line in lines[1:2])
    )


def _of_name(file: File) -> Reader:
    reader = BY_SUFFIX.get(file.suffix)
    if reader in (read_packed, read_tar, read_zip, read_warc):
        raise ValueError(f"it is no {file.suffix} file, whatever its name says")
    return reader or read_plain

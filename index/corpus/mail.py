"""Mails (`.eml`, `.mbox`), newsletters above all, and pages that a browser saved into one file (`.mhtml`)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from functools import partial
from typing import Any, BinaryIO

from index.corpus import html
from index.corpus.child import Hints, parsed
from index.corpus.days import day_of
from index.corpus.fields import Fields
from index.corpus.files import INSIDE, File, Found, Reading
from index.corpus.fragment import text_of
from index.errors import ArticleError

SIZE_LIMIT = 32 * 2**20
"""Bytes of the largest mail read, with all that is attached to it."""
STUB = 0.5
"""The part of the plain text's length from which the HTML beside it is the mail; what is shorter is a pointer."""

MBOX = re.compile(rb"From [^\n]{1,200}\d{4}[^\n]{0,20}\r?\n[!-9;-~]+:")
"""How a mailbox begins (RFC 4155): a line of its own before the header of each mail."""
_BETWEEN = re.compile(rb"From [^\n]*\d{4}[^\n]{0,20}\r?\n\Z")


def read_mail(file: File, reading: Reading) -> Iterator[Found]:
    """Give the article that the mail is, or why it cannot be read."""
    return parsed(file, reading, "mail", SIZE_LIMIT)


def read_mbox(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the mails of a mailbox, one file each."""
    try:
        with file.open() as stream:
            for number, mail in enumerate(_mails(stream), start=1):
                name = f"{file.name}{INSIDE}{number}"
                if len(mail) > SIZE_LIMIT:
                    yield ArticleError(name, None, f"it has more than the {SIZE_LIMIT} bytes that are read")
                elif mail.strip():
                    member = f"{file.stem}-{number}.eml"
                    yield File(name, partial(io.BytesIO, mail), member=member, depth=file.depth, budget=file.budget)
    except OSError as error:
        yield ArticleError(file.name, None, f"cannot be read: {error.strerror or error}")


def _mails(stream: BinaryIO) -> Iterator[bytes]:
    """Each mail; of one that is longer than SIZE_LIMIT no more than is needed to see that."""
    lines: list[bytes] = []
    size, empty_before = 0, True
    while line := stream.readline(1 << 16):
        if empty_before and _BETWEEN.match(line):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        elif size <= SIZE_LIMIT:
            lines.append(line.removeprefix(b">") if re.match(rb">+From ", line) else line)
            size += len(line)
        empty_before = not line.strip()
    yield b"".join(lines)


def parse(data: bytes, _hints: Hints) -> list[Fields]:
    """Text, subject, day and sender of a mail. ValueError: it has no text."""
    import email
    import email.policy

    message = email.message_from_bytes(data, policy=email.policy.default)
    saved = message.get("Snapshot-Content-Location")
    page = message.get_body(("html",))
    if page is not None and saved:
        return [html.extract(_content(page), str(saved).strip())]
    text = _text(message)
    if not text:
        raise ValueError("the mail holds no text; save its text as .txt")
    return [
        {
            "id": re.sub(r"[<>\s]", "", str(message.get("Message-ID", ""))) or None,
            "text": text,
            "title": str(message.get("Subject", "")) or None,
            "date": _day(str(message.get("Date", ""))),
            "source": _sender(message),
        }
    ]


def _text(message: EmailMessage) -> str:
    """The HTML's text, or the plain text where it says more; never both, for they say the same."""
    faults: list[ValueError] = []
    texts = {"plain": "", "html": ""}
    for kind in texts:
        part = message.get_body((kind,))
        try:
            texts[kind] = "" if part is None else _content(part)
        except ValueError as error:
            faults.append(error)
    plain = texts["plain"].replace("\r\n", "\n").strip()
    rendered = text_of(texts["html"])
    text = rendered if rendered and len(rendered) >= STUB * len(plain) else plain
    if not text and faults:
        raise faults[0]
    return text


def _day(written: str) -> str | None:
    try:
        return day_of(written).isoformat()
    except ValueError:
        return None


def _sender(message: EmailMessage) -> str | None:
    addresses = getattr(message.get("From"), "addresses", ())
    return (addresses[0].display_name or addresses[0].addr_spec) if addresses else None


def _content(part: Any) -> str:
    if part.get_content_charset() is None:  # a browser leaves the page to say it
        return html.decoded(part.get_payload(decode=True) or b"")
    try:
        content = part.get_content()
    except (LookupError, ValueError) as error:
        raise ValueError(
            f"the mail's text is in a charset that is not known ({error}); save its text as .txt"
        ) from error
    if "\ufffd" in content:
        raise ValueError(
            f"the mail's text is not in the {part.get_content_charset()} that it declares; save it as .txt"
        )
    return str(content)

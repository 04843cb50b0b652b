"""Mails (`.eml`), newsletters above all, and pages that a browser saved into one file (`.mhtml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from typing import Any

from index.corpus import html
from index.corpus.child import Fields, parsed
from index.corpus.files import File, Found, Reading
from index.corpus.fragment import text_of

SIZE_LIMIT = 32 * 2**20
"""Bytes of the largest mail read, with all that is attached to it."""
STUB = 3
"""How many times longer the HTML of a mail must be for its plain text to be no more than a pointer to it."""


def read_mail(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the article that the mail is, or why it cannot be read."""
    return parsed(file, "mail", SIZE_LIMIT)


def parse(data: bytes, _hints: Mapping[str, str | None]) -> list[Fields]:
    """Text, subject, day and sender of a mail. ValueError: it has no text."""
    import email
    import email.policy

    message = email.message_from_bytes(data, policy=email.policy.default)
    saved = message.get("Snapshot-Content-Location")
    if saved or message.get_content_type() == "multipart/related":
        page = message.get_body(("html",))
        if page is not None and saved:
            fields = html.extract(_content(page), str(saved).strip())
            return [{**fields, "date": fields.get("date")}]
    plain, marked = (_part(message, kind) for kind in ("plain", "html"))
    rendered = text_of(marked) if marked else ""
    text = plain if plain.strip() and len(rendered) < STUB * len(plain) else rendered
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("the mail holds no text; save its text as .txt")
    date = message.get("Date")
    sender = message.get("From")
    addresses = getattr(sender, "addresses", ())
    name = (addresses[0].display_name or addresses[0].addr_spec) if addresses else None
    return [
        {
            "id": re.sub(r"[<>\s]", "", str(message.get("Message-ID", ""))) or None,
            "text": text,
            "title": str(message.get("Subject", "")) or None,
            "date": str(date) if date else None,
            "source": name,
            "url": None,
        }
    ]


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else _content(part)


def _content(part: Any) -> str:
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

"""What a parser finds of an article, before it is one; and the article made of it."""

from __future__ import annotations

from index.corpus.days import day_of
from index.corpus.files import File, article_id, refuse_odd_characters
from index.types import Article

Fields = dict[str, str | None]
"""Of one article: text, and id, title, date, source, url where it has them; `fault` alone where it cannot be read."""


def article_of(file: File, fields: Fields) -> Article:
    """The fields as an article; without an id of its own it has the file's name and its text's hash.

    ValueError says what is wrong with them.
    """
    if fields.get("fault"):
        raise ValueError(fields["fault"])
    text = fields.get("text") or ""
    if not text.strip():
        raise ValueError("no article text was found; save its text as .txt")
    for name, value in fields.items():
        refuse_odd_characters(value or "", f"the {name}")
    own, date = fields.get("id"), (fields.get("date") or "").strip()
    return Article(
        id=own if own and own.strip() else article_id(file.stem, text),
        text=text,
        title=_line(fields.get("title")),
        date=day_of(date) if date else None,
        source=_line(fields.get("source")),
        url=_line(fields.get("url")),
    )


def _line(value: str | None) -> str | None:
    return " ".join((value or "").split()) or None

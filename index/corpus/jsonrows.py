"""An object of JSON → the fields of an article: its own names, those of exports, and one level of nesting.

A value under another name than the field's own may be HTML ("content": {"rendered": "<p>..."}); its text is taken.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from index.corpus.fieldnames import BESIDE, FIELDS, VALUES, columns
from index.corpus.fields import Fields
from index.corpus.files import decode, refuse_odd_characters

Rendering = Callable[[str], str]
"""A piece of HTML → its text; ValueError where it has none."""

MARKUP = re.compile(
    r"</(?:p|div|h[1-6]|li|blockquote|article|html|span|em|strong|a)\s*>|<br\s*/?>|<p[\s>]", re.IGNORECASE
)
"""What tells a value that is HTML from one that has a sign of less in it."""

_WRAPPERS = frozenset({"fields", "attributes", "article", "data", "_source", "doc", "document", "item"})
"""Objects that hold fields of the article itself."""
_DEPTH = 3
"""Objects within each other that are looked through for the list of articles."""
_JSON_NAMES = {
    dict: "an object", list: "a list", str: "a string", bool: "a truth value", int: "a number", float: "a number",
}  # fmt: skip


def loaded(data: bytes) -> Any:
    """The value; ValueError says what is wrong with the JSON."""
    try:
        return json.loads(decode(data))
    except json.JSONDecodeError as error:
        where = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"broken JSON at {where}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("the JSON is nested too deep; an article is one flat object") from error


def rows_of(document: Any, given: Mapping[str, str]) -> list[Any]:
    """The articles of a document: a list of them, one of them, or objects around the one list of them."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise ValueError(f"the JSON must be an article or a list of articles, not {name_of(document)}")
    within = document
    for _ in range(_DEPTH):
        if _has_text(within, given):
            break
        lists = [value for value in within.values() if isinstance(value, list) and _are_articles(value, given)]
        if len(lists) == 1:
            return lists[0]
        inner = [value for value in within.values() if isinstance(value, dict)]
        if lists or len(inner) != 1:
            break
        within = inner[0]
    return [document]


def _are_articles(rows: list[Any], given: Mapping[str, str]) -> bool:
    return all(isinstance(row, dict) for row in rows) and any(_has_text(row, given) for row in rows)


def _has_text(row: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    values = _values(row)
    return given.get("text") in values or "text" in columns(values, {})


def fields_of(row: object, given: Mapping[str, str], render: Rendering, *, id_needed: bool) -> Fields:
    """The fields of one object, `given` the user's names of them; ValueError says what would be right.

    `id_needed`: without an id or an address it is refused, as in JSON lines.
    """
    if not isinstance(row, dict):
        raise ValueError(f'a line must be an object {{"id", "text", ...}}, not {name_of(row)}')
    values = _values(row)
    names = columns(values, {field: name for field, name in given.items() if name in values})
    number = values.get("id")
    if not id_needed and isinstance(number, int) and not isinstance(number, bool):
        values["id"] = str(number)  # a database's own, and elsewhere another's
        if "url" in names:
            del names["id"]
    fields: Fields = {field: _string(values, name) for field, name in names.items()}
    address = (fields.get("url") or "").strip()
    if "id" not in names and address:
        fields["id"] = address
    elif id_needed or "id" in names:
        _refuse_blank(fields, names, "id")
    _refuse_blank(fields, names, "text")
    for field in ("text", "title"):
        value = fields.get(field)
        if value and names[field] != field and MARKUP.search(value):
            fields[field] = render(value)
    if (title := fields.get("title")) and names["title"].endswith(".rendered"):
        fields["title"] = html.unescape(title)
    return fields


def _refuse_blank(fields: Fields, names: Mapping[str, str], field: str) -> None:
    value = fields.get(field)
    if value is None:
        raise ValueError(f'no "{field}"; a line needs "id" and "text"')
    if not value.strip():
        raise ValueError(f'"{names[field]}" is blank')


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """What may be a field, by its name: the object's own values, and those of objects in it as "content.rendered".

    Under the field's own name whatever is there counts, so that a wrong one is named.
    """
    own: dict[str, Any] = {}
    nested: dict[str, Any] = {}
    for name, value in row.items():
        inner = value if isinstance(value, dict) else {}
        held = {f"{name}.{key}": one for key, one in inner.items() if isinstance(one, str)}
        if stands := {key: one for key, one in held.items() if key.rpartition(".")[2] in VALUES}:
            own |= stands
        elif isinstance(value, str) or (name in FIELDS and name not in BESIDE and value is not None):
            own[name] = value
        elif isinstance(value, list) and (paragraphs := _paragraphs(value) or _names(name, value)):
            own[name] = "\n\n".join(paragraphs)
        if name in _WRAPPERS:
            nested |= held
    return {**own, **{name: one for name, one in nested.items() if name not in own}}


def _paragraphs(values: list[Any]) -> list[str]:
    """The strings of a list that is nothing but strings, or objects that hold one each; else none."""
    found = [value.get("text", value.get("content")) if isinstance(value, dict) else value for value in values]
    texts = [text.strip() for text in found if isinstance(text, str)]
    return list(filter(None, texts)) if len(texts) == len(values) else []


def _names(name: str, values: list[Any]) -> list[str]:
    """The names in a list of authors or of sections, each an object: [{"name": "Jane Doe", "id": 7}]."""
    if not columns([name], {}).keys() & {"author", "section"}:
        return []
    return [value["name"] for value in values if isinstance(value, dict) and isinstance(value.get("name"), str)]


def name_of(value: object) -> str:
    """What a value of JSON is called."""
    return _JSON_NAMES.get(type(value), "null")


def _string(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    if not isinstance(value, str):
        raise ValueError(f'"{name}" must be a string, not {name_of(value)}')
    refuse_odd_characters(value, f'"{name}"')
    return value

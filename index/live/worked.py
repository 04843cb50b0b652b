"""An article with all that was found in it, and the bytes that stand for both in the journal.

What was found is kept beside the article, so that a start need not find it again; where the versions are no longer
those of the program, or the model is another, it is found anew. A journal that was compacted holds articles alone.
"""

from __future__ import annotations

import contextlib
import functools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from index.errors import DamagedIndexError
from index.types import Article, Passage
from index.vectors import Vectors

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Made:
    """By what: versions of extractor and passages, SHA-256 of the model's weights."""

    extractor: str
    passages: str
    model: str


@dataclass(frozen=True, slots=True)
class Worked:
    """An article, its passages, and of each the vectors of passage and quotation, shape (n, 2, d)."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: Vectors
    made: Made


def to_bytes(worked: Worked) -> bytes:
    """What stands in the journal."""
    texts = orjson.dumps(
        {
            "article": worked.article,
            "made": worked.made,
            "passages": worked.passages,
            "dimension": worked.vectors.shape[-1],
        }
    )
    return b"".join((_LENGTH.pack(len(texts)), texts, worked.vectors.astype("<f4").tobytes()))


def article_to_bytes(article: Article) -> bytes:
    """The article alone."""
    texts = orjson.dumps({"article": article})
    return _LENGTH.pack(len(texts)) + texts


def article_of(payload: bytes) -> Article:
    """The article (DamagedIndexError: these bytes are none)."""
    with _told(payload):
        return _article(_texts(payload))


def worked_of(payload: bytes) -> Worked | None:
    """The article with what was found in it; None where it stands alone (DamagedIndexError: neither)."""
    with _told(payload):
        texts = _texts(payload)
        if "passages" not in texts:
            return None
        passages = tuple(_passages().validate_python(texts["passages"]))
        numbers = np.frombuffer(payload, "<f4", offset=_LENGTH.size + _LENGTH.unpack_from(payload)[0])
        vectors = numbers.reshape(len(passages), 2, texts["dimension"]).astype(np.float32)
        return Worked(_article(texts), passages, vectors, Made(**texts["made"]))


@contextlib.contextmanager
def _told(payload: bytes) -> Iterator[None]:
    try:
        yield
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise DamagedIndexError(f"{len(payload)} bytes of the journal are no article ({error})") from error


def _texts(payload: bytes) -> dict[str, Any]:
    (length,) = _LENGTH.unpack_from(payload)
    texts: dict[str, Any] = orjson.loads(payload[_LENGTH.size : _LENGTH.size + length])
    return texts


def _article(texts: dict[str, Any]) -> Article:
    article: Article = _articles().validate_python(texts["article"])
    return article


# Reading types back from JSON is what pydantic is for; made when used, .01 s.
@functools.cache
def _articles() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Article)


@functools.cache
def _passages() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(list[Passage])

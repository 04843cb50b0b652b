"""Texts that are really encoded, for measuring recall: passages of the made corpus, or sentences of a file."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.build import default_passages
from index.document.sentences import split_sentences
from index.encoder import Encoder
from index.errors import QuoteIndexError
from index.evaluation.made import MadeCorpus, sentences
from index.types import Article
from index.vectors import Vectors

SHORTEST = 4
"""Words of a sentence that counts as a text."""
BATCH = 512
"""Texts encoded at once."""


def passages(articles: Sequence[Article], count: int) -> list[str]:
    """`count` passages of a corpus made of the sentences of `articles`, no two alike."""
    corpus = MadeCorpus(sentences(articles), count)
    maker = default_passages()
    found = []
    for number in range(len(corpus)):
        made = corpus.article(number)
        found += [passage.search_text for passage in maker.make(made.article, made.attributions)]
    return found


def cut(path: Path) -> Iterator[str]:
    """The sentences of a .jsonl file with a `text` a line, and every pair of neighbours in a text.

    Raises:
        QuoteIndexError: a line is not of this kind.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                text = json.loads(line)["text"]
                if not isinstance(text, str):
                    raise TypeError
            except (ValueError, TypeError, KeyError):
                raise QuoteIndexError(
                    f'{path}:{number}: no text; each line must be JSON like {{"text": "..."}}'
                ) from None
            parts = [" ".join(text[start:end].split()) for start, end in split_sentences(text)]
            parts = [part for part in parts if len(part.split()) >= SHORTEST]
            yield from parts
            yield from (f"{one} {other}" for one, other in itertools.pairwise(parts))


def different(texts: Iterable[str], count: int, where: Path) -> list[str]:
    """The first `count` different ones, shuffled always alike (QuoteIndexError: there are fewer)."""
    found: dict[str, None] = {}
    for text in texts:
        found[text] = None
        if len(found) == count:
            order = np.random.default_rng(0).permutation(count)
            listed = list(found)
            return [listed[place] for place in order.tolist()]
    raise QuoteIndexError(f"{where} gives {len(found)} different texts, {count} are needed; lower --vectors")


def encoded(encoder: Encoder, texts: Sequence[str], keep: Path | None) -> tuple[Vectors, float]:
    """The vectors of `texts` and seconds; kept in the file `keep`, or read from it where it is there.

    Raises:
        QuoteIndexError: the file holds something else.
    """
    if keep is not None and keep.exists():
        try:
            kept = np.load(keep, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise QuoteIndexError(f"{keep}: cannot be read ({error}); remove it") from error
        if kept.dtype != np.float32 or kept.ndim != 2 or kept.shape[1] != encoder.dimension or len(kept) < len(texts):
            raise QuoteIndexError(
                f"{keep}: holds {kept.dtype} of shape {kept.shape}, {len(texts)} vectors of {encoder.dimension}"
                " dimensions are needed; remove it"
            )
        return kept[: len(texts)], 0.0
    started = time.perf_counter()
    vectors: Vectors = np.concatenate([encoder.encode(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])
    seconds = time.perf_counter() - started
    if keep is not None:
        np.save(keep, vectors)
    return vectors, seconds

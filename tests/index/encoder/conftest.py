"""Tiny models of random weights, saved as sentence-transformers saves them: exported in a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.encoder import SentenceTransformerEncoder
from index.encoder.export import export

WORDS = "the ferry bridge is late closed said mayor she river guard people free ticket no one asked . , ? “ ” '".split()
LIMIT = 16

MakeModel = Callable[..., Path]


def save_model(folder: Path, *, pooling: str = "mean", hidden: int = 32, seed: int = 1) -> Path:
    """A BERT of two layers; its tokenizer knows `WORDS` and, piece by piece, every lower-case Latin letter."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters, *(f"##{one}" for one in letters)]
    inner = folder / "transformer"
    inner.mkdir(parents=True)
    (inner / "vocab.txt").write_text("\n".join(dict.fromkeys(tokens)) + "\n", "utf-8")
    BertTokenizerFast(str(inner / "vocab.txt")).save_pretrained(str(inner))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(dict.fromkeys(tokens)),
        hidden_size=hidden,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(str(inner))
    transformer = Transformer(str(inner), max_seq_length=LIMIT)
    model = SentenceTransformer(modules=[transformer, Pooling(hidden, pooling_mode=pooling)], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny model with mean pooling."""
    return save_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def reference(tiny: Path) -> SentenceTransformerEncoder:
    """The tiny model under sentence-transformers."""
    return SentenceTransformerEncoder(str(tiny))


@pytest.fixture(scope="session")
def exported_folder(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, exported; not to be changed."""
    folder = tmp_path_factory.mktemp("exported")
    assert export(str(tiny), folder).reason == ""
    return folder


@pytest.fixture
def made() -> list[Any]:
    """What `make` was asked for."""
    return []


@pytest.fixture
def make(made: list[Any]) -> Callable[[str | None, Path], object]:
    """Exports in this very process."""

    def export_here(model: str | None, folder: Path) -> object:
        made.append(model)
        return export(model, folder)

    return export_here

"""Texts → vectors: a sentence-transformers model, exported once and run without torch.

protocol    what an encoder is, and the one place where vectors are normalised
models      which model is meant: the packaged one, a folder, a name of the hub
reference   the model under sentence-transformers: what the export is checked against, and the fallback
exported    the exported model under onnxruntime
export      sentence-transformers → an exported model, checked
kept        where exported models lie, made once, whole or not at all

`reference` and `export` alone import torch, and only when they are used.
"""

from index.encoder.kept import default_encoder
from index.encoder.models import MODEL_VARIABLE, PACKAGED_MODEL, PACKAGED_SHA256
from index.encoder.protocol import Encoder, normalised
from index.encoder.reference import SentenceTransformerEncoder

__all__ = [
    "MODEL_VARIABLE",
    "PACKAGED_MODEL",
    "PACKAGED_SHA256",
    "Encoder",
    "SentenceTransformerEncoder",
    "default_encoder",
    "normalised",
]

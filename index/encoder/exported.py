"""An exported model under onnxruntime: tokens → vectors."""

from __future__ import annotations

import importlib
import itertools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.protocol import Vectors, cores, normalised

GRAPH = "model.onnx"
"""Token ids of n texts of one length, shape (n, t) → vectors, shape (n, d): pooling and normalisation are inside."""
WEIGHTS = "weights.bin"
"""What the graph multiplies by, where it names this file: mapped, so that nobody reads what no text asks for."""
TOKENS = "tokenizer.json"
"""The tokenizer, its limit of tokens set and its padding off."""

TOGETHER = 512
"""Tokens of a run. Its weights, 10 MB with MiniLM, are read once for all of them."""


class ExportedEncoder:
    """A folder that `index.encoder.export` wrote. Thread safe: several threads may encode at once.

    A text's vector is the same bits alone and in any batch. `together`: texts of as many tokens may share a run, as the
    model gives each the same bits there; else each runs alone. Nothing is padded, so no mask is needed. The runs are
    shared out among as many threads as there are cores.

    Raises:
        OSError, ValueError: the folder cannot be read as such a model.
    """

    def __init__(
        self, folder: Path, *, name: str, fingerprint: str, dimension: int, prompt: str = "", together: bool = False
    ) -> None:
        self.folder = folder
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension
        self._prompt = prompt
        self._tokens = TOGETHER if together else 1
        tokens = (folder / TOKENS).read_text("utf-8")
        try:
            self._tokenizer: Any = importlib.import_module("tokenizers").Tokenizer.from_str(tokens)
            self._session = _session(folder / GRAPH)
        except Exception as error:  # both libraries raise what is no more than an Exception
            raise ValueError(f"{folder} holds no exported model: {error}") from error
        (self._input,) = (one.name for one in self._session.get_inputs())

    def encode(self, texts: Sequence[str], threads: int | None = None) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1. Longer texts are cut at the model's limit.

        `threads`: at most so many, by default as many as there are cores.
        """
        rows = np.zeros((len(texts), self.dimension), np.float32)
        read = [self._ids(text) for text in texts]

        def work(runs: Iterator[list[int]]) -> None:
            for places in runs:
                rows[places] = self.run(np.array([read[place] for place in places], np.int64))

        # One iterator for all threads: `next` of a list's iterator is one step under the GIL.
        runs = _runs(list(map(len, read)), self._tokens)
        waiting, threads = iter(runs), min(threads or cores(), len(runs))
        if threads > 1:
            with ThreadPoolExecutor(threads) as pool:
                for done in [pool.submit(work, waiting) for _ in range(threads)]:
                    done.result()
        else:
            work(waiting)
        return normalised(rows)

    def run(self, ids: NDArray[np.int64]) -> Vectors:
        """The vectors of texts of t tokens, shape (n, t), by one run of the model, shape (n, dimension)."""
        vectors: Vectors = self._session.run(None, {self._input: ids})[0]
        return vectors

    def _ids(self, text: str) -> list[int]:
        return tokenized(self._tokenizer, self._prompt, text)


def tokenized(tokenizer: Any, prompt: str, text: str) -> list[int]:
    """The token ids of a text; none of them where the tokenizer finds none."""
    # Half a surrogate pair is no text to the tokenizer; surrounding space is none to sentence-transformers.
    readable = (prompt + text.strip()).encode("utf-8", "replace").decode("utf-8")
    ids: list[int] = tokenizer.encode(readable).ids
    return ids


def _runs(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Places of texts that are run together: of one length, `tokens` at most if not one alone; none without a token.

    The longest come first: then the threads end together.
    """
    runs = []
    order = sorted((place for place, length in enumerate(lengths) if length), key=lambda place: -lengths[place])
    for length, places in itertools.groupby(order, key=lengths.__getitem__):
        alike, most = list(places), max(1, tokens // length)
        runs += [alike[start : start + most] for start in range(0, len(alike), most)]
    return runs


def _session(graph: Path) -> Any:
    # Read when the library is imported: without it, that writes telemetry files and names an endpoint.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    onnxruntime: Any = importlib.import_module("onnxruntime")
    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    # One thread a run: threads that share one text wait for each other, and spinning they take the others' cores.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # It plans memory for each length of text anew and keeps every plan.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(
        str(graph),
        options,
        providers=["CPUExecutionProvider"],
        # Measured: the two operations apart take 5.9 ms a text of 38 words, fused into one 6.4.
        disabled_optimizers=["SkipLayerNormFusion"],
    )

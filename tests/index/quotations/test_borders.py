"""Borders of what is reported: the words that hang on one, in any tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from index.quotations.borders import reach

VOCAB = Vocab()


def tree(heads: list[int]) -> Doc:
    return Doc(VOCAB, words=["word"] * len(heads), heads=heads, deps=["dep"] * len(heads))


@st.composite
def trees(draw: st.DrawFn) -> list[int]:
    """Heads of one to a dozen words, in one tree or several, arcs crossing or not."""
    order = draw(st.permutations(range(draw(st.integers(1, 12)))))
    heads = list(range(len(order)))
    for n, word in enumerate(order):
        heads[word] = order[draw(st.integers(0, n))]
    return heads


def test_all_that_hangs_on_a_word_is_reached() -> None:
    assert reach(tree([1, 1, 4, 4, 1])[4]) == [2, 3, 4]


def test_what_stands_inside_and_hangs_on_another_word_is_not_reached() -> None:
    doc = tree([2, 3, 2, 3])
    assert reach(doc[2]) == [0, 2]
    assert reach(doc[3]) == [1, 3]


@given(trees())
def test_in_every_tree_the_same_words_are_reached_as_by_walking_it(heads: list[int]) -> None:
    doc = tree(heads)
    assert [reach(token) for token in doc] == [sorted(t.i for t in token.subtree) for token in doc]

from __future__ import annotations

from index.evaluation.alignment import characters
from index.evaluation.graded import grades_of
from index.types import Article, Attribution, Hit, Passage, Quotation

TEXT = "“We go home,” she said. “Nobody stays.” “The ferry sails.”"
ARTICLE = Article("a", TEXT)


def letters(words: str) -> frozenset[int]:
    start = TEXT.index(words)
    return characters(TEXT, [(start, start + len(words))])


GOLD = {"a": {name: letters(words) for name, words in (("go", "We go home"), ("stay", "Nobody stays"))}}


def hit(*words: str, article: Article = ARTICLE) -> Hit:
    spans = tuple(article.span(article.text.index(one), article.text.index(one) + len(one)) for one in words)
    quotation = Quotation(article.id, "direct", spans)
    whole = article.span(0, len(article.text))
    return Hit(1, 0.5, Passage(Attribution(quotation), whole, "words"), article)


def test_hit_has_the_grade_of_the_quotation_that_it_holds() -> None:
    assert grades_of([hit("The ferry sails."), hit("We go home,")], GOLD, {"go": 2, "stay": 1}) == [0, 2]


def test_each_quotation_counts_once() -> None:
    assert grades_of([hit("We go home"), hit("We go home,"), hit("Nobody stays.")], GOLD, {"go": 2, "stay": 1}) == [
        2,
        0,
        1,
    ]


def test_hit_that_holds_two_has_the_better_grade() -> None:
    assert grades_of([hit("We go home,", "Nobody stays.")], GOLD, {"go": 1, "stay": 2}) == [2]


def test_four_letters_of_five_are_held_and_three_are_not() -> None:
    # "Nobody stays" has eleven letters: "Nobody sta" holds nine, "Nobody st" eight.
    assert grades_of([hit("Nobody sta")], GOLD, {"stay": 2}) == [2]
    assert grades_of([hit("Nobody st")], GOLD, {"stay": 2}) == [0]


def test_same_places_in_another_article_are_not_held() -> None:
    assert grades_of([hit("We go home,", article=Article("b", TEXT))], GOLD, {"go": 2}) == [0]

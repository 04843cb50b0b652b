import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.extraction import SieveExtractor
from index.passages import LONGEST, make_passages
from index.types import Article, Attribution, Passage, Quotation, Speaker


def passages(text: str) -> list[tuple[str, str]]:
    article = Article("a", text)
    made = make_passages(article, next(iter(SieveExtractor().extract([article]))))
    assert all(article.holds(p.span) for p in made)
    return [(p.attribution.quotation.text, p.span.text) for p in made]


def test_a_passage_takes_in_the_sentence_that_carries_the_quotation() -> None:
    text = "It rained on Monday. “We lost the vote and we will not try again this year,” Mara Lind said. It stopped."
    assert passages(text) == [
        (
            "We lost the vote and we will not try again this year,",
            "“We lost the vote and we will not try again this year,” Mara Lind said.",
        )
    ]


def test_a_fragment_takes_in_the_sentence_before() -> None:
    text = "The council met on Monday. Mara Lind warned of broader “legal options”. It rained."
    assert passages(text) == [
        ("broader “legal options”", "The council met on Monday. Mara Lind warned of broader “legal options”.")
    ]


def test_reported_speech_introduces_the_words_of_the_same_speaker() -> None:
    text = (
        "Mara Lind said the harbour plan was dead.\n\n"
        "“Nobody on this council will raise a hand for it again, not this year,” she said."
    )
    assert passages(text)[1][1] == text


def test_words_that_point_back_take_in_what_the_same_speaker_said_before() -> None:
    text = (
        "“The harbour plan was voted down for the third time in a row,” Mara Lind said.\n\n"
        "“It will never come back, and nobody here will miss it in the least,” she added."
    )
    assert passages(text)[1][1] == text


def test_a_passage_holds_the_mention_in_the_paragraph_before() -> None:
    text = (
        "Mara Lind, the mayor, outlined her terms.\n\n"
        "“We want a new vote before the end of the year, and a public one.”"
    )
    assert passages(text) == [("We want a new vote before the end of the year, and a public one.", text)]


def test_a_passage_never_begins_inside_a_quotation() -> None:
    text = (
        "“Our patience is at an end. Now it is up to them,” Mara Lind wrote on Monday, "
        "as Ola Berg warned there would be “no mercy” for anybody. It rained."
    )
    assert passages(text)[1] == (
        "there would be “no mercy” for anybody",
        text.removesuffix(" It rained."),
    )


SAID = "“We lost the vote and we will not try again this year,” Mara Lind said."
COUNCIL = "The council met in the old\u00a0mill on Tuesday."


@pytest.mark.parametrize(
    ("text", "title", "heading"),
    [
        (SAID, "Vote\n lost", "Vote lost\n"),
        (SAID, None, ""),
        (f"{COUNCIL}\n\n{SAID}", None, "The council met in the old mill on Tuesday.\n"),
        (f"{COUNCIL} {SAID}\n\nIt rained.", None, ""),
        (f"{'word ' * 80}\n\n{SAID}", None, ("word " * 60).strip() + "\n"),
    ],
    ids=["title", "itself the first paragraph", "first paragraph", "within the first paragraph", "cut"],
)
def test_search_text_begins_with_what_tells_the_subject_and_the_speaker(
    text: str, title: str | None, heading: str
) -> None:
    article = Article("a", text, title)
    (passage,) = make_passages(article, next(iter(SieveExtractor().extract([article]))))
    assert passage.search_text == f"{heading}Mara Lind: {SAID}"
    assert passage.spoken_text == "Mara Lind: We lost the vote and we will not try again this year,"


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["It rained. ", "“We lost.” ", "word ", "\n\n", "x" * 400 + " "]), min_size=1), st.data()
)
def test_passages_cover_their_quotation_and_stay_short(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces) + "end"
    article = Article("a", text)
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        return
    attribution = Attribution(
        Quotation("a", "direct", (article.span(start, end),)), Speaker("x", "X", "person"), "name", 0.5
    )
    (passage,) = make_passages(article, [attribution])
    assert isinstance(passage, Passage)
    assert passage.span.start <= start
    assert end <= passage.span.end
    longest_sentence = max(len(s) for s in text.split("\n"))
    assert len(passage.span.text) <= max(LONGEST, end - start + 2 * longest_sentence)

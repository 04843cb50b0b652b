"""Interviews: whose words the answers are, and what is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import read_documents
from index.quotations.interviews import interviewee
from index.quotations.transcript import find_turns
from index.types import Article


def turns(text: str) -> list[tuple[str, str | None]]:
    article = Article("a", text)
    found = find_turns(next(read_documents([article])))
    assert all(article.holds(turn.content) for turn in found)
    return [(turn.content.text, turn.label.text if turn.label else None) for turn in found]


HEAD = "The beekeeper\n\nLena Fisk has kept bees for ten years. She spoke to Harald Moe about stings.\n\n"
ASKED = [
    ("Do they sting you?", None),
    ("Every day. I like it.", "Lena Fisk"),
    ("And you still go up there?", None),
    ("I like the view.", "Lena Fisk"),
]


@pytest.mark.parametrize(
    "form",
    [
        ("Q: {}", "A: {}"),
        ("Q. {}", "A. {}"),
        ("Q  {}", "A  {}"),
        ("**Q:** {}", "**A:** {}"),
        ("Q: “{}”", "A: “{}”"),
        ("**{}**", "{}"),
        ("{}", "{}"),
    ],
)
def test_answers_are_of_whom_the_introduction_names(form: tuple[str, str]) -> None:
    lines = [form[i % 2].format(words) for i, (words, _) in enumerate([*ASKED, *ASKED[:2]])]
    assert turns(HEAD + "\n\n".join(lines)) == [*ASKED, *ASKED[:2]]


def test_paragraphs_behind_the_last_answer_are_of_it_in_the_first_person_alone() -> None:
    text = HEAD + "\n\n".join(["Q: Do they sting?", "A: Yes.", "Q: And then?", "A: I wait."])
    assert turns(f"{text}\n\nMy sister waits too.\n\nThe roof opens in May.")[4:] == [
        ("My sister waits too.", "Lena Fisk")
    ]


def test_a_hearing_names_who_asks_and_who_speaks_between() -> None:
    text = (
        "The trial of Nils Falk.\n\nBY MR. LARKIN:\n\nQ  Did you see it?\n\nA  I saw two.\n\nQ  Did they move?\n\n"
        "A  One did.\n\nTHE COURT: We will take a break."
    )
    assert turns(text) == [
        ("Did you see it?", "MR. LARKIN"),
        ("I saw two.", "Nils Falk"),
        ("Did they move?", "MR. LARKIN"),
        ("One did.", "Nils Falk"),
        ("We will take a break.", "THE COURT"),
    ]


def test_initials_stand_for_the_name_before_them() -> None:
    text = "The Post: Why law?\n\nSadia Karim: My mother said no.\n\nThe Post: And now?\n\nSK: Now she says yes."
    assert [label for _, label in turns("Sadia Karim is a judge.\n\n" + text)][1::2] == ["Sadia Karim", "Sadia Karim"]


@pytest.mark.parametrize(
    "text",
    [
        "Lise Berg warned of floods.\n\nWhen will it come?\n\nAt noon.\n\nShould you go?\n\nYes.\n\nWhere?\n\nTo Oslo.",
        "Ola Berg: “I am tired.” He left.\n\nMara Lind: “So am I.” She stayed.\n\nOla Berg: “Good night.” He slept.",
        "A. Berg said so.\n\nQ: Who is it?\n\nIt rained.",
    ],
)
def test_lists_of_questions_and_narration_are_no_interview(text: str) -> None:
    assert turns(text) == []


@pytest.mark.parametrize(
    ("introduction", "expected"),
    [
        ("Mind and matter: an interview with physicist Ida Storm-Lie\n\nHer book is out in May.", "Ida Storm-Lie"),
        ("Ida Storm runs a lab. By Per Holm", "Ida Storm"),
        ("Per Holm met Ida Storm, 44, at her laboratory.", "Ida Storm"),
        ("It rained.", None),
    ],
)
def test_the_interviewee_is_the_one_who_is_met_or_described(introduction: str, expected: str | None) -> None:
    document = next(read_documents([Article("a", f"{introduction}\n\nQ: Why?")]))
    found = interviewee(document, len(document.blocks) - 1)
    assert (found.text if found else None) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Q: ", "A: ", "**", "\n\n", "Why you?", "I do", "Ida Lie ", "“", "”", "SK: "]), max_size=30
    )
)
def test_turns_lie_in_the_text_whatever_it_is(parts: list[str]) -> None:
    text = "".join(parts)
    if text.strip():
        turns(text)


@pytest.mark.parametrize(
    "opening",
    [
        "Conductor Ilse Brandauer, 68, retires this summer. She spoke to Felix Amann in Graz.",
        "Felix Amann of this paper met the conductor in Graz. Ilse Brandauer retires this summer.",
    ],
)
def test_whom_a_question_speaks_to_by_name_is_who_answers(opening: str) -> None:
    asked = ["Ms Brandauer, when did you begin?", "And who taught you?", "What will you do next?"]
    answers = [
        "At eleven. My father took me along.",
        "My mother. Nobody else would.",
        "Sleep. Then I learn Portuguese.",
    ]
    lines = [line for pair in zip(asked, answers, strict=True) for line in pair]
    found = turns("An easy choice\n\n" + "\n\n".join([opening, *lines]))
    assert next(label for _, label in found if label is not None).endswith("Ilse Brandauer")
    assert [words for words, label in found if label is not None] == answers

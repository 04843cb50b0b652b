"""Whose words are asked for: questions over made-up names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions import Questions
from index.recorder import forms
from index.types import Speaker

PEOPLE = [
    Speaker("anton-varga", "Anton Varga", "person", ("Varga",)),
    Speaker("livia-varga", "Livia Varga", "person"),
    Speaker("noor-selim", "Noor Selim", "person", ("Selim",)),
    Speaker("siobhan-o-dell", "Siobhán O’Dell", "person"),
    Speaker("marek-thys", "Marek Thys", "person"),
    Speaker("veldania", "Veldania", "organisation", ("the Veldanians",)),
    Speaker("river-council", "River Council", "organisation"),
    Speaker("port-authorities", "Port authorities", "group"),
    Speaker("analysts", "analysts", "group"),
    Speaker("an-aide@1", "an aide", "unnamed"),
]
VARGAS = ("anton-varga", "livia-varga")


class OnRecord:
    """A record of these people; the first article is of 10 January 2026."""

    def names(self) -> list[tuple[str, Speaker]]:
        return [(form, speaker) for speaker in PEOPLE for form in forms(speaker)]

    def roles(self) -> list[tuple[str, str]]:
        return [(speaker.id, role) for speaker in PEOPLE for role in speaker.roles]

    def earliest(self) -> dt.date:
        return dt.date(2026, 1, 10)


CARRIED = {"dam", "ferry", "kahn"}
QUESTIONS = Questions(OnRecord(), CARRIED.__contains__)


@pytest.mark.parametrize(
    ("question", "speakers"),
    [
        ("What does Selim expect?", ("noor-selim",)),
        ("what does selim expect", ("noor-selim",)),
        ("What did Anton Varga say about the dam?", ("anton-varga",)),
        ("What did Varga say about the dam?", VARGAS),
        ("according to Selim, who is to blame?", ("noor-selim",)),
        ("According to the analyst Noor Selim, what comes next?", ("noor-selim",)),
        ("Selim on attrition", ("noor-selim",)),
        ("Noor Selim about the harbour", ("noor-selim",)),
        ("Selim's view of the ceasefire", ("noor-selim",)),
        ("What is Thys’ opinion of the treaty?", ("marek-thys",)),
        ("What are Thys’s latest comments on wages?", ("marek-thys",)),
        ("the views of Thys on taxes", ("marek-thys",)),
        ("statements by Livia Varga", ("livia-varga",)),
        ("Has Selim commented on the floods?", ("noor-selim",)),
        ("Is Thys warning of a recession?", ("marek-thys",)),
        ("Why does the former three-star general Thys fear a long war?", ("marek-thys",)),
        ("How does Siobhan O'Dell see the future?", ("siobhan-o-dell",)),
        ("What did O’Dell tell reporters?", ("siobhan-o-dell",)),
        ("What did Selim and Thys say about the ferry?", ("noor-selim", "marek-thys")),
        ("What did Selim, the engineer, say on Friday?", ("noor-selim",)),
        ("Which numbers did Selim actually quote?", ("noor-selim",)),
        ("I want to know what Thys thinks of it", ("marek-thys",)),
        ("Did Veldania announce a retreat?", ("veldania",)),
        ("What did the River Council say about tickets?", ("river-council",)),
        ("according to the River Council", ("river-council",)),
        ("What did Port authorities declare?", ("port-authorities",)),
        ("Statement by Veldania on the strikes", ("veldania",)),
    ],
)
def test_who_is_asked_as_the_speaker_is_understood(question: str, speakers: tuple[str, ...]) -> None:
    assert QUESTIONS.understand(question).speakers == speakers


@pytest.mark.parametrize(
    "question",
    [
        "Is Veldania openly supporting the rebels?",
        "Should Veldania talk to the river villages?",
        "What does Veldania want?",
        "What do analysts say about Selim?",
        "What did an aide say?",
        "Who criticised Thys?",
        "Who is Noor Selim?",
        "What happened to Varga?",
        "Who said Selim was wrong?",
        "What did critics of Selim say?",
        "Who agrees with Selim's view?",
        "What do people think about Thys’s claims?",
        "Selim on trial for fraud",
        "Is Thys support falling?",
        "Thys talks with the rebels",
        "What did Igor Varga say about London?",
        "What was the reaction to Selim?",
        "Will Selim resign?",
        "How was the River Council founded?",
        "Why did Veldania attack the port?",
        "",
        "???",
    ],
)
def test_who_is_the_subject_is_left_alone(question: str) -> None:
    assert QUESTIONS.understand(question).speakers == ()


def test_a_title_in_front_of_a_surname_is_no_first_name() -> None:
    assert QUESTIONS.understand("What did General Varga say?").speakers == VARGAS


@given(
    st.text()
    | st.lists(st.sampled_from("What did Selim Thys Varga 's ’ , and say says of by on @0 the".split())).map(" ".join)
)
def test_any_question_is_understood_somehow(question: str) -> None:
    assert set(QUESTIONS.understand(question).speakers) <= {speaker.id for speaker in PEOPLE}

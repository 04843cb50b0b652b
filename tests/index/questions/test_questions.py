"""Whose words are asked for: questions over made-up names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.evaluation.names import MadeUp
from index.joining import forms
from index.queries import Guess
from index.questions import Questions, patterns
from index.types import Speaker

PEOPLE = [
    Speaker("anton-varga", "Anton Varga", "person", ("Varga",)),
    Speaker("livia-varga", "Livia Varga", "person"),
    Speaker("noor-selim", "Noor Selim", "person", ("Selim",), ("a harbour engineer", "Veldania’s Defence Minister")),
    Speaker("siobhan-o-dell", "Siobhán O’Dell", "person"),
    Speaker("marek-thys", "Marek Thys", "person", (), ("a retired three-star general", "a security analyst")),
    Speaker("ada-mcrowan", "Ada McRowan", "person", (), ("the mayor of Lodora", "Secretary-General of the League")),
    Speaker("bo-kranz", "Bo Kranz", "person", (), ("deputy mayor of Lodora", "rebel spokesman", "a doctor in Lodora")),
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
TODAY = dt.date(2026, 11, 24)
QUESTIONS = Questions(OnRecord(), CARRIED.__contains__)


@pytest.mark.parametrize(
    ("question", "speakers"),
    [
        ("What does Selim expect?", ("noor-selim",)),
        ("what does selim expect", ("noor-selim",)),
        ("What did Anton Varga say about the dam?", ("anton-varga",)),
        ("What did Varga say about the dam?", VARGAS),
        ("according to Selim, who is to blame?", ("noor-selim",)),
        ("Selim vs Thys on wages", ("noor-selim", "marek-thys")),
        ("Selim and Thys on wages", ("noor-selim", "marek-thys")),
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


@pytest.mark.parametrize(
    ("question", "speakers", "corrections"),
    [
        ("What did Tyhs say about the dam?", ("marek-thys",), (("Tyhs", "Thys"),)),
        ("what did thyss say about the dam", ("marek-thys",), (("thyss", "Thys"),)),
        ("What did Macrowan say about roads?", ("ada-mcrowan",), (("Macrowan", "McRowan"),)),
        ("what did mcrowan say about roads", ("ada-mcrowan",), ()),
        ("Nor Selim on wages", ("noor-selim",), ()),
        ("Noor Sellim on wages", ("noor-selim",), (("Sellim", "Selim"),)),
        ("Mraek Thys: wages", ("marek-thys",), (("Mraek", "Marek"),)),
        ("What did Vagra say?", VARGAS, (("Vagra", "Varga"),)),
        ("waht did mcrowen say about roads", ("ada-mcrowan",), (("waht", "what"), ("mcrowen", "McRowan"))),
        ("what ddi Thys sya about roads", ("marek-thys",), (("ddi", "did"), ("sya", "say"))),
        ("quotes by Siobhan O’Dll on floods", ("siobhan-o-dell",), ()),
    ],
)
def test_a_letter_may_be_wrong(
    question: str, speakers: tuple[str, ...], corrections: tuple[tuple[str, str], ...]
) -> None:
    understood = QUESTIONS.understand(question)
    if corrections or "mcrowan" in question:
        assert (understood.speakers, understood.corrections) == (speakers, corrections)
    else:
        assert understood.corrections == (), "three letters or fewer are too few to tell"


@pytest.mark.parametrize(
    "question",
    [
        "What did Igor Vagra say?",  # somebody else of a like name
        "What did Kahn say?",  # on record as it is spelt
        "What do critics say?",
        "What did NASA say?",
        "What did the Thysses say?",
        "What Did Critics Say About the Dam?",
    ],
)
def test_no_other_word_is_taken_for_a_misspelt_name(question: str) -> None:
    understood = QUESTIONS.understand(question)
    assert (understood.speakers, understood.corrections) == ((), ())


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("what did they say about Tyhs", "what did they say about Thys"),
        ("Who is Macrowan?", "Who is McRowan?"),
    ],
)
def test_a_misspelt_name_that_is_a_subject_is_searched_as_it_is_spelt(question: str, corrected: str) -> None:
    understood = QUESTIONS.understand(question)
    assert (understood.speakers, understood.corrected) == ((), corrected)


@pytest.mark.parametrize(
    ("question", "speakers", "likely"),
    [
        ("What did the defence minister say about wages?", ("noor-selim",), ()),
        ("What did Veldania’s defense minister say about wages?", ("noor-selim",), ()),
        ("the mayor of Lodora on floods", ("ada-mcrowan",), ()),
        ("Rebel spokeswoman on casualties", ("bo-kranz",), ()),
        ("Which general thinks it will end?", (), ("marek-thys",)),
        ("what do analysts say", (), ("marek-thys", "analysts")),
        ("Which analysts expect a ceasefire?", (), ("marek-thys", "analysts")),
        ("Did any doctor warn of a shortage?", (), ("bo-kranz",)),
        ("What did the Grelian spokesman say?", (), ("bo-kranz",)),
        ("What did the retired general Thys say?", ("marek-thys",), ()),
        ("mcrowan roads", (), ("ada-mcrowan",)),
        ("Who is the mayor of Lodora?", (), ()),
        ("What did the mayor of Grelia say?", (), ()),
        ("Who agrees with the mayor of Lodora?", (), ()),
        ("Did the plumber warn of a shortage?", (), ()),
    ],
)
def test_roles_mean_who_holds_them(question: str, speakers: tuple[str, ...], likely: tuple[str, ...]) -> None:
    understood = QUESTIONS.understand(question)
    assert (understood.speakers, understood.likely) == (speakers, likely)


def test_a_role_in_front_of_a_name_tells_two_of_one_name_apart() -> None:
    one = Speaker("ivo-brandt", "Ivo Brandt", "person", (), ("a bus driver",))
    two = Speaker("uta-brandt", "Uta Brandt", "person", (), ("Health Minister",))
    asked = Questions(MadeUp([one, two], [(who.id, who.roles[0]) for who in (one, two)]), set().__contains__)
    assert asked.understand("What did Brandt say?").speakers == ("ivo-brandt", "uta-brandt")
    assert asked.understand("What did the health minister Brandt say?").speakers == ("uta-brandt",)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("What did Selim say about border posts?", "border posts?"),
        ("According to Selim, who is to blame?", "who is to blame?"),
        ("Why does Selim fear a long war?", "Why fear a long war?"),
        ("Selim: “border posts”", "border posts”"),
        ("What did Selim say since March about the “border posts”?", "the “border posts”?"),
        ("border posts since March", "border posts"),
        ("What did Selim say?", ""),
        ("Who is Selim?", "Who is Selim?"),
        ("mcrowan roads", "mcrowan roads"),
    ],
)
def test_whom_and_when_are_not_searched(question: str, searched: str) -> None:
    assert QUESTIONS.understand(question, TODAY).searched == searched


def test_every_guess_carries_its_words() -> None:
    question = "What did Tyhs and the mayor of Lodora say since March?"
    understood = QUESTIONS.understand(question, TODAY)
    assert understood.guesses == (
        Guess("speakers", "Tyhs", 9, 13, ("marek-thys",)),
        Guess("spelling", "Tyhs", 9, 13, taken="Thys"),
        Guess("roles", "the mayor of Lodora", 18, 37, ("ada-mcrowan",)),
        Guess("dates", "since March", 42, 53),
    )
    assert (understood.since, understood.until) == (dt.date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        ("speakers", {"roles", "dates"}),
        ("roles", {"speakers", "spelling", "dates"}),
        ("dates", {"speakers", "spelling", "roles"}),
        ("spelling", {"roles", "dates"}),
    ],
)
def test_a_wrong_guess_is_switched_off(ignore: str, left: set[str]) -> None:
    question = "What did Tyhs say since March? What did the mayor of Lodora say?"
    assert {guess.kind for guess in QUESTIONS.understand(question, TODAY, [ignore]).guesses} == left


def test_may_is_a_name_where_somebody_is_called_so() -> None:
    asked = Questions(OnRecord(), CARRIED.__contains__)
    may = Questions(MadeUp([Speaker("ida-may", "Ida May", "person")]), CARRIED.__contains__)
    assert asked.understand("What happened in May?", TODAY).since == dt.date(2026, 5, 1)
    assert may.understand("What did May say?", TODAY).speakers == ("ida-may",)


WORDS = """What did Selim Thys Tyhs Varga McRowan macrowan mayor of Lodora minister the
analysts say says said on by about
since March in 2026 last week 27 February between 3 and 10 May , ' ’ s : ? @0 “ waht ddi June""".split()


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_question_is_understood_somehow(question: str) -> None:
    understood = QUESTIONS.understand(question, TODAY)
    known = {speaker.id for speaker in PEOPLE}
    assert {*understood.speakers, *understood.likely} <= known
    assert not set(understood.speakers) & set(understood.likely)
    for guess in understood.guesses:
        assert guess.text == question[guess.start : guess.end] != ""
        assert set(guess.speakers) <= known
    at = 0
    for word in understood.searched.split():
        at = question.index(word, at) + len(word)
    if understood.since and understood.until:
        assert understood.since <= understood.until


_SPOKEN = (
    "what did has is do which how many according to in the words of @0 @1 @2 and or , ’ s say said : view of by from on"
)


@given(st.lists(st.sampled_from([*_SPOKEN.split(), *"recommendations also exactly expect criticism trial x".split()])))
def test_patterns_found_only_where_one_can_begin_are_all_of_them(words: list[str]) -> None:
    text = " ".join(words)
    searched = [match.span() for pattern in patterns._PERSON for match in pattern.finditer(text)]
    searched += [match.span() for pattern in patterns._BODY for match in pattern.finditer(text)]
    searched += [match.span() for pattern in patterns._ROLE for match in pattern.finditer(text)]
    assert [(one.start, one.end) for one in patterns.asked(text)] == searched

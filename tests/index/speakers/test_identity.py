"""One id for one speaker over all articles, whatever the order in which they were read."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.extraction import SieveExtractor
from index.speakers.identity import identify, speaker_id
from index.types import Article, ArticleSpeaker, Gender, Speaker, SpeakerKind


def said(
    name: str, article: str, kind: SpeakerKind = "person", gender: Gender | None = None, quotations: int = 1
) -> ArticleSpeaker:
    within = article if kind == "unnamed" or " " not in name else None
    speaker = Speaker(speaker_id(name, within), name, kind, gender=gender)
    return ArticleSpeaker(speaker, article, None, quotations)


def ids(*of: ArticleSpeaker) -> list[str]:
    found = [""] * len(of)
    for person in identify(of):
        for place in person.members:
            found[place] = person.id
    return found


@pytest.mark.parametrize(
    ("names", "id_"),
    [
        (("Tariq Khan", "TARIQ KHAN", "Gen Tariq Khan"), "tariq-khan"),
        (("José Díaz", "Jose Diaz"), "jose-diaz"),
        (("Jean-Luc Roy", "Jean Luc Roy"), "jean-luc-roy"),
        (("Abdul-Basit", "Abdul Basit"), "abdul-basit"),
        (("Ken Griffey Jr", "Ken Griffey, Jr."), "ken-griffey-jr"),
        (("Donald J. Trump", "Donald Trump", "Donald John Trump"), "donald-trump"),
        (("J.D. Vance", "J. D. Vance", "JD Vance"), "j-d-vance"),
        (("Bashar al-Assad", "Bashar Assad"), "bashar-assad"),
        (("Kim Jong Un", "Kim Jong-un"), "kim-jong-un"),
        (("Pope Francis", "Pope Francis"), "pope-francis"),
    ],
)
def test_one_full_name_is_one_person(names: Sequence[str], id_: str) -> None:
    assert ids(*(said(name, f"a{number}") for number, name in enumerate(names))) == [id_] * len(names)


@pytest.mark.parametrize("name", ["Khan", "Mr Khan", "T. Khan", "Tariq", "de Blasio", "Sister Mary"])
def test_a_lone_name_never_joins_across_articles(name: str) -> None:
    first, second, full = ids(said(name, "a"), said(name, "b"), said("Tariq Khan", "c"))
    assert len({first, second, full}) == 3
    assert first == speaker_id(name, "a")


def test_two_khans_in_two_articles_stay_two() -> None:
    assert ids(said("Tariq Khan", "a"), said("Imran Khan", "b")) == ["tariq-khan", "imran-khan"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Donald Trump", "Donald Trump Jr."), ["donald-trump", "donald-trump-jr"]),
        (("Ken Griffey Jr", "Ken Griffey Sr"), ["ken-griffey-jr", "ken-griffey-sr"]),
        (("Ed Roe II", "Ed Roe III"), ["ed-roe-ii", "ed-roe-iii"]),
        (("George W. Bush", "George H. W. Bush"), ["george-w-bush", "george-h-w-bush"]),
        (("George W. Bush", "George Bush", "George H. W. Bush"), ["george-w-bush", "george-bush", "george-h-w-bush"]),
        (("Ana J. Roy", "Ana Julia Roy", "Ana Joan Roy"), ["ana-j-roy", "ana-julia-roy", "ana-joan-roy"]),
    ],
)
def test_what_speaks_against_keeps_apart_and_who_fits_both_joins_neither(
    names: Sequence[str], expected: list[str]
) -> None:
    assert ids(*(said(name, f"a{number}") for number, name in enumerate(names))) == expected


def test_gender_that_articles_tell_keeps_apart() -> None:
    woman, man = said("Jo Hale", "a", gender="female"), said("Jo Hale", "b", gender="male")
    untold = said("Jo Hale", "c")
    assert ids(woman, man) == ["jo-hale-female", "jo-hale-male"]
    assert ids(woman, man, untold) == ["jo-hale-female", "jo-hale-male", "jo-hale"]
    assert ids(woman, untold) == ["jo-hale", "jo-hale"]


def test_whom_more_articles_have_keeps_the_plain_id() -> None:
    women = [said("Jo Hale", article, gender="female") for article in "abc"]
    assert ids(*women, said("Jo Hale", "d", gender="male")) == ["jo-hale"] * 3 + ["jo-hale-male"]


def test_a_gender_that_one_article_of_many_tells_is_a_slip() -> None:
    women = [said("Jo Hale", article, gender="female") for article in "abcde"]
    assert set(ids(*women, said("Jo Hale", "f", gender="male"))) == {"jo-hale"}


def test_roles_are_nothing_against_it() -> None:
    one = ArticleSpeaker(Speaker("x", "Jo Hale", "person", (), ("the mayor",)), "a")
    other = ArticleSpeaker(Speaker("x", "Jo Hale", "person", (), ("a former mayor",)), "b")
    assert ids(one, other) == ["jo-hale", "jo-hale"]


def test_bodies_join_by_name_and_are_no_persons() -> None:
    assert ids(
        said("River Council", "a", "organisation"),
        said("the River Council", "b", "organisation"),
        said("River Council", "c", "group"),
        said("River Council", "d"),
    ) == ["river-council"] * 3 + ["river-council-person"]
    assert ids(said("River Council", "a", "organisation"), said("River Council", "b")) == [
        "river-council-organisation",
        "river-council",
    ]
    assert ids(said("Taliban", "a", "organisation"), said("Taliban", "b", "organisation")) == ["taliban", "taliban"]


def test_groups_join_by_their_proper_name_and_some_of_many_do_not() -> None:
    assert (
        ids(said("Pakistani authorities", "a", "group"), said("Pakistani authorities", "b", "group"))
        == ["pakistani-authorities"] * 2
    )
    assert len(set(ids(said("two Afghan officials", "a", "group"), said("two Afghan officials", "b", "group")))) == 2


def test_unnamed_sources_never_join_across_articles() -> None:
    one, other = said("a senior official", "a", "unnamed"), said("a senior official", "b", "unnamed")
    assert ids(one, other) == [one.speaker.id, other.speaker.id]
    same = Speaker("official", "an official", "unnamed")
    assert ids(ArticleSpeaker(same, "a"), ArticleSpeaker(same, "b")) == [
        speaker_id("official", "a"),
        speaker_id("official", "b"),
    ]


_names = st.sampled_from(
    "Jo Hale|Jo M. Hale|Jo Mary Hale|Jo N. Hale|Hale|J. Hale|Jo Hale Jr.|Jo-Mary Hale|JO HALE|Hale Council".split("|")
) | st.text(max_size=12).filter(str.strip)
_said = st.builds(
    said,
    _names,
    st.sampled_from("abc"),
    st.sampled_from(["person", "person", "organisation", "group", "unnamed"]),
    st.sampled_from([None, None, "female", "male"]),
)


@given(st.lists(_said, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_count(given_: list[ArticleSpeaker], shuffling: random.Random) -> None:
    found = ids(*given_)
    assert all(found)
    order = list(range(len(given_)))
    shuffling.shuffle(order)
    assert ids(*(given_[place] for place in order)) == [found[place] for place in order]


@given(st.lists(_said, max_size=12))
def test_no_two_speakers_have_one_id_and_lone_ones_stay_in_their_article(given_: list[ArticleSpeaker]) -> None:
    people = identify(given_)
    assert len({person.id for person in people}) == len(people)
    assert sorted(place for person in people for place in person.members) == list(range(len(given_)))
    for person in people:
        if person.lone:
            assert len({given_[place].article_id for place in person.members}) == 1


PILOT = "Jordan Hale, a pilot from Leeds, said the runway was unsafe.\n\n“We told them for years,” {} said.\n"


def _speakers(text: str) -> list[Speaker]:
    (found,) = SieveExtractor().extract([Article("a", text)])
    return [one.speaker for one in found if one.speaker is not None]


@pytest.mark.parametrize(("pronoun", "gender"), [("she", "female"), ("he", "male"), ("Hale", None)])
def test_an_article_tells_gender_by_the_pronoun_of_a_source(pronoun: str, gender: str | None) -> None:
    assert [speaker.gender for speaker in _speakers(PILOT.format(pronoun))] == [gender, gender]


def test_an_article_tells_gender_by_a_title_and_not_by_a_given_name() -> None:
    assert {one.gender for one in _speakers("“It is late,” said Mrs Jordan Hale.")} == {"female"}
    assert {one.gender for one in _speakers("“It is late,” said Maria Hale.")} == {None}


def test_a_suffix_is_part_of_the_name() -> None:
    (son,) = _speakers("“It is late,” said Edward Roe Jr.")
    assert (son.id, son.name) == ("edward-roe-jr", "Edward Roe Jr.")

"""Words in one or in two, as a small record writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.compounds import Compounds
from index.lexical import LexicalIndex
from index.types import Span
from index.wording import WordingIndex

RECORD = [
    "The air strikes hit a wheat field at dawn",
    "The ceasefire holds, and so does the patient taxpayer",
    "Every home office has a back door; the backdoor of the website is shut",
    "A field hospital stands beside the air base, and the strike goes on",
    "Good women and a good man spoke to Barack Obama",
]


@pytest.fixture(scope="module")
def compounds(tmp_path_factory: pytest.TempPathFactory) -> Compounds:
    path: Path = tmp_path_factory.mktemp("compounds") / "wording"
    WordingIndex.build(path, ((at, [Span(0, len(text), text)]) for at, text in enumerate(RECORD)))
    return Compounds(LexicalIndex.made(enumerate(RECORD), None), WordingIndex.open(path))


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("Will the airstrikes help?", "Will the air strikes help?"),
        ("Airstrikes, and the Airstrike of May", "Air strikes, and the Airstrike of May"),
        ("an airstrike", "an air strike"),
        ("#HomeOffice #homeoffice @BarackObama", "#Home Office #home office @Barack Obama"),
        ("a tax payer and two tax payers", "a taxpayer and two taxpayers"),
        ("does the cease fire hold", "does the ceasefire hold"),
        ("does the cease-fire hold", "does the ceasefire hold"),
        ("the web site", "the website"),
    ],
)
def test_a_compound_is_read_as_the_record_writes_it(compounds: Compounds, asked: str, read: str) -> None:
    assert compounds.as_recorded(asked) == read
    assert compounds.as_recorded(asked) == read, "the second time from memory"


@pytest.mark.parametrize(
    "asked",
    [
        "air strikes",
        "back door and backdoor",  # the record has both
        "airfield",  # both words, but nowhere in a row
        "What did Goodman say?",  # a name
        "the field in a home",
        "air, strikes; tax\npayer",  # no word, with a mark or a line end inside
        "wheatfields of 1999",
        "",
        "🙂 ½ ß",
    ],
)
def test_what_the_record_does_not_tell_stays(compounds: Compounds, asked: str) -> None:
    expected = asked.replace("wheatfields", "wheat fields")
    assert compounds.as_recorded(asked) == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from("air strikes airstrikes tax payer taxpayer - # web site the Home Office".split())).map(
            " ".join
        ),
    )
)
def test_only_spaces_and_hyphens_change(compounds: Compounds, text: str) -> None:
    def letters(some: str) -> str:
        return re.sub("[ \u2010\u2011-]", "", some)

    assert letters(compounds.as_recorded(text)) == letters(text)


@given(st.data())
def test_what_the_record_holds_is_read_as_it_stands(compounds: Compounds, data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(RECORD)).split()
    first = data.draw(st.integers(0, len(words) - 1))
    part = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    assert compounds.as_recorded(part) == part


@settings(deadline=None)
@given(st.text("abcdefghij", min_size=3, max_size=9), st.text("klmnopqrtuv", min_size=3, max_size=9))
def test_either_way_round(tmp_path_factory: pytest.TempPathFactory, first: str, second: str) -> None:
    for asked, written in ((f"{first}{second}", f"{first} {second}"), (f"{first} {second}", f"{first}{second}")):
        path: Path = tmp_path_factory.mktemp("pair") / "wording"
        WordingIndex.build(path, [(0, [Span(0, len(written), written)])])
        words = LexicalIndex.made([(0, written)], None)
        if all(term for _, _, term in words.words(f"{written} {asked}")):  # no stop word
            assert Compounds(words, WordingIndex.open(path)).as_recorded(f"the {asked}?") == f"the {written}?"

"""What the user says of speakers, over what their names say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SpeakersFileError
from index.speakers.across import Together, bring_together
from index.speakers.identity import speaker_id
from index.speakers.userfile import parse_user_file
from index.types import ArticleSpeaker, Gender, Speaker, SpeakerKind


def said(
    name: str,
    article: str,
    kind: SpeakerKind = "person",
    *,
    aliases: tuple[str, ...] = (),
    source: str | None = None,
    gender: Gender | None = None,
) -> ArticleSpeaker:
    own = speaker_id(name, article if kind == "unnamed" or " " not in name else None)
    return ArticleSpeaker(Speaker(own, name, kind, aliases, gender=gender), article, source)


def together(text: str, *of: ArticleSpeaker) -> Together:
    return bring_together(of, parse_user_file(text, "s.toml"))


KHANS = (said("Tariq Khan", "a", aliases=("Khan",)), said("Tariq Khan", "b", source="Sport"), said("Khan", "c"))


def test_without_a_word_of_the_user_names_decide() -> None:
    assert bring_together(KHANS) == Together(("tariq-khan", "tariq-khan", speaker_id("Khan", "c")), {}, ())


@pytest.mark.parametrize("key", ['name = "tariq KHAN"', 'name = "General T. Khan"\nid = "tariq-khan"'])
def test_an_entry_is_about_whom_its_id_or_its_name_says(key: str) -> None:
    found = together(f'[[speaker]]\n{key}\naliases = ["the General"]\nroles = ["an analyst"]', *KHANS)
    assert found.ids[:2] == ("tariq-khan", "tariq-khan")
    (one,) = found.given.values()
    assert (one.id, one.kind, one.aliases, one.roles) == ("tariq-khan", "person", ("the General",), ("an analyst",))
    assert found.warnings == ()


def test_an_entry_gives_an_id_name_and_kind() -> None:
    found = together(
        '[[speaker]]\nname = "Lion Air"\nid = "lion"\nkind = "organisation"\njoin = ["Lion Air Corp"]',
        said("Lion Air", "a"),
        said("Lion Air Corp", "b", "organisation"),
    )
    assert found.ids == ("lion", "lion")
    assert found.given == {"lion": Speaker("lion", "Lion Air", "organisation")}


def test_an_alias_joins_nobody() -> None:
    found = together('[[speaker]]\nname = "Tariq Khan"\naliases = ["Khan"]', *KHANS)
    assert found.ids == bring_together(KHANS).ids


@pytest.mark.parametrize("term", ["Khan", speaker_id("Khan", "c")])
def test_a_join_by_name_or_id_makes_them_one(term: str) -> None:
    found = together(f'[[speaker]]\nname = "Tariq Khan"\njoin = ["{term}"]', *KHANS)
    assert found.ids == ("tariq-khan",) * 3


def test_a_single_name_joins_where_the_user_says_so() -> None:
    banksy = (said("Banksy", "a"), said("Banksy", "b"))
    assert together('[[speaker]]\nname = "Banksy"\njoin = ["Banksy"]', *banksy).ids == ("banksy", "banksy")
    alone = together('[[speaker]]\nname = "Banksy"', *banksy)
    assert alone.ids == bring_together(banksy).ids
    assert alone.warnings[0].startswith("s.toml:1: 'Banksy' alone does not say who is meant (banksy-")


def test_a_join_puts_aside_what_speaks_against() -> None:
    jo = (said("Jo Hale", "a", gender="female"), said("Jo Hale", "b", gender="male"))
    joined = together('[[speaker]]\nname = "Jo Hale"\nid = "jo-hale"\njoin = ["Jo Hale"]', *jo)
    assert (joined.ids, joined.warnings) == (("jo-hale", "jo-hale"), ())


def test_a_join_by_the_ids_of_rivals_holds_when_one_of_them_gets_the_plain_id() -> None:
    jo = [said("Jo Hale", article, gender="female") for article in "ab"] + [said("Jo Hale", "c", gender="male")]
    assert bring_together(jo).ids == ("jo-hale", "jo-hale", "jo-hale-male")
    text = '[[speaker]]\nname = "Joanna Hale"\njoin = ["jo-hale-female", "jo-hale-male"]'
    assert together(text, *jo).ids == ("joanna-hale",) * 3
    assert together(text, *jo[1:]).ids == ("joanna-hale",) * 2


def test_an_unnamed_source_can_be_named() -> None:
    official = said("a senior official", "a", "unnamed")
    found = together(f'[[speaker]]\nname = "Ed Roe"\njoin = ["{official.speaker.id}"]', official, said("Ed Roe", "b"))
    assert found.ids == ("ed-roe", "ed-roe")
    assert found.given["ed-roe"].kind == "person"


@pytest.mark.parametrize("where", ['article = "b"', 'source = "Sport"'])
def test_a_split_takes_one_article_or_one_source_out(where: str) -> None:
    found = together(f'[[split]]\nname = "Tariq Khan"\n{where}\nid = "bowler"\nas = "Tariq Khan (bowler)"', *KHANS)
    assert found.ids[:2] == ("tariq-khan", "bowler")
    assert found.given == {"bowler": Speaker("bowler", "Tariq Khan (bowler)", "person")}


def test_a_split_finds_an_alias_where_nobody_has_the_whole_name() -> None:
    assert together('[[split]]\nname = "Khan"\narticle = "a"\nid = "other"', *KHANS).ids[:2] == ("other", "tariq-khan")


def test_a_split_can_say_who_a_lone_name_is() -> None:
    found = together('[[split]]\nname = "Khan"\narticle = "c"\nas = "Tariq Khan"', *KHANS)
    assert (found.ids, found.given) == (("tariq-khan",) * 3, {})


def test_a_split_follows_whoever_goes_by_its_id_or_name() -> None:
    trump = (said("Donald Trump", "a"), said("Donald J. Trump", "b"), said("Trump", "c"))
    split = '[[split]]\nname = "Trump"\narticle = "c"\n'
    assert together(f'{split}as = "Donald J. Trump"', *trump).ids == ("donald-trump",) * 3
    entry = '[[speaker]]\nname = "Donald Trump"\nid = "dt"\n'
    for to in ('as = "Donald Trump"', 'id = "dt"', 'id = "donald-trump"', 'as = "Donald J. Trump"'):
        assert together(f"{entry}{split}{to}", *trump).ids == ("dt",) * 3
    assert together(f'{entry}{split}as = "Ed Roe"', *trump).ids == ("dt", "dt", "ed-roe")


def test_a_split_by_article_goes_before_one_by_source() -> None:
    text = '[[split]]\nname = "Tariq Khan"\nsource = "Sport"\nid = "{}"\n'
    both = text.format("one") + '[[split]]\nname = "Tariq Khan"\narticle = "b"\nid = "two"'
    assert together(both, *KHANS).ids[1] == "two"


def test_who_is_split_off_has_an_entry_of_its_own() -> None:
    text = (
        '[[speaker]]\nname = "Tariq Khan"\nid = "tariq-khan-bowler"\nroles = ["a bowler"]\n'
        '[[split]]\nname = "Tariq Khan"\narticle = "b"\nid = "tariq-khan-bowler"'
    )
    found = together(text, *KHANS)
    assert found.ids[:2] == ("tariq-khan", "tariq-khan-bowler")
    assert found.given["tariq-khan-bowler"].roles == ("a bowler",)
    assert found.warnings == ()


def test_a_split_takes_away_what_spoke_against_the_others() -> None:
    jo = (said("Jo Hale", "a", gender="female"), said("Jo Hale", "b", gender="male"), said("Jo Hale", "c"))
    assert bring_together(jo).ids == ("jo-hale-female", "jo-hale-male", "jo-hale")
    assert together('[[split]]\nname = "Jo Hale"\narticle = "b"\nid = "jo-2"', *jo).ids == (
        "jo-hale",
        "jo-2",
        "jo-hale",
    )


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ('[[speaker]]\nname = "Ed Roe"', "s.toml:1: nobody on record goes by 'Ed Roe'; the entry waits for them"),
        (
            '[[speaker]]\nname = "Tariq Khan"\njoin = [\n"ed-roe"]',
            "s.toml:4: nobody on record goes by 'ed-roe'; the join waits for them",
        ),
        (
            '[[split]]\nname = "Ed"\narticle = "z"\nid = "ed"',
            "s.toml:1: no speaker in article 'z' goes by 'Ed'; the split waits for one",
        ),
        (
            '[[split]]\nname = "Ed"\nsource = "Z"\nid = "ed"',
            "s.toml:1: no speaker in an article from 'Z' goes by 'Ed'; the split waits for one",
        ),
        (
            '[[speaker]]\nname = "Khan, Tariq"\nid = "tariq-khan"\n[[speaker]]\nname = "Tariq Khan"',
            "s.toml:4: tariq-khan belongs to the entry at line 1 already; make one entry of both",
        ),
        (
            '[[speaker]]\nname = "Tariq Khan"\naliases = ["Imran Khan"]',
            "s.toml:3: the alias 'Imran Khan' is the whole name of imran-khan, who alone is found by it; join both, or"
            " leave it out",
        ),
    ],
)
def test_what_names_nobody_or_two_is_a_warning(text: str, warning: str) -> None:
    found = together(text, *KHANS, said("Imran Khan", "d"))
    assert warning in found.warnings


_names = st.sampled_from(
    ["Jo Hale", "Jo M. Hale", "Jo N. Hale", "Hale", "Hale Council", "jo-hale", "hale-2", "an aide"]
)
_entry = st.builds(
    lambda name, id_, terms: f"[[speaker]]\nname = '{name}'\n{id_}join = {terms}\naliases = {terms[:1]}\n",
    _names,
    st.sampled_from(["", "id = 'jo-hale'\n", "id = 'x'\n", "id = 'jo-m-hale'\n"]),
    st.lists(_names, max_size=2),
)
_split = st.builds(
    lambda name, article, to: f"[[split]]\nname = '{name}'\narticle = '{article}'\n{to}\n",
    _names,
    st.sampled_from("abz"),
    st.sampled_from(["id = 'jo-hale'", "id = 'x'", "as = 'Jo Hale'", "id = 'y'\nas = 'Jo Y. Hale'"]),
)
_said = st.builds(
    said,
    _names,
    st.sampled_from("abc"),
    st.sampled_from(["person", "organisation", "group", "unnamed"]),
    aliases=st.sampled_from([(), ("Hale",)]),
)


@given(st.lists(_said, max_size=8), st.lists(_entry | _split, max_size=3).map("".join))
def test_whatever_the_user_says_everybody_has_one_id_and_order_does_not_count(
    given_: list[ArticleSpeaker], text: str
) -> None:
    try:
        user = parse_user_file(text, "s.toml")
    except SpeakersFileError:
        return
    found = bring_together(given_, user)
    assert all(found.ids)
    assert set(found.given) <= set(found.ids)
    assert all(id_ == speaker.id for id_, speaker in found.given.items())
    back = bring_together(given_[::-1], user)
    assert (back.ids[::-1], back.warnings) == (found.ids, found.warnings)

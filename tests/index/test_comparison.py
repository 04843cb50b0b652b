"""What counts as a word, and how two wordings differ."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from index.comparison import compare, forms, runs, tokens, whole_words

WORDS = ("we", "will", "not", "close", "the", "bridge", "can't", "re-open", "12", "1.5", "$5", "10%", "Zoë", "naïve")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“We stay,” he’d say.", '"we stay" HE\'D SAY'),
        ("a long-term plan", "a long term plan"),
        ("a long-term plan", "a long‑term plan"),
        ("it came — late", "it came--late"),
        ("it came – late", "it came - late"),
        ("wait … no", "wait ... no"),
        ("wait... no!", "wait, no"),
        ("Zoë and José", unicodedata.normalize("NFD", "Zoë and José")),
        ("the ﬁne ofﬁce", "the fine office"),
        ("two\u00a0words\there", "two words\nhere"),
        ("the U.S. Army at 5 a.m.", "the US Army at 5 am"),
        ("1,000,000 people", "1000000 people"),
        ("at 5am", "at 5 am"),
        ("10 % of it", "10% of it"),
        ("$ 5", "$5"),
        ("the workers’ rights", "the workers' rights"),
        ("‘em all", "em all"),
        ("we can`t and don´t", "we can't and don’t"),
        ("re\u00adopened", "reopened"),
        ("\u202bשלום\u202c עולם", "שלום עולם"),
        ("KILIÇ in İstanbul", "Kılıç in istanbul"),
        ("STRASSE", "straße"),
        ("in 2010–15", "in 2010-15"),
        ("[We] stay (here)", "We stay here"),
        ("> We stay\n> here === ~~now~~ → ok", "We stay here now ok"),
    ],
)
def test_other_marks_spacing_and_capitals_are_the_same_words(one: str, other: str) -> None:
    assert forms(one) == forms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 people", "120 people"),
        ("1.5 million", "15 million"),
        ("1.5 million", "1,5 million"),
        ("1,5", "15"),
        ("at 10:30", "at 1030"),
        ("1/2", "12"),
        ("½", "1"),
        ("10²", "102"),
        ("10%", "10 percent"),
        ("10%", "10"),
        ("10%", "10‰"),
        ("$5", "£5"),
        ("$5", "5"),
        ("-5 degrees", "5 degrees"),
        ("−5 degrees", "5 degrees"),
        ("-.5", ".5"),
        (".5", "5"),
        ("$-5", "$5"),
        ("-$5", "$5"),
        ("+5", "5"),
        ("5°", "5"),
        ("we can", "we can't"),
        ("we cannot", "we can not"),
        ("we don’t", "we do not"),
        ("its end", "it's end"),
        ("we're here", "were here"),
        ("cant", "can't"),
        ("re-open", "reopen"),
        ("every day", "everyday"),
        ("resume", "résumé"),
        ("R&D", "RD"),
        ("A+", "A"),
        ("5℃", "5"),
        ("~5 million", "5 million"),
        (">$5", "$5"),
        ("≤5", "<5"),
    ],
)
def test_a_changed_word_number_or_sign_is_another_word(one: str, other: str) -> None:
    assert forms(one) != forms(other)


def test_minus_stands_before_a_number_and_not_between_two() -> None:
    assert forms("-5 to −6") == ["-", "5", "to", "-", "6"]
    assert forms("a 60-40 split, £5-£6, 10%-15%, F-16") == forms("a 60 40 split £5 £6 10% 15% F 16")


def test_words_have_their_places_and_know_what_they_belong_to() -> None:
    text = "A non-violent march: 5am, 10 % of £5m. So?"
    found = tokens(text, 100)
    assert [text[word.start - 100 : word.end - 100] for word in found] == [
        *("A", "non", "violent", "march", "5", "am", "10", "%", "of", "£", "5", "m", "So"),
    ]
    assert [word.form for word in found if word.glued] == ["violent", "am", "%", "5", "m"]
    assert [word.form for word in found if word.opens] == ["so"]


@given(st.text(max_size=60))
@example("A´A")
def test_any_text_has_words_that_read_back_from_their_places(text: str) -> None:
    found = tokens(text)
    assert [word.form for word in found] == forms(text)
    assert all(0 <= word.start < word.end <= len(text) and word.form for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert not any(character.isspace() for word in found for character in word.form)


@given(st.text(st.characters(categories=("L", "Nd", "Zs", "Pd", "Po"), exclude_characters=".,:/"), max_size=40))
def test_case_and_composition_never_change_a_word(text: str) -> None:
    assert forms(unicodedata.normalize("NFD", text)) == forms(unicodedata.normalize("NFC", text))
    assert forms(text.upper()) == forms(text.casefold().upper())


@given(SENTENCES)
def test_capitals_never_change_a_word(words: list[str]) -> None:
    text = " ".join(words)
    assert forms(text.upper()) == forms(text.title()) == forms(text.swapcase()) == forms(text)


@given(SENTENCES, st.sampled_from([" ", "\n", "\u00a0", " — ", "—", " … ", ", ", "; ", "” “", " -- ", " ... "]))
def test_what_stands_between_words_never_changes_them(words: list[str], between: str) -> None:
    assert forms(f"«{between.join(words)}»") == forms(" ".join(words))


@given(SENTENCES, st.data())
def test_any_other_word_in_its_place_is_a_change(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(WORDS))
    assume(other != words[at])
    changed = [*words[:at], other, *words[at + 1 :]]
    assert forms(" ".join(changed)) != forms(" ".join(words))


def shown(quote: str, record: str) -> list[tuple[str, str, str]]:
    ours, theirs = tokens(quote), tokens(record)
    comparison = compare(ours, theirs)
    assert comparison is not None
    return [
        (
            piece.kind,
            " ".join(word.form for word in ours[slice(*piece.quote)]),
            " ".join(word.form for word in theirs[slice(*piece.record)]),
        )
        for piece in comparison.pieces
    ]


def test_difference_names_changed_missing_and_added_words() -> None:
    assert shown(
        "They close the bridge and never open two ferries tomorrow",
        "Hello there. We close the bridge tonight and open a ferry tomorrow. Thanks.",
    ) == [
        ("changed", "they", "we"),
        ("same", "close the bridge", "close the bridge"),
        ("missing", "", "tonight"),
        ("same", "and", "and"),
        ("added", "never", ""),
        ("same", "open", "open"),
        ("changed", "two ferries", "a ferry"),
        ("same", "tomorrow", "tomorrow"),
    ]


def test_word_before_the_sentence_is_added_and_not_changed() -> None:
    assert shown("Well we close the bridge", "All is said. We close the bridge")[0] == ("added", "well", "")


def test_half_a_word_on_record_is_missing() -> None:
    assert shown("violent protest here", "a non-violent protest here")[0] == ("missing", "", "non")


def test_long_stretch_left_out_keeps_both_halves_together() -> None:
    record = f"We close the bridge tonight {'and so on ' * 12}because nobody repaired it"
    kinds = [kind for kind, _, _ in shown("We close the bridge tonight because nobody repaired it", record)]
    assert kinds == ["same", "missing", "same"]


def test_texts_without_a_word_in_common_are_not_compared() -> None:
    assert compare(tokens("nothing here"), tokens("other words")) is None


@given(SENTENCES, SENTENCES)
def test_comparison_covers_the_quotation_and_one_stretch_of_the_record(one: list[str], other: list[str]) -> None:
    ours, theirs = tokens(" ".join(one)), tokens(" ".join(other))
    comparison = compare(ours, theirs)
    if comparison is None:
        assert not {word.form for word in ours} & {word.form for word in theirs}
        return
    assert comparison.quote == (0, len(ours))
    for before, after in pairwise(comparison.pieces):
        assert (before.quote[1], before.record[1]) == (after.quote[0], after.record[0])
        assert before.kind != after.kind
    assert whole_words(theirs, *comparison.record)
    start, end = comparison.record
    equal = [word.form for word in ours] == [word.form for word in theirs[start:end]]
    assert (comparison.similarity == 1) == equal == (len(comparison.same) == len(comparison.pieces))


def test_runs_are_found_wherever_they_stand() -> None:
    among = forms("no no never, no no")
    assert list(runs(["no", "no"], among)) == [0, 3]
    assert list(runs(["never", "never"], among)) == []


@given(st.text() | st.text("aZé1,.:/-–—'’$<%½ \t\n\u00a0\u2028\u00ad", max_size=40))
def test_words_never_hang_on_what_stands_beyond_a_space(text: str) -> None:
    assert forms(text) == forms(text) == [token.form for token in tokens(text)]

"""Is this on record? Over the small index, and over one with split quotations, copies and namesakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index.build import BuildReport
from index.comparison import forms
from index.errors import QueryError, UnknownSpeakerError
from index.searcher import Searcher, Verification
from index.types import Article, Attribution, Quotation, Speaker
from index.verdicts import VERDICTS, Match

CLOSE = "We close the bridge tonight and open a ferry tomorrow"
WAR = "A war of attrition is lost by the side that counts its soldiers"
CEASEFIRE = "The ceasefire holds only while both capitals are tired"
FREE = "every ferry ticket is free until spring"

ANA = Speaker("ana-diaz", "Ana Diaz", "person")
BEN = Speaker("ben-okri", "Ben Okri", "person")
SPLIT = "“We close the harbour at ten,” Ana Diaz said, “and nobody will open it before May, whatever it costs.”"


@pytest.fixture
def searcher(data_dir: Path) -> Iterator[Searcher]:
    with Searcher.open(data_dir) as opened:  # no model: verification asks for none
        yield opened


def on_record(article: Article, speaker: Speaker | None, *said: str) -> Attribution:
    spans, end = [], 0
    for text in said:
        start = article.text.index(text, end)
        end = start + len(text)
        spans.append(article.span(start, end))
    quotation = Quotation(article.id, "direct", tuple(spans))
    return Attribution(quotation, speaker, "beside" if speaker else None, 0.9 if speaker else 0.0)


@pytest.fixture
def verify(tmp_path: Path, build: Callable[..., BuildReport], extractor: Any) -> Iterator[Callable[..., Verification]]:
    """Verify over a given record: texts, each one quotation of the speaker named with it."""
    opened: list[Searcher] = []

    def over(record: list[tuple[str, Speaker | None]], quote: str, speaker: str | None = None) -> Verification:
        articles = [Article(f"a{number}", f"He said: “{text}”") for number, (text, _) in enumerate(record)]
        for article, (text, who) in zip(articles, record, strict=True):
            extractor.known[article.id] = (on_record(article, who, text),)
        data = tmp_path / f"index{len(opened)}"
        build(articles, data)
        opened.append(Searcher.open(data))
        return opened[-1].verify(quote, speaker)

    yield over
    for searcher in opened:
        searcher.close()


def text_of(match: Match) -> str:
    return " ".join(match.hit.article.text[start:end] for start, end in match.spans)


def shown(match: Match) -> list[tuple[str, str, str]]:
    return [(one.kind, one.quoted, one.recorded) for one in match.differences]


# Verbatim


@pytest.mark.parametrize(
    "quote",
    [CLOSE, CLOSE.upper(), f'"{CLOSE}!"', "we close the bridge — tonight — and open\n a ferry … tomorrow."],
)
def test_other_marks_capitals_and_spacing_are_verbatim(searcher: Searcher, quote: str) -> None:
    found = searcher.verify(quote)
    assert (found.verdict, found.stitched, found.total, found.asked) == ("verbatim", False, 1, None)
    (match,) = found.matches
    assert (match.whole, match.similarity, match.differences, match.speaker_agrees) == (True, 1.0, (), None)
    assert text_of(match) == CLOSE
    assert found.quote == quote
    assert found.summary == "On record word for word."


def test_part_is_verbatim_and_has_its_place(searcher: Searcher) -> None:
    found = searcher.verify("THE BRIDGE tonight, and")
    (match,) = found.matches
    assert (found.verdict, match.whole) == ("verbatim", False)
    assert text_of(match) == "the bridge tonight and"
    assert (match.start, match.end) == (0, 23)
    assert found.summary == "On record word for word, as a part of a longer quotation."


def test_part_that_cuts_a_word_is_not_verbatim(verify: Callable[..., Verification]) -> None:
    record: list[tuple[str, Speaker | None]] = [("We support only non-violent protest in the 1990s", ANA)]
    assert verify(record, "only non violent protest in").verdict == "verbatim"
    found = verify(record, "violent protest in the 1990s")
    assert (found.verdict, shown(found.matches[0])) == ("altered", [("missing", "", "non")])
    found = verify(record, "only non-violent protest in the 1990")
    assert (found.verdict, shown(found.matches[0])) == ("altered", [("missing", "", "s")])
    assert verify(record, "support onl").verdict == "not_found"


def test_words_over_the_pieces_of_a_split_quotation_are_verbatim(
    tmp_path: Path, build: Callable[..., BuildReport], extractor: Any
) -> None:
    article = Article("harbour", SPLIT)
    pieces = ("We close the harbour at ten,", "and nobody will open it before May, whatever it costs.")
    extractor.known["harbour"] = (on_record(article, ANA, *pieces),)
    build([article], tmp_path / "split")
    with Searcher.open(tmp_path / "split") as searcher:
        found = searcher.verify("the harbour at ten and nobody will open it")
        assert found.verdict == "verbatim"
        assert [SPLIT[start:end] for start, end in found.matches[0].spans] == [
            "the harbour at ten",
            "and nobody will open it",
        ]
        narrated = searcher.verify("the harbour at ten, Ana Diaz said, and nobody will open it")
        assert (narrated.verdict, shown(narrated.matches[0])) == ("altered", [("added", "Ana Diaz said", "")])
        shortened = searcher.verify("We close the harbour at ten [...] whatever it costs")
        assert (shortened.verdict, shortened.stitched) == ("altered", False)
        assert shown(shortened.matches[0]) == [("missing", "", "and nobody will open it before May")]


def test_reported_speech_counts_and_says_so(searcher: Searcher) -> None:
    found = searcher.verify("the bridge will not survive another winter flood")
    assert found.verdict == "verbatim"
    assert found.matches[0].hit.passage.attribution.quotation.kind == "indirect"
    assert found.summary == "On record as reported speech, not between quotation marks."


def test_narration_is_no_quotation(searcher: Searcher) -> None:
    assert searcher.verify("read a banner on the quay").verdict == "not_found"


def test_common_words_are_counted_and_copies_folded(searcher: Searcher) -> None:
    found = searcher.verify("ferry")
    assert (found.verdict, found.total, len(found.matches)) == ("verbatim", 4, 4)
    copied = searcher.verify("The ferry carries six hundred people a day")
    (match,) = copied.matches
    assert (copied.total, match.hit.article.id, match.hit.also_in) == (1, "ferry", ("copy",))


def test_words_that_a_line_end_cut_are_mended(searcher: Searcher) -> None:
    assert searcher.verify("A war of attri-\n  tion is lost by the side").verdict == "verbatim"
    assert searcher.verify("A war of attri-tion is lost by the side").verdict == "altered"


def test_words_that_are_all_common_are_found(verify: Callable[..., Verification]) -> None:
    record: list[tuple[str, Speaker | None]] = [("I am not what you are", ANA), ("You are what I am not", BEN)]
    found = verify(record, "i am not what you are")
    assert (found.verdict, [match.hit.article.id for match in found.matches]) == ("verbatim", ["a0"])
    assert verify(record, "I am what you are").matches[0].differences[0].recorded == "not"


# Altered


@pytest.mark.parametrize(
    ("quote", "differences"),
    [
        ("We close the bridge tonight and open a tunnel tomorrow", [("changed", "tunnel", "ferry")]),
        ("We close the bridge and open a ferry tomorrow", [("missing", "", "tonight")]),
        ("We never close the bridge tonight and open a ferry tomorrow", [("added", "never", "")]),
        ("They close the bridge tonight and open a ferry tomorrow", [("changed", "They", "We")]),
        ("We close the bridge tonight … a ferry tomorrow", [("missing", "", "and open")]),
        (f"{CLOSE} for ever", [("added", "for ever", "")]),
    ],
)
def test_altered_names_the_words(searcher: Searcher, quote: str, differences: list[tuple[str, str, str]]) -> None:
    found = searcher.verify(quote)
    assert (found.verdict, found.stitched) == ("altered", False)
    assert shown(found.matches[0]) == differences
    assert found.matches[0].hit.article.id == "bridge"


def test_stretches_read_back_from_both_texts(searcher: Searcher) -> None:
    quote = "« They close the bridge and open a tunnel tomorrow »"
    (match,) = searcher.verify(quote).matches
    for one in match.stretches:
        assert quote[one.start : one.end] == one.quoted
        assert " ".join(match.hit.article.text[start:end] for start, end in one.spans) == one.recorded
    assert match.similarity == pytest.approx(2 * 7 / (9 + 10))


def test_altered_words_of_somebody_else_stay_altered(searcher: Searcher) -> None:
    found = searcher.verify("We close the bridge tonight and open a tunnel tomorrow", "Tariq Khan")
    assert (found.verdict, found.matches[0].speaker_agrees) == ("altered", False)
    assert found.summary == "Altered: one difference from what Imran Khan said, and that was not Tariq Khan."


def test_nearest_of_the_speaker_asked_for_comes_first(verify: Callable[..., Verification]) -> None:
    record: list[tuple[str, Speaker | None]] = [
        ("Nobody will ever again close this old harbour before May", ANA),
        ("Nobody will ever again close that old harbour before June", BEN),
    ]
    quote = "Nobody will ever again close the old harbour before May"
    assert verify(record, quote).matches[0].hit.article.id == "a0"
    assert verify(record, quote, "Ben Okri").matches[0].hit.article.id == "a1"


@pytest.mark.parametrize(
    "quote",
    [
        "The mayor promised a new school for every village in the hills",
        "Nobody close",
        "bridge closed",
        "the side of the bridge that is free for the people",
        "zxqv wvut",
        "🙂 ok",
    ],
)
def test_what_only_shares_words_is_not_found(searcher: Searcher, quote: str) -> None:
    found = searcher.verify(quote)
    assert (found.verdict, found.matches, found.total) == ("not_found", (), 0)
    assert found.summary == "Nothing on record comes near these words."


# Stitched


@pytest.mark.parametrize("joiner", [" ", " ... ", " [...] ", "” “"])
def test_parts_of_different_quotations_are_stitched(searcher: Searcher, joiner: str) -> None:
    quote = f"We close the bridge tonight{joiner}{FREE}"
    found = searcher.verify(quote)
    assert (found.verdict, found.stitched, found.total) == ("altered", True, 2)
    assert [text_of(match) for match in found.matches] == ["We close the bridge tonight", FREE]
    assert [quote[match.start : match.end] for match in found.matches] == ["We close the bridge tonight", FREE]
    assert all(not match.differences for match in found.matches)
    assert found.summary == ("Altered: 2 parts from different places are joined here, by Imran Khan and River Council.")


def test_neighbouring_quotations_of_one_speaker_are_stitched(searcher: Searcher) -> None:
    found = searcher.verify(f"{WAR}. {CEASEFIRE}")
    assert (found.verdict, found.stitched) == ("altered", True)
    assert found.summary == "Altered: 2 parts from different places are joined here, all by Tariq Khan."


def test_one_quotation_in_another_order_is_stitched(searcher: Searcher) -> None:
    found = searcher.verify("open a ferry tomorrow and we close the bridge tonight")
    assert (found.verdict, found.stitched) == ("altered", True)
    assert [text_of(match) for match in found.matches] == ["open a ferry tomorrow", "We close the bridge tonight"]
    assert shown(found.matches[0]) == [("added", "and", "")]


def test_every_quotation_on_record_pasted_together_is_stitched(searcher: Searcher) -> None:
    found = searcher.verify(" ".join([CLOSE, WAR, CEASEFIRE, FREE] * 12))
    assert (found.verdict, found.stitched) == ("altered", True)


# Speakers


def test_words_of_another_are_misattributed_and_name_who_said_them(searcher: Searcher) -> None:
    found = searcher.verify(CLOSE, "Tariq Khan")
    assert (found.verdict, [match.speaker_agrees for match in found.matches]) == ("misattributed", [False])
    assert found.asked is not None
    assert [speaker.id for speaker in found.asked] == ["tariq-khan"]
    assert found.summary == "Misattributed: on record word for word, but said by Imran Khan, not by Tariq Khan."


def test_words_that_the_speaker_said_as_well_are_verbatim(verify: Callable[..., Verification]) -> None:
    record: list[tuple[str, Speaker | None]] = [("Nobody closes the harbour", ANA), ("Nobody closes the harbour", BEN)]
    found = verify(record, "nobody closes the harbour", "Ben Okri")
    assert found.verdict == "verbatim"
    assert [match.speaker_agrees for match in found.matches] == [True, False]
    assert found.summary == "On record word for word, said by Ben Okri."


def test_misattributed_words_come_with_the_nearest_of_the_speaker_asked_for(
    verify: Callable[..., Verification],
) -> None:
    record: list[tuple[str, Speaker | None]] = [
        ("Nobody closes the harbour before the month of May", ANA),
        ("Nobody opens the harbour before the month of May", BEN),
    ]
    found = verify(record, "Nobody closes the harbour before the month of May", "Ben Okri")
    assert found.verdict == "misattributed"
    assert [(match.hit.article.id, match.speaker_agrees) for match in found.matches] == [("a0", False), ("a1", True)]


def test_words_whose_speaker_nobody_names_are_not_misattributed(searcher: Searcher) -> None:
    for quote in ("Too late, as always", "Nobody asked the engineers"):  # by nobody; by "a senior official"
        found = searcher.verify(quote, "Tariq Khan")
        assert (found.verdict, found.matches[0].speaker_agrees) == ("verbatim", None)
        assert found.summary == "On record word for word, but the article does not name who said it."


def test_name_of_several_speakers_means_any_of_them(searcher: Searcher) -> None:
    found = searcher.verify(CLOSE, "Khan")
    assert found.verdict == "verbatim"
    assert found.asked is not None
    assert {speaker.id for speaker in found.asked} == {"imran-khan", "tariq-khan"}


def test_unknown_speaker_is_named_with_the_nearest(searcher: Searcher) -> None:
    with pytest.raises(UnknownSpeakerError, match="Tariq Khan"):
        searcher.verify(CLOSE, "Tarik Kahn")


# With their attribution


@pytest.mark.parametrize(
    "quote",
    [
        f"“{CLOSE},” said Imran Khan.",
        f'"{CLOSE}" Imran Khan said',
        f"‘{CLOSE},’ said Imran Khan, the mayor of Lodora.",
        f"« {CLOSE} », said Imran Khan.",
        f"“{CLOSE}” — Imran Khan",
        f"“{CLOSE}.”\n- Imran Khan, in an interview",
        f"“{CLOSE}” (Imran Khan)",
        f"“{CLOSE}” Imran Khan",
        f"Imran Khan: “{CLOSE}”",
        f"Imran Khan, the mayor, said: “{CLOSE}.”",
        f"According to Imran Khan, “{CLOSE}”.",
        f"Imran Khan told Tariq Khan: “{CLOSE}.”",
        f"“{CLOSE},” Imran Khan told reporters. Nobody had asked. It rained.",
        f"The evening was long. “{CLOSE},” said Imran Khan.",
        f"“{CLOSE}, said Imran Khan.",
        f"{CLOSE},” said Imran Khan.",
        f'{CLOSE}" - Imran Khan',
        f"“{CLOSE} — Imran Khan",
        "“We close the ‘bridge’ tonight and open a “ferry” tomorrow,” said Imran Khan.",
        "“We close the bridge,” Imran Khan said, “tonight and open a ferry tomorrow.”",
    ],
)
def test_words_between_marks_are_checked_and_who_is_named_is_asked_for(searcher: Searcher, quote: str) -> None:
    found = searcher.verify(quote)
    assert (found.verdict, found.stitched, found.asked) == ("verbatim", False, None)
    assert found.attributed_to is not None
    assert [speaker.id for speaker in found.attributed_to] == ["imran-khan"]
    assert " ".join(forms(" ".join(quote[start:end] for start, end in found.checked))) == " ".join(forms(CLOSE))
    (match,) = found.matches
    assert (match.whole, match.speaker_agrees, match.differences) == (True, True, ())
    assert [quote[one.start : one.end] for one in match.stretches] == [one.quoted for one in match.stretches]
    assert found.summary == (
        "On record word for word, said by Imran Khan. Only what stands between the quotation marks is compared."
    )
    other = searcher.verify(quote.replace("Imran Khan", "Tariq Khan" if "told Tariq" not in quote else "River Council"))
    assert other.verdict == "misattributed"
    changed = searcher.verify(quote.replace("tonight", "today").replace("open", "never open"))
    assert (changed.verdict, shown(changed.matches[0])) == (
        "altered",
        [("changed", "today", "tonight"), ("added", "never", "")],
    )


@pytest.mark.parametrize(
    "quote",
    [
        f"“{CLOSE},” he said.",
        f"“{CLOSE},” said a spokesman for Tariq Khan.",
        f"“{CLOSE},” said Tariq Khan’s brother.",
        f"“{CLOSE},” he told Tariq Khan.",
        f"Tariq Khan was asleep. “{CLOSE}.”",
        f"“{CLOSE},” said Sadiq Khan.",
        f"“{CLOSE},” a builder said, according to Tariq Khan.",
        f"“{CLOSE}” #TariqKhan #Lodora https://example.org/tariq-khan",
        f"Tariq Khan and Imran Khan said: “{CLOSE}.”",
    ],
)
def test_who_is_not_named_as_the_speaker_is_not_asked_for(searcher: Searcher, quote: str) -> None:
    found = searcher.verify(quote)
    assert (found.verdict, found.attributed_to) == ("verbatim", None)
    assert found.summary.startswith("On record word for word, said by Imran Khan.")


def test_surname_outside_may_mean_several(searcher: Searcher) -> None:
    found = searcher.verify(f"“{CLOSE},” said Khan.")
    assert found.attributed_to is not None
    assert (found.verdict, {one.id for one in found.attributed_to}) == ("verbatim", {"imran-khan", "tariq-khan"})


def test_speaker_asked_for_goes_before_the_name_outside(searcher: Searcher) -> None:
    found = searcher.verify(f"“{CLOSE},” said Tariq Khan.", "Imran Khan")
    assert (found.verdict, found.attributed_to) == ("verbatim", None)


def test_words_whose_speaker_nobody_names_say_so(searcher: Searcher) -> None:
    found = searcher.verify("“Too late, as always,” said Tariq Khan.")
    assert (found.verdict, found.matches[0].speaker_agrees) == ("verbatim", None)
    assert "but the article does not name who said it" in found.summary


@pytest.mark.parametrize(
    "quote",
    [
        "We close the “bridge” tonight and open a tunnel tomorrow",
        "We close the “bridge tonight” and never open a ferry tomorrow",
        "We close the “bridge” tonight and open a tunnel tomorrow, Imran Khan said",
        "Imran Khan said we close the “bridge tonight and” open a tunnel tomorrow",
        "They said “close” the bridge tonight and open a ferry tomorrow",
        "We ‘close the bridge’ tonight and open a tunnel tomorrow",
        "We close the bridge” tonight and open a tunnel tomorrow",
        "We close the bridge tonight and “open a tunnel tomorrow",
        "We asked “the bridge tonight” and never open a ferry",
        "We close the “bridge tonight and” asked a ferry tomorrow, Imran Khan said",
        "“We close the bridge “tonight and” ships a ferry tomorrow, said Imran Khan.",
        "A war said “of attrition is lost by the side that counts its soldiers”",
    ],
)
def test_changed_quotation_is_not_cut_down_to_the_words_that_it_has_in_marks(searcher: Searcher, quote: str) -> None:
    found = searcher.verify(quote)
    assert (found.verdict, found.checked, found.attributed_to) == ("altered", ((0, len(quote)),), None)


def test_stretches_of_two_quotations_of_one_speaker_are_each_verbatim(
    tmp_path: Path, build: Callable[..., BuildReport], extractor: Any
) -> None:
    said = (
        "“Nobody closes the harbour,” Ana Diaz said. “It stays open in May.” “We shall see about May,” said Ben Okri."
    )
    article = Article("harbour", said)
    extractor.known["harbour"] = (
        on_record(article, ANA, "Nobody closes the harbour"),
        on_record(article, ANA, "It stays open in May."),
        on_record(article, BEN, "We shall see about May"),
    )
    build([article], tmp_path / "two")
    with Searcher.open(tmp_path / "two") as searcher:
        found = searcher.verify("“Nobody closes the harbour,” she said. “It stays open in May.”")
        assert (found.verdict, found.stitched, found.total) == ("verbatim", False, 2)
        assert [text_of(match) for match in found.matches] == ["Nobody closes the harbour", "It stays open in May"]
        assert found.summary.startswith("On record word for word, 2 stretches of one article, said by Ana Diaz.")
        whole = searcher.verify(said)
        assert (whole.verdict, whole.attributed_to, len(whole.matches)) == ("verbatim", None, 3)
        wrong = searcher.verify("“Nobody closes the harbour,” Ana Diaz said. “We shall see about May.”")
        assert (wrong.verdict, wrong.stitched) == ("altered", True)
        assert (
            searcher.verify("“Nobody closes the harbour,” said Ben Okri. “It stays open.”").verdict == "misattributed"
        )
        assert searcher.verify("“It stays open in May,” she said. “Nobody closes the harbour.”").verdict == "altered"
        assert searcher.verify("“Nobody closes the harbour,” she said. “It stays shut in May.”").verdict == "altered"


# What cannot be asked


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("", "quote is blank"),
        (" \n", "quote is blank"),
        ("x" * 5001, "quote has 5001 characters; at most 5000 are allowed"),
        ("12 % !", "quote holds no letters; paste the words that were said"),
        ("a\0b", "NUL"),
        ("a\ud800b", "surrogate"),
        (None, "quote must be text, not NoneType"),
    ],
)
def test_what_is_no_quotation_is_refused(searcher: Searcher, quote: Any, reason: str) -> None:
    with pytest.raises(QueryError, match=reason) as caught:
        searcher.verify(quote)
    assert caught.value.parameter == "quote"


def test_corpus_without_quotations_answers(tmp_path: Path, build: Callable[..., BuildReport]) -> None:
    build([Article("empty", "Nobody said anything at all.")], tmp_path / "none")
    with Searcher.open(tmp_path / "none") as searcher:
        assert searcher.verify("Nobody said anything").verdict == "not_found"


# Properties

RECORDED = [CLOSE, WAR, CEASEFIRE, FREE, "the bridge will not survive another winter flood"]
OWN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@OWN
@given(st.text(max_size=80).filter(lambda text: any(map(str.isalpha, text))))
def test_any_text_gets_a_verdict(searcher: Searcher, text: str) -> None:
    assume("\0" not in text)
    assert searcher.verify(text).verdict in VERDICTS


@OWN
@given(st.data())
def test_a_run_of_words_in_other_marks_is_always_verbatim(searcher: Searcher, data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(RECORDED)).split()
    start = data.draw(st.integers(0, len(words) - 1))
    part = words[start : data.draw(st.integers(start + 1, len(words)))]
    joiners = st.sampled_from([" ", "  ", "\n", "\u00a0", ", ", " — ", "…", "” “"])
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    quote = "“" + "".join(change(word) + data.draw(joiners) for word in part) + "”"
    assert searcher.verify(quote).verdict == "verbatim"


@OWN
@given(st.data())
def test_a_word_changed_dropped_or_added_is_never_verbatim(searcher: Searcher, data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(RECORDED)).split()
    at = data.draw(st.integers(1, len(words) - 2))
    other = data.draw(st.sampled_from(["not", "12", "%", "the", "ferry", *words]))
    changed = data.draw(
        st.sampled_from(
            [[*words[:at], other, *words[at + 1 :]], [*words[:at], *words[at + 1 :]], [*words[:at], other, *words[at:]]]
        )
    )
    assume(all(" ".join(forms(" ".join(changed))) not in " ".join(forms(text)) for text in RECORDED))
    found = searcher.verify(" ".join(changed))
    assert found.verdict == "altered"
    assert found.stitched or found.matches[0].differences


@OWN
@given(st.data())
def test_a_run_of_words_with_its_attribution_is_verbatim(searcher: Searcher, data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(RECORDED)).split()
    start = data.draw(st.integers(0, len(words) - 3))
    part = " ".join(words[start : data.draw(st.integers(start + 3, len(words)))])
    opening, closing = data.draw(st.sampled_from(["“”", '""', "«»", "„“"]))
    told = data.draw(st.sampled_from(["{} said Ana Diaz.", "Diaz: {}", "{} — Ana", "According to Ana Diaz, {}"]))
    found = searcher.verify(told.format(f"{opening}{part},{closing}"))
    assert (found.verdict, len(found.checked)) == ("verbatim", 1)


def test_a_lone_mark_before_a_changed_word_parts_nothing(searcher: Searcher) -> None:
    assert searcher.verify("We close the bridge tonight and open a” said tomorrow").verdict == "altered"
    assert searcher.verify("We close the bridge tonight and open a ferry tomorrow,” she said").verdict == "verbatim"


@OWN
@given(st.data())
def test_marks_inside_a_changed_quotation_never_make_it_verbatim(searcher: Searcher, data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(RECORDED)).split()
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:at], data.draw(st.sampled_from(["said", "Khan", "never", "12"])), *words[at + 1 :]]
    first = data.draw(st.integers(0, len(words) - 2))
    last = data.draw(st.integers(first, min(first + 3, len(words) - 1)))
    assume(not first <= at <= last)
    assume(not (first == 0 or last == len(words) - 1))
    opening, closing = data.draw(st.sampled_from(["“”", '""', "«»", "‘’"]))
    changed[first], changed[last] = f"{opening}{changed[first]}", f"{changed[last]}{closing}"
    told = data.draw(st.sampled_from(["{}", "{}, Ana Diaz said", "Ana Diaz said: {}"]))
    assert searcher.verify(told.format(" ".join(changed))).verdict != "verbatim"


@OWN
@given(st.text(alphabet="“”\"'‘’«»„`,.:—-( \nABab", max_size=60).map(lambda text: f"{text} said Khan"))
def test_any_marks_get_a_verdict(searcher: Searcher, text: str) -> None:
    found = searcher.verify(text)
    assert found.verdict in VERDICTS
    assert all(0 <= start <= end <= len(text) for start, end in found.checked)

"""Where an article says that it is an agency's, and where it only speaks of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.agencies import _BY_NAME, agency_in_byline, agency_named, agency_of


@pytest.mark.parametrize(
    ("value", "agency"),
    [
        ("AP", "AP"),
        ("the associated press", "AP"),
        ("  Agence  France-Presse ", "AFP"),
        ("DPA", "dpa"),
        ("Reuters", "Reuters"),
        ("Reuters and AP", None),
        ("The Skarv Courier", None),
        ("", None),
    ],
)
def test_agency_goes_by_its_mark_and_its_full_names(value: str, agency: str | None) -> None:
    assert agency_named(value) == agency


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("KABUL, Afghanistan (AP) — Three people died.", "AP"),
        ("LONDON, Feb. 27 (Reuters) - Prices rose.", "Reuters"),
        ("(Reuters) - Prices rose.", "Reuters"),
        ("RIO DE JANEIRO (AFP) – It rained.", "AFP"),
        ("Frankfurt am Main (dpa) - It rained.", "dpa"),
        ("NEW DELHI: (PTI) — It rained.", "PTI"),
        ("ISLAMABAD, Feb 27 (APP): It rained.", "APP"),
        ("WASHINGTON, D.C. (AP) _ It rained.", "AP"),
        ("Reuters - Three people died.", "Reuters"),
        ("The Palestinian Authority (PA) – a body of its own – objected.", None),
        ("The Communist Party (CP) — founded in 1921 — objected.", None),
        ("The Associated Press (AP) — which was first — stood by its report.", None),
        ("The board, he told a reporter (AP) — nobody else — had met.", None),
        ("“We are here,” he said (AP) — twice.", None),
        ("He told Reuters - and nobody else - that it rained.", None),
        ("LONDON (Skarv) - It rained.", None),
        ("Work (AP) begins.", None),
    ],
)
def test_dateline_names_the_agency_and_what_is_put_in_brackets_elsewhere_does_not(
    line: str, agency: str | None
) -> None:
    assert agency_of(f"Headline\n\n{line}\n\nMore of it.") == agency


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("By JANE DOE, Associated Press", "AP"),
        ("By Jane Doe, Associated Press Writer", "AP"),
        ("Jane Doe | AP", "AP"),
        ("By Reuters", "Reuters"),
        ("By The Associated Press", "AP"),
        ("Jane Doe of Reuters", "Reuters"),
        ("Jane Doe and Reuters", None),
        ("AP, Reuters", None),
        ("Jane Reuters", None),
        ("Jane Doe", None),
    ],
)
def test_byline_names_the_agency_where_it_is_the_only_one(byline: str, agency: str | None) -> None:
    assert agency_in_byline(byline) == agency


@pytest.mark.parametrize(
    ("last", "byline", "agency"),
    [
        ("(Reporting by Jane Doe in Kabul; Editing by John Roe)", [], "Reuters"),
        ("Reporting by Jane Doe. Writing by Ann Poe; Editing by John Roe", [], "Reuters"),
        ("Reporting by Jane Doe.", [], None),
        ("— Reuters", [], "Reuters"),
        ("© 2026 AFP", [], "AFP"),
        ("Source: dpa", [], "dpa"),
        ("Associated Press writers A. Holm in Rome and P. Lie contributed to this report.", [], "AP"),
        ("Associated Press writer A. Holm contributed to this report.", ["By Ada Holm"], None),
        ("The Associated Press contributed to this report.", [], None),
        ("With reporting from Reuters.", [], None),
        ("He had told Reuters.", [], None),
    ],
)
def test_last_lines_name_the_agency_where_they_can_mean_nothing_else(
    last: str, byline: list[str], agency: str | None
) -> None:
    assert agency_of(f"It rained.\n\n{last}\n", byline=byline) == agency


def test_source_names_the_agency_and_the_header_does_not() -> None:
    header = "source: x\n\n"
    assert agency_of("It rained.", source="Agence France-Presse") == "AFP"
    assert (
        agency_of(f"(AP) - no part of it\n{header}It rained.", body=len("(AP) - no part of it\n") + len(header)) is None
    )


@given(st.text(max_size=300), st.integers(0, 20))
def test_any_text_is_taken_and_gives_an_agency_of_the_list_or_none(text: str, body: int) -> None:
    assert agency_of(text, body, [text], text) in {*_BY_NAME.values(), None}


@given(st.sampled_from(["Reuters", "AP", "The Associated Press", "AFP"]), st.sampled_from(["told", "by", "from"]))
def test_mention_in_running_text_is_none(agency: str, before: str) -> None:
    text = f"It was known {before} {agency} on Friday, he said. {agency} had it first."
    assert agency_of(f"{text}\n\n{text}\n\n{text}") is None

"""Names taken apart: what is full, what is lone, and what may be one person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.speakers.fullname import fits, read_name


@pytest.mark.parametrize(
    ("name", "given_name", "middles", "surname", "suffix"),
    [
        ("Tariq Khan", "tariq", (), "khan", None),
        ("Gen. Tariq Khan", "tariq", (), "khan", None),
        ("Donald J. Trump", "donald", ("j",), "trump", None),
        ("Donald Trump, Jr.", "donald", (), "trump", "jr"),
        ("Martin Luther King III", "martin", ("luther",), "king", "iii"),
        ("J.D. Vance", "j", ("d",), "vance", None),
        ("JD Vance", "j", ("d",), "vance", None),
        ("Jonathan LEE", "jonathan", (), "lee", None),
        ("LI Wei", "li", (), "wei", None),
        ("Pat O’Brien", "pat", (), "obrien", None),
        ("Pat O'Brien", "pat", (), "obrien", None),
        ("José Díaz", "jose", (), "diaz", None),
        ("Jean-Luc Marchand", "jean luc", (), "marchand", None),
        ("Rebecca Long-Bailey", "rebecca", (), "long bailey", None),
        ("Bashar al-Assad", "bashar", (), "assad", None),
        ("Mohammed bin Salman", "mohammed", (), "bin salman", None),
        ("Al Gore", "al", (), "gore", None),
        ("Pope Francis", "pope", (), "francis", None),
        ("Prince Mohammed bin Salman", "mohammed", (), "bin salman", None),
        ("Antonio Senior", "antonio", (), "senior", None),
    ],
)
def test_a_full_name_is_taken_apart(
    name: str, given_name: str, middles: tuple[str, ...], surname: str, suffix: str | None
) -> None:
    read = read_name(name)
    assert read.full
    assert (read.given, read.middles, read.surname, read.suffix) == (given_name, middles, surname, suffix)


@pytest.mark.parametrize(
    "name",
    [
        "Khan",
        "Mr Khan",
        "T. Khan",
        "de Blasio",
        "al-Assad",
        "Long-Bailey",
        "Sister Mary",
        "Mullah Omar",
        "Khan Jr.",
        "…",
    ],
)
def test_a_lone_name_is_not_full(name: str) -> None:
    assert not read_name(name).full


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("Donald Trump", "Donald J. Trump", True),
        ("Donald John Trump", "Donald J. Trump", True),
        ("Bashar al-Assad", "Bashar Assad", True),
        ("Abdul-Basit Rehman", "abdul basit REHMAN", False),  # a hyphen binds until an article writes it without
        ("George W. Bush", "George H. W. Bush", False),
        ("Ana Maria Roy", "Ana Marta Roy", False),
        ("Pat O'Brien", "Pat Brien", False),
        ("Donald Trump", "Donald Trump Jr.", False),
        ("Ken Griffey Jr", "Ken Griffey Sr", False),
        ("Tariq Khan", "Imran Khan", False),
        ("Mohammed bin Salman", "Mohammed Salman", False),
    ],
)
def test_what_fits_may_be_one_person(one: str, other: str, fit: bool) -> None:
    assert fits(read_name(one), read_name(other)) is fit
    assert fits(read_name(other), read_name(one)) is fit


@given(st.text(max_size=60))
def test_any_text_is_read_and_fits_itself(name: str) -> None:
    read = read_name(name)
    if read.full:
        assert fits(read, read)
        assert read.given
        assert read.surname

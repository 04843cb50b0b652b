"""Given names and the gender that usage gives them, from Faker's person lists (56 Latin-script locales, MIT)."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Literal

Gender = Literal["female", "male"]

_SHARE = 0.75
"""A name is of one gender when this share of the locales that know it say so; "Alex" and "Andrea" are of none."""

_KNOWN_IN = 2
"""Locales that must know the name: one alone is no witness (its list may have a name under both)."""


@cache
def _names() -> dict[str, tuple[int, int]]:
    """Lower-case given name → in how many locales it is female, male."""
    import importlib
    import pkgutil

    import faker.providers.person as person

    female: Counter[str] = Counter()
    male: Counter[str] = Counter()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for counter, gender in ((female, "female"), (male, "male")):
            names = {
                *getattr(provider, f"first_names_{gender}", ()),
                *getattr(provider, f"first_romanized_names_{gender}", ()),
            }
            counter.update({name.lower() for name in names if name and ord(name[0]) < 0x250})
    return {name: (female[name], male[name]) for name in female.keys() | male.keys()}


def is_given_name(word: str) -> bool:
    """Whether the word is a given name somewhere."""
    return word.lower() in _names()


def gender_of(word: str) -> Gender | None:
    """The gender that the given name has in most places; None for unknown and for shared ones."""
    female, male = _names().get(word.lower(), (0, 0))
    if female + male < _KNOWN_IN:
        return None
    if female / (female + male) >= _SHARE:
        return "female"
    return "male" if male / (female + male) >= _SHARE else None

"""The search for cycles: paused, and kept from what stays."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from index import collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_nobody_looks_for_cycles_while_it_is_paused() -> None:
    with collector.paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_is_alive_is_left_out_until_the_next_time() -> None:
    class Part:
        pass

    one, other = Part(), Part()
    one.other, other.one = other, one  # type: ignore[attr-defined]
    collector.settle()
    alive = weakref.ref(one)
    del one, other
    gc.collect()
    assert alive() is not None
    collector.settle()
    assert alive() is None

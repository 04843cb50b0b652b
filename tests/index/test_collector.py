"""The search for cycles: paused, and kept from what stays."""

from __future__ import annotations

import gc
import platform
import subprocess
import sys
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_threads_share_what_memory_they_no_longer_use() -> None:
    # In a process of its own: the bound cannot be taken back. The libc itself tells how many arenas there are.
    program = """
import ctypes, os, sys, tempfile, threading
from index import collector
collector.share()
waiting = threading.Barrier(9)
def work():
    kept = [bytes(1000) for _ in range(1000)]
    waiting.wait()
    waiting.wait()
for _ in range(8):
    threading.Thread(target=work).start()
waiting.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as file:
    out = libc.fopen(file.name.encode(), b"w")
    libc.malloc_info(0, ctypes.c_void_p(out))
    libc.fclose(ctypes.c_void_p(out))
    print(file.read().count(b"<heap nr="))
waiting.wait()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= collector.ARENAS

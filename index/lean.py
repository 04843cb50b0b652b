"""Imports without what a library would load only because it happens to be installed.

spaCy's matrices look for torch, and NLTK for scikit-learn and SciPy; neither needs them for what is asked of it here.
Without them the parser takes 110 MB instead of 370 and 1.6 s to load instead of 3.8 (measured, two cores).
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

_hidden = threading.local()


class _Hiding:
    """First of all finders; knows of nothing, and refuses what this thread is to do without."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None, so that the next finder is asked; ModuleNotFoundError where the package is hidden."""
        del path, target
        if name.partition(".")[0] in getattr(_hidden, "names", ()):
            raise ModuleNotFoundError(f"{name} is not loaded here", name=name)
        return None


_finder = _Hiding()


@contextlib.contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let imports of this thread find none of these packages, unless they are loaded already; others find them."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    before = getattr(_hidden, "names", ())
    _hidden.names = (*before, *packages)
    try:
        yield
    finally:
        _hidden.names = before


@contextlib.contextmanager
def bare(*packages: str) -> Iterator[None]:
    """Let modules of these packages be imported without what the packages import; a package before one within it.

    NLTK loads all of NLTK for whoever asks for a tenth of it, .3 s. What is loaded meanwhile is theirs who asked, and
    others import the packages as they are. Nothing is done about one that is loaded already.
    """
    before = set(sys.modules)
    for name in packages:
        if name not in before and (spec := importlib.util.find_spec(name)) is not None:
            sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        yield
    finally:
        for name in set(packages) - before:
            for loaded in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
                del sys.modules[loaded]

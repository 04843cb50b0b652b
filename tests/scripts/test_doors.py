from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name",
    [
        "rebuild_index",
        "evaluate",
        "benchmark",
        "measure_index",
        "endure",
        "export_size",
        "milvus_server",
        "milvus_sizes",
    ],
)
def test_script_runs_from_a_bare_checkout_in_another_folder(tmp_path: Path, name: str) -> None:
    # -I: neither the folder nor PYTHONPATH helps; the script alone must find the checkout.
    command = [sys.executable, "-I", str(ROOT / "scripts" / f"{name}.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: ")


def test_rebuild_script_is_the_rebuild_command(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "rebuild_index.py"), "gone.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "attributed: there is no file or folder gone.txt; check the name\n"

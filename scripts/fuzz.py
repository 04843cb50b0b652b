"""Thousands of requests made from /openapi.json, right ones, wrong ones and sequences, all of schemathesis's checks.

    python scripts/fuzz.py [URL] [--examples N] [--seed N]

Without URL the seed article is indexed in a temporary folder and served. Some 60 examples for each operation make more
than 2,000 requests in two minutes. Exit status 1 where an answer is not as the description says; each fault comes with
a `curl` that shows it.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.serving import ROOT, served


@contextlib.contextmanager
def seed_service() -> Iterator[str]:
    """The address of a service over the seed article."""
    with tempfile.TemporaryDirectory() as folder:
        rebuild = [sys.executable, "-m", "index.cli", "rebuild", "seeds", "--data", folder]
        subprocess.run(rebuild, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with served(Path(folder)) as (_, url, _ready):
            yield url


def fuzz(url: str, examples: int, seed: int) -> int:
    """Ask the service at `url`; the exit status of schemathesis."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    chosen = ["--checks", "all", "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    with tempfile.TemporaryDirectory() as folder:  # it leaves files where it runs
        command = [program, "run", f"{url.rstrip('/')}/openapi.json", *chosen]
        return subprocess.run(command, cwd=folder, check=False).returncode


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", nargs="?", help="of a running service; without it, one over the seed article")
    parser.add_argument("--examples", type=int, default=60, help="for each operation at most (60)")
    parser.add_argument("--seed", type=int, default=0, help="the same one makes the same requests (0)")
    given = parser.parse_args(argv)
    with contextlib.nullcontext(given.url) if given.url else seed_service() as url:
        return fuzz(url, given.examples, given.seed)


if __name__ == "__main__":
    sys.exit(main())

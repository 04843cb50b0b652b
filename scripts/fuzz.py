"""Thousands of requests made from /openapi.json, right ones, wrong ones and sequences, all of schemathesis's checks.

    python scripts/fuzz.py [URL] [--key KEY] [--examples N] [--seed N]

Without URL the seed article is indexed in a temporary folder and served, and a key made that opens everything:
articles are posted and deleted too. Of a service that is given, only what its KEY opens is changed. Some 60 examples
for each operation make more than 2,000 requests in two minutes. Exit status 1 where an answer is not as the
description says; each fault comes with a `curl` that shows it.
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

from index import keys
from scripts.serving import ROOT, served

PATIENCE = 60
"""Seconds that an answer may take."""


@contextlib.contextmanager
def seed_service() -> Iterator[tuple[str, str]]:
    """The address of a service over the seed article, and a key of it that opens everything."""
    with tempfile.TemporaryDirectory() as folder:
        rebuild = [sys.executable, "-m", "index.cli", "rebuild", "seeds", "--data", folder]
        subprocess.run(rebuild, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        _, key = keys.add(Path(folder), "fuzz", keys.SCOPES)
        with served(Path(folder)) as (_, url, _ready):
            yield url, key


def fuzz(url: str, key: str | None, examples: int, seed: int) -> int:
    """Ask the service at `url`, with a key where there is one; the exit status of schemathesis."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    chosen = ["--checks", "all", "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    # The first article that is posted waits for the process that reads it.
    chosen += ["--request-timeout", str(PATIENCE)]
    if key is not None:
        chosen += ["--header", f"Authorization: Bearer {key}"]
    with tempfile.TemporaryDirectory() as folder:  # it leaves files where it runs
        command = [program, "run", f"{url.rstrip('/')}/openapi.json", *chosen]
        return subprocess.run(command, cwd=folder, check=False).returncode


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", nargs="?", help="of a running service; without it, one over the seed article")
    parser.add_argument("--key", help="sent with every request; to be given with URL")
    parser.add_argument("--examples", type=int, default=60, help="for each operation at most (60)")
    parser.add_argument("--seed", type=int, default=0, help="the same one makes the same requests (0)")
    given = parser.parse_args(argv)
    with contextlib.nullcontext((given.url, given.key)) if given.url else seed_service() as (url, key):
        return fuzz(url, key, given.examples, given.seed)


if __name__ == "__main__":
    sys.exit(main())

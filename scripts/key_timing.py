"""Whether the time of a key check tells how much of a key is right: `python scripts/key_timing.py [--rounds N]`.

Checks wrong keys, right to different lengths, in turns and in another order each round, and prints how the median
of each kind stands to that of a key with nothing right. What a check gave away would stand out of the ratio that two
halves of the same kind have. The time is the processor's own, so that other work does not count.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from index import keys
from scripts.figures import as_json, keep

BATCH = 50
"""Checks that are timed together: one alone is shorter than the clock is exact."""


def wrong_keys(key: str) -> dict[str, str]:
    """A wrong key for each kind; all as long as the right one."""
    head, secret = key[: -len(secret_of(key))], secret_of(key)

    def other(text: str) -> str:
        return "".join("0" if one != "0" else "1" for one in text)

    return {
        "nothing right": keys.PREFIX + other(head[len(keys.PREFIX) : -1]) + "_" + other(secret),
        "nothing right, again": keys.PREFIX + other(head[len(keys.PREFIX) : -1]) + "_" + other(secret)[::-1],
        "the id": head + other(secret),
        "the id and half of the secret": head + secret[:20] + other(secret[20:]),
        "all but the last character": key[:-1] + other(key[-1]),
        "all but the first of the secret": head + other(secret[0]) + secret[1:],
    }


def secret_of(key: str) -> str:
    """The secret of a key."""
    return key.rpartition("_")[2]


def measured(rounds: int) -> dict[str, float]:
    """Median microseconds of a check, by kind."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        made = [keys.add(data, f"key {at}", ["read"])[1] for at in range(20)]
        kinds = wrong_keys(made[7])
        known = keys.Keys(data)
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind in random.sample(list(kinds), len(kinds)):
                text = kinds[kind]
                began = time.process_time_ns()
                for _ in range(BATCH):
                    known.find(text)
                times[kind].append((time.process_time_ns() - began) / BATCH / 1000)
    return {kind: statistics.median(found) for kind, found in times.items()}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=4000)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    given = parser.parse_args(argv)
    found = measured(given.rounds)
    base = found["nothing right"]
    figures = {
        "rounds": given.rounds,
        "microseconds": {kind: round(time_, 2) for kind, time_ in found.items()},
        "ratio to nothing right": {kind: round(time_ / base, 4) for kind, time_ in found.items()},
    }
    print(as_json(figures))
    keep(figures, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

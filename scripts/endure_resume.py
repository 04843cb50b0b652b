"""A long rebuild: its rate, its memory over time, and what a killed one costs the next."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from index import generation as folders
from index.check import check
from scripts.endured import Report
from scripts.fakes import gold

ROOT = Path(__file__).resolve().parents[1]
PARAGRAPHS = (4, 14)
"""Of an article, at least and at most."""
CHANGED = 10
"""Articles that are changed for the last rebuild."""
EVERY = 1.0
"""Seconds from one look at the memory to the next."""
TABLES = ("article", "article_speaker", "quotation", "speaker", "speaker_role", "speaker_name", "copy")


def resume(folder: Path, articles: int, kills: int, seed: int, say: Callable[[str], None]) -> Report:
    """Rebuild `articles` made of mixed paragraphs once in one go, and once killed so many times on the way.

    Then once more with ten articles changed.
    """
    report = Report()
    source = folder / "articles.jsonl"
    characters = write_mixed(source, articles, seed)
    say(f"{articles} articles, {characters:,} characters")
    seconds, memory, said = _run(source, folder / "whole")
    say(f"in one go: {seconds:.0f} s; {said}")
    thirds = [memory[len(memory) * part // 3 : len(memory) * (part + 1) // 3] for part in range(3)]
    report.figures |= {
        "articles": articles,
        "characters": characters,
        "seconds": round(seconds, 1),
        "articles a second": round(articles / seconds, 1),
        "MiB at most": round(max(memory)),
        "MiB in each third": [round(sum(third) / len(third)) for third in thirds],
    }
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0.1, 0.9) * seconds for _ in range(kills))
    spent, kept, before = 0.0, [], 0.0
    for moment in moments:
        spent += _killed(source, folder / "cut", moment - before)
        before = moment
        kept.append(kept_of(folder / "cut"))
        say(f"killed; kept: {kept[-1]}")
    last, _, said = _run(source, folder / "cut")
    say(f"the last: {last:.0f} s; {said}")
    taken = re.search(r"(\d+) taken up", said)
    report.figures |= {
        "kills": kills,
        "kept at each": kept,
        "seconds of all": round(spent + last, 1),
        "taken up by the last": int(taken[1]) if taken else 0,
    }
    if _contents(folder / "whole") != _contents(folder / "cut"):
        report.faults.append("the index that was cut off on the way is another one")
    _change(source, CHANGED)
    small, _, said = _run(source, folder / "whole")
    say(f"with {CHANGED} changed: {small:.1f} s; {said}")
    report.figures |= {f"seconds with {CHANGED} changed": round(small, 1), "share": f"{100 * small / seconds:.2f} %"}
    report.faults += [f"{name}: {fault}" for name in ("whole", "cut") for fault in check(folder / name)]
    return report


def write_mixed(path: Path, articles: int, seed: int) -> int:
    """Articles of paragraphs of written ones, mixed; no two alike. How many characters they have."""
    chance = random.Random(seed)
    paragraphs = [
        line for one in gold() for line in one.article.text[one.article.body :].splitlines() if len(line.split()) > 5
    ]
    characters = 0
    with path.open("w", encoding="utf-8") as lines:
        for number in range(articles):
            text = "\n\n".join(chance.choices(paragraphs, k=chance.randint(*PARAGRAPHS)))
            day = dt.date(2020, 1, 1) + dt.timedelta(chance.randrange(2000))
            row = {"id": f"mixed-{number}", "text": text, "date": day.isoformat(), "source": f"Paper {number % 40}"}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            characters += len(text)
    return characters


def _change(path: Path, number: int) -> None:
    """Put the paragraphs of so many articles, spread over the file, into another order."""
    lines = path.read_text("utf-8").splitlines()
    for place in range(0, len(lines), max(1, len(lines) // number)):
        row = json.loads(lines[place])
        row["text"] = "\n\n".join(reversed(row["text"].split("\n\n")))
        lines[place] = json.dumps(row, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", "utf-8")


@contextlib.contextmanager
def _started(source: Path, data: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "index.cli", "rebuild", str(source), "--data", str(data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _run(source: Path, data: Path) -> tuple[float, list[float], str]:
    """Seconds, MiB of the process and all that it started at every look, and the first line that it closed with."""
    started = time.perf_counter()
    memory = []
    with _started(source, data) as process:
        while process.poll() is None:
            memory.append(memory_of(process.pid))
            time.sleep(EVERY)
        assert process.stdout is not None
        said = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"the rebuild ended with {process.returncode}")
    return time.perf_counter() - started, memory, said.partition("\n")[0]


def memory_of(pid: int) -> float:
    total = 0
    with contextlib.suppress(psutil.Error):
        one = psutil.Process(pid)
        for each in (one, *one.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += each.memory_full_info().uss
    return total / 2**20


def _killed(source: Path, data: Path, seconds: float) -> float:
    started = time.perf_counter()
    with _started(source, data) as process, contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return time.perf_counter() - started


def kept_of(data: Path) -> dict[str, int]:
    """Articles and passages that a killed run left for the next."""
    path = folders.Layout(data).unfinished
    if not path.exists():
        return {"articles": 0, "passages": 0}
    with contextlib.closing(sqlite3.connect(path)) as db:
        counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("worked", "encoded")]
    return dict(zip(("articles", "passages"), counts, strict=True))


def _contents(data: Path) -> dict[str, Any]:
    """Everything that an index holds: the rows of its store, and the bytes of its vectors."""
    generation = folders.current(data)
    found: dict[str, Any] = {}
    with contextlib.closing(sqlite3.connect(generation.store)) as db:
        for table in TABLES:
            rows = hashlib.sha256()
            for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
                rows.update(repr(row).encode())
            found[table] = rows.hexdigest()
    for place in (generation.vectors, generation.spoken):
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found

"""Files made to stop a reader: each is read by `attributed extract` (folders by `rebuild`), with seconds and memory.

    python scripts/hostile_input.py [NAME ...] [--json FILE]

Every file is made in a temporary folder and removed. Memory is the resident memory of the command and of the process
that parses for it, together, looked at every 20 ms. Exit status 1 where a file took more than SECONDS of a processor or
MEGABYTES, or where the command ended in another way than with articles or a reason.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.figures import keep

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 20
MEGABYTES = 512
GIVEN_UP = 120
"""Seconds after which a command is ended."""

TEN_MEGABYTES = ("He said that it rained over the harbour again. " * 220_000)[: 10 * 2**20]
ITEM = "<item><title>T{0}</title><guid>g{0}</guid><description>It rained on day {0}, she said.</description></item>"


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip archive of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return packed.getvalue()


def tarred(*members: tuple[str, bytes]) -> bytes:
    """A tar archive of these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as made:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def nested_bomb() -> bytes:
    """Ten archives in each of ten archives, every one with 20 MB of one letter."""
    inner = zipped(*((f"{n}.txt", b"a" * 20 * 2**20) for n in range(10)))
    return zipped(*((f"{n}.zip", inner) for n in range(10)))


def deep_mail() -> str:
    """Multiparts in each other, 3,000 deep."""
    head = "From: a@b.example\nSubject: s\nMIME-Version: 1.0\n"
    parts = [f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000)]
    return head + "".join(parts) + "Content-Type: text/plain\n\nIt rained, she said.\n"


def long_text(kind: str, size: int = 300_000) -> str:
    """Text of one kind, as long as an article may be."""
    chosen = random.Random(7)
    words = "council harbour minister budget river school promise engine letter question bridge answer doctor".split()
    names = ["Ola Berg", "Mina Tran", "Peter Okafor", "Lucia Ferrari", "John Smyth", "Ana Ruiz", "Sara Holm"]

    def some(count: int) -> str:
        return " ".join(chosen.choice(words) for _ in range(count))

    makers: dict[str, Callable[[int], str]] = {
        "hearing": lambda _: f"{chosen.choice(names).upper()}: The {some(12)}. I {some(20)}.\n\n",
        "names": lambda n: f"{chosen.choice(names)}{n} met {chosen.choice(names)}{n + 1}. ",
        "labels": lambda n: f"Name{n} Other: {some(6)}.\n\n",
        "marks": lambda _: '"' + chosen.choice(["a", " b", "“"]),
        "brackets": lambda _: "(«'“",
        "reports": lambda _: f"{chosen.choice(names)} said {some(3)}. ",
    }
    text, size_left, number = [], size, 0
    while size_left > 0:
        text.append(makers[kind](number))
        size_left -= len(text[-1])
        number += 1
    return "".join(text)[:size]


CASES: dict[str, tuple[str, Callable[[], bytes | str]]] = {
    "zip bomb, 1 GB": ("a.zip", lambda: zipped(*((f"{n}.txt", b"a" * 64 * 2**20) for n in range(16)))),
    "nested zip bomb, 20 GB": ("a.zip", nested_bomb),
    "gzip bomb, 1 GB": ("a.txt.gz", lambda: gzip.compress(b"a" * 2**30, 1)),
    "bzip2 bomb, 1 GB": ("a.txt.bz2", lambda: bz2.compress(b"a" * 2**28, 1) * 4),
    "xz bomb, 1 GB": ("a.txt.xz", lambda: lzma.compress(b"a" * 2**30, preset=0)),
    "tar.gz bomb": ("a.tar.gz", lambda: gzip.compress(tarred(*((f"{n}.bin", b"a" * 2**26) for n in range(8))), 1)),
    "zip of 300,000 names": ("a.zip", lambda: zipped(*((f"{n:07}.x", b"") for n in range(300_000)))),
    "zip with paths that lead out": ("a.zip", lambda: zipped(("../../../a.txt", b"x"), ("/etc/a.txt", b"x"))),
    "entity bomb in a feed": (
        "a.rss",
        lambda: (
            "<!DOCTYPE rss [<!ENTITY a0 'ha'>"
            + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(12))
            + "]><rss><channel><item><description>&a12;</description></item></channel></rss>"
        ),
    ),
    "entity bomb in a page": (
        "a.html",
        lambda: (
            "<!DOCTYPE html [<!ENTITY a0 'ha'>"
            + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(12))
            + "]><html><body><p>&a12;</p></body></html>"
        ),
    ),
    "aliases without end in front of Markdown": (
        "a.md",
        lambda: (
            "---\na0: &a0 [x]\n"
            + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(12))
            + "---\nIt rained.\n"
        ),
    ),
    "paragraph of 10 MB, plain": ("a.txt", lambda: TEN_MEGABYTES),
    "paragraph of 10 MB, page": ("a.html", lambda: f"<html><body><p>{TEN_MEGABYTES[: 7 * 2**20]}</p></body></html>"),
    "paragraph of 10 MB, JSON": ("a.json", lambda: json.dumps([{"id": "1", "body": TEN_MEGABYTES}])),
    "200,000 empty paragraphs, page": ("a.html", lambda: "<html><body>" + "<p></p>" * 200_000 + "</body></html>"),
    "200,000 short paragraphs, page": ("a.html", lambda: "<html><body>" + "<p>It rained.</p>" * 200_000),
    "200,000 empty paragraphs, mail": (
        "a.eml",
        lambda: (
            "From: a@b.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
            + "<p></p>\n" * 200_000
        ),
    ),
    "a million short lines, plain": ("a.txt", lambda: "a\n" * 1_000_000),
    "a million empty lines and a word": ("a.txt", lambda: "\n" * 1_000_000 + "It rained."),
    "a million lines of JSON that are none": ("a.jsonl", lambda: "{\n" * 1_000_000),
    "100,000 elements within each other": ("a.html", lambda: "<html><body>" + "<div>" * 100_000 + "It rained."),
    "100,000 lists within each other, JSON": ("a.json", lambda: '[{"a":' * 100_000),
    "five million empty lists, JSON": ("a.json", lambda: "[{}," + "[]," * 5_000_000 + "{}]"),
    "3,000 parts within each other, mail": ("a.eml", deep_mail),
    "100,000 lists within each other, Markdown": ("a.md", lambda: "---\na: " + "[" * 100_000 + "\n---\nIt rained."),
    "100,000 block quotations within each other": ("a.md", lambda: ">" * 100_000 + " It rained."),
    "cell that is never closed": ("a.csv", lambda: 'id,text\n1,"' + "It rained.\n" * 1_500_000),
    "feed of 100,000 entries": (
        "a.rss",
        lambda: "<rss version='2.0'><channel>" + "".join(map(ITEM.format, range(100_000))) + "</channel></rss>",
    ),
    "encoding that lies": ("a.html", lambda: b'<meta charset="utf-16"><p>' + bytes(range(1, 256)) * 4000),
    "captions of a million lines": ("a.vtt", lambda: "WEBVTT\n\n00:00.000 --> 00:01.000\n" + "a\n" * 1_000_000),
    **{
        f"article as long as may be: {kind}": ("a.txt", lambda kind=kind: long_text(kind))  # type: ignore[misc]
        for kind in ("hearing", "names", "labels", "marks", "brackets", "reports")
    },
}


def odd_folder(folder: Path) -> None:
    """Links in circles, a device, a pipe, a name with a line break, 1 GB of nothing; and one article."""
    (folder / "round").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    (folder / "a\nb.txt").write_bytes(b"")
    for suffix in ("txt", "csv", "jsonl", "html", "zip", "tar"):
        with (folder / f"sparse.{suffix}").open("wb") as made:
            made.truncate(2**30)
    (folder / "one.txt").write_text(
        "It rained over the harbour. “It will rain again,” said Ola Berg.\n", encoding="utf-8"
    )


def measured(command: list[str]) -> dict[str, Any]:
    """Run a command to its end; seconds, peak memory in MB, and how it ended."""
    began, before = time.monotonic(), _processor()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdout=out, stderr=said, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        watched, peak, late = psutil.Process(process.pid), 0, False
        while process.poll() is None:
            peak = max(peak, _resident(watched))
            late = time.monotonic() - began > GIVEN_UP
            if late:
                process.kill()
            time.sleep(0.02)
        seconds = time.monotonic() - began
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").splitlines() or [""]
        articles = out.seek(0, io.SEEK_END) > 0
    ended = "given up" if late else lines[-1][-160:] if process.returncode else "read" if articles else "nothing"
    right = not late and process.returncode in (0, 1) and not any("Traceback" in line for line in lines)
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(_processor() - before, 1),
        "peak_mb": peak >> 20,
        "ended": ended.rpartition("/")[2] if process.returncode else ended,
        "right": right and _processor() - before <= SECONDS and peak >> 20 <= MEGABYTES,
    }


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(process: psutil.Process) -> int:
    try:
        return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def run(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each case with what was measured."""
    attributed = [sys.executable, "-m", "index.cli"]
    for name, (file, make) in CASES.items():
        if names and not any(wanted in name for wanted in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / file
            content = make()
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
            del content
            yield name, measured([*attributed, "extract", "--workers", "1", str(path)])
    if not names or "folder" in names:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data:
            # The first rebuild exports the model, under torch, which takes 800 MB once; that is not measured here.
            (Path(folder) / "one.txt").write_text("“It will rain,” said Ola Berg.\n", encoding="utf-8")
            subprocess.run([*attributed, "rebuild", folder, "--data", data], cwd=ROOT, check=True, capture_output=True)
            odd_folder(Path(folder))
            yield "folder of odd files", measured([*attributed, "rebuild", folder, "--data", data])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of the names of cases; all where none is given")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {}
    for name, figures in run(given.names):
        found[name] = figures
        print(f"{'  ' if figures['right'] else '! '}{name:46} {figures['seconds']:6.1f} s "
              f"({figures['processor_seconds']:5.1f} of a processor) {figures['peak_mb']:5} MB  "
              f"{figures['ended'][:90]}", flush=True)  # fmt: skip
    keep(found, given.json)
    return 0 if all(figures["right"] for figures in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

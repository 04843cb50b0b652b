"""What `benchmark.py --json` wrote, as the tables of the README and of benchmarks/README.md, in Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import QuoteIndexError

Fields = Mapping[str, Any]


def read(path: Path) -> dict[str, Any]:
    """A file that `--json` wrote (QuoteIndexError: it is another)."""
    try:
        report = json.loads(path.read_text("utf-8"))
        found: dict[str, Any] = {"file": path.name, "machine": report["machine"], "command": report["command"]}
        return {**found, **report}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise QuoteIndexError(f"{path}: not written by benchmark.py --json ({error!r})") from None


def tables(reports: Sequence[Fields]) -> str:
    """Every table that the reports give, set-ups first."""
    setups = [
        f"- {report['file']}: `{report['command']}` on {report['machine']}, {report.get('day', 'no day')}"
        for report in reports
    ]
    sizes = sorted((one for report in reports for one in report.get("sizes", ())), key=lambda one: one["passages"])
    compared = sorted((one for report in reports for one in report.get("peers", ())), key=lambda one: one["passages"])
    rungs = [report["rungs"] for report in reports if report.get("rungs")]
    parts = ["\n".join(setups)]
    parts += [of_sizes(sizes), of_filters(sizes)] if sizes else []
    parts += [of_peers(one) for one in compared]
    parts += [of_rungs(one) for one in rungs]
    return "\n\n".join(parts)


def of_sizes(sizes: Sequence[Fields]) -> str:
    """The program by itself: a column for each size."""
    rows: list[tuple[str, Callable[[Fields], str]]] = [
        ("start to `/readyz`", lambda one: f"{one['ready']:.2f} s"),
        (
            "resident memory when ready; after all searches",
            lambda one: "; ".join(f"{n:.0f}" for n in one["memory"]) + " MiB",
        ),
        ("build, without making texts and vectors", lambda one: f"{sum(one['build'].values()):.0f} s"),
        ("disk, bytes a passage: vectors; all", _disk),
        ("one client: p50; p95; p99", lambda one: _times(one["alone"])),
        (
            "8 clients: requests/s; p50; p99",
            lambda one: f"{one['per_second']:.0f}; {one['together']['p50']:.1f}; {one['together']['p99']:.1f} ms",
        ),
        (
            "the machine, encoding these questions and nothing else: a second; p50; p95",
            lambda one: (
                f"{one['ceiling']['per_second']:.0f}; {one['ceiling']['p50']:.1f}; {one['ceiling']['p95']:.1f} ms"
            ),
        ),
        ("share of that reached by 8 clients", lambda one: _percent(one["per_second"] / one["ceiling"]["per_second"])),
        (
            "pasted quotations verified: p50, by verdict",
            lambda one: (
                ", ".join(f"{name} {each['latency']['p50']:.1f}" for name, each in one["verify"].items()) + " ms"
            ),
        ),
        ("processor time a question: one client; 8 clients", _worked),
        ("load of the machine before; after", lambda one: "; ".join(f"{n:.1f}" for n in one["load"])),
    ]
    heads = [f"{one['passages']:,}" for one in sizes]
    return _table(["passages", *heads], [[name, *(cell(one) for one in sizes)] for name, cell in rows])


def of_filters(sizes: Sequence[Fields]) -> str:
    """Filters by what they leave: of the kinds of one share the slowest, and the worst page."""
    lines = []
    for one in sizes:
        plain = one["unfiltered"]
        lines.append(
            [f"{one['passages']:,}", "all", _times(plain["latency"]), "1", f"{plain['per_second']:.0f}", "", ""]
        )
        shares: dict[str, list[Fields]] = {}
        for name, each in one["filters"].items():
            shares.setdefault(name.split()[-1], []).append(each)
        for share, kinds in shares.items():
            slowest = max(kinds, key=lambda each: each["latency"]["p95"])
            lines.append(
                [
                    f"{one['passages']:,}",
                    share.replace("%", " %"),
                    _times(slowest["latency"]),
                    f"{max(each['ratio_p95'] for each in kinds):.2f}",
                    f"{min(each['per_second'] for each in kinds):.0f}",
                    _percent(min(each["full"] for each in kinds)),
                    _percent(min(each["exact"] for each in kinds)),
                ]
            )
    heads = ["passages", "rows left", "one client: p50; p95; p99", "p95 to unfiltered", "8 clients: requests/s"]
    return _table([*heads, "full pages", "exactly the best rows"], lines)


def of_peers(compared: Fields) -> str:
    """The program and others beside it."""
    lines = [
        [
            PEERS.get(one["name"], one["name"]),
            _times(one["alone"]),
            f"{one['per_second']:.0f}",
            f"{one['together']['p99']:.0f} ms",
            f"{one['alone']['processor']:.1f} ms",
            f"{one['start']:.1f} s",
            f"{one['memory']:.0f} MiB",
            _times(one["filtered"]),
            f"{_percent(one['full'])}, {one['hits']:.2f} hits",
        ]
        for one in compared["peers"]
    ]
    lines += [[PEERS.get(name, name), why, *[""] * 7] for name, why in compared["missing"].items()]
    heads = [f"{compared['passages']:,} passages", "one client: p50; p95; p99", "8 clients: requests/s", "p99"]
    heads += ["processor time a question", "start"]
    return _table([*heads, "memory", "filter to .1 %: p50; p95; p99", "full pages"], lines)


PEERS = {
    "attributed": "this program",
    "floor": "its encoder and vectors under Flask, nothing else",
    "naive": "sentence-transformers on torch, IndexFlatIP, SQLite, Flask",
    "txtai": "txtai, hybrid",
}


def of_rungs(rungs: Fields) -> str:
    """The ladder and what stands beside it."""
    filters = [f"{each['share'] * 100:g} %" for each in rungs["ways"][0]["filters"]]
    lines = [
        [
            one["name"],
            f"{one['bytes']:.0f}",
            f"{one['build']:.1f} s",
            f"{one['p50']:.2f}; {one['p95']:.2f} ms",
            _share(one["recall_10"]),
            _share(one["recall_300"]),
            f"{one['off']:.6f}".lstrip("0"),
            f"{max(one['short'], *(each['short'] for each in one['filters'])):.6f}".lstrip("0"),
            *(f"{_share(each['recall_10'])}; {each['p50']:.2f} ms" for each in one["filters"]),
        ]
        for one in rungs["ways"]
    ]
    heads = [f"{rungs['vectors']:,} vectors of {rungs['texts']}", "bytes a vector", "build", "300 wanted: p50; p95"]
    heads += ["recall@10", "recall@300", "scores off by at most", "the tenth short by"]
    return _table([*heads, *(f"filter to {name}: recall@10; p50" for name in filters)], lines)


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [heads, ["---"] * len(heads), *lines])


def _times(latency: Fields) -> str:
    return f"{latency['p50']:.1f}; {latency['p95']:.1f}; {latency['p99']:.1f} ms"


def _worked(one: Fields) -> str:
    return f"{one['alone']['processor']:.1f}; {one['together']['processor']:.1f} ms"


def _disk(one: Fields) -> str:
    vectors = sum(size for name, size in one["files"].items() if re.match(r"vectors|spoken", name))
    return f"{vectors / one['passages']:.0f}; {sum(one['files'].values()) / one['passages']:.0f}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def _share(share: float) -> str:
    """Rounded down, so that 1 says that nothing is lost."""
    return "1" if share >= 1 else f"{int(share * 10_000) / 10_000:.4f}".lstrip("0")

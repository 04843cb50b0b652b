"""A service of its own process asked by several clients without a pause, while one index takes the place of another."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np

from index import generation as folders
from index.encoder import Encoder, default_encoder
from scripts.endured import Report, Sets
from scripts.fakes import RandomEncoder
from scripts.serving import percentile, resident, served
from scripts.workshop import Job, Workshop

WINDOW = 1.0
"""Seconds from a switch on in which a request counts as one during a swap."""
WARM = 2.0
"""Seconds of load before the first swap."""
GIVEN_UP = 30.0
"""Seconds after which a generation that does not answer is waited for no longer."""
WORDS = 8
"""Words of a question."""
SAMPLES = 2.0
"""Seconds between two looks at the memory."""
WARM_SHARE = 0.25
"""Of a soak: what is not looked at, because caches fill."""


@dataclass(slots=True)
class Load:
    """Clients that ask until they are stopped, each over a connection of its own; every answer is looked at."""

    url: str
    made: Sets
    clients: int
    took: list[tuple[float, float]] = field(default_factory=list)
    """When each request began, and its seconds."""
    first: dict[str, list[float]] = field(default_factory=dict)
    """When each generation answered first, and again after another one had."""
    faults: list[str] = field(default_factory=list)
    sets: dict[str, set[str]] = field(default_factory=dict)
    """Generation → the sets that all its answers may be of."""
    _texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Set → article id → text."""
    _latest: str = ""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _noting: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._texts = {
            name: {article.id: article.text for article, _ in worked} for name, worked in self.made.worked.items()
        }
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def answered(self, generation: str, since: float) -> float | None:
        """Seconds from `since` until this generation answered; None where it has not."""
        later = [at for at in self.first.get(generation, []) if at >= since]
        return later[0] - since if later else None

    def _ask(self, seed: int) -> None:
        chance = random.Random(seed)
        place = urlsplit(self.url)
        assert place.hostname is not None
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        while not self._stopped.is_set():
            question = " ".join(chance.choices(self.made.words, k=WORDS))
            began = time.perf_counter()
            try:
                connection.request("GET", "/api/search?" + urlencode({"q": question}))
                response = connection.getresponse()
                content = response.read()
                if response.status != 200:
                    raise ValueError(f"{response.status}: {content[:200]!r}")
                self._look(json.loads(content), began)
            except Exception as error:  # whatever it is, a request failed
                self.faults.append(f"{question!r}: {error!r}")
                connection.close()
        connection.close()

    def _look(self, answer: dict[str, Any], began: float) -> None:
        ended = time.perf_counter()
        may_be = {name for name, texts in self._texts.items() if all(_of(hit, texts) for hit in answer["hits"])}
        generation = answer["generation"]
        with self._noting:
            self.took.append((began, ended - began))
            if generation != self._latest:
                self._latest = generation
                self.first.setdefault(generation, []).append(ended)
            left = self.sets.setdefault(generation, set(self._texts))
            left &= may_be
            if not left:
                self.faults.append(f"an answer of {generation} holds what is of another one")


def _of(hit: dict[str, Any], texts: dict[str, str]) -> bool:
    """Whether all of a hit stands in these articles."""
    text = texts.get(hit["article"]["id"])
    quotation, passage = hit["quotation"], hit["passage"]
    return (
        text is not None
        and text[passage["start"] : passage["end"]] == passage["text"]
        and (len(quotation.get("spans") or []) > 1 or text[quotation["start"] : quotation["end"]] == quotation["text"])
    )


def swaps(folder: Path, number: int, clients: int, articles: int, within: float, real: bool, pause: float) -> Report:
    """Switch `number` times between two generations, `pause` seconds apart; each is to answer `within` seconds."""
    report = Report()
    made, data = Sets.make(folder, articles), folder / "data"
    encoder = _encoder(data, real)
    names = {name: made.build(name, data, encoder) for name in ("a", "b")}
    taken, switched = [], []
    with _service(data, real) as (process, url, _), Load(url, made, clients) as load:
        time.sleep(min(WARM, pause))
        before = _files(process.pid)
        for count in range(number):
            name = names["ab"[count % 2]]
            with folders.writing(data) as layout:
                folders.switch(layout, layout.generation(name))
            switched.append(time.perf_counter())
            seconds = _awaited(load, name, switched[-1])
            taken.append(seconds)
            if seconds > within:
                report.faults.append(f"swap {count}: {seconds:.2f} s until the new generation answered")
            time.sleep(max(0.0, pause - seconds))
        after = _files(process.pid)
    _look_back(report, load, {generation: name for name, generation in names.items()})
    within_window = [seconds for began, seconds in load.took if _during(began, seconds, switched)]
    outside = [seconds for began, seconds in load.took if not _during(began, seconds, switched)]
    report.figures |= {
        "swaps": number,
        "clients": clients,
        **_figures(load),
        "during a swap": _milliseconds(within_window),
        "outside": _milliseconds(outside),
        "seconds until the new one answers": {
            "p50": round(percentile(taken, 0.5), 3),
            "most": round(max(taken), 3),
        },
        "files more": after - before,
    }
    return report


def soak(folder: Path, minutes: float, clients: int, articles: int, every: float, real: bool, limit: float) -> Report:
    """Rebuild every so many seconds under load, and see whether the memory of the service grows.

    `limit`: MiB an hour that it may.
    """
    report = Report()
    made, data = Sets.make(folder, articles), folder / "data"
    names = {made.build("b", data, _encoder(data, real)): "b"}
    samples: list[tuple[float, float]] = []
    rebuilt = 0
    with (
        Workshop(articles, real=real) as workshop,
        _service(data, real) as (process, url, _),
        Load(url, made, clients) as load,
    ):
        started = time.perf_counter()
        files: list[int] = []
        while (now := time.perf_counter() - started) < minutes * 60 or len(samples) < 2:
            samples.append((now, resident(process.pid)))
            files.append(_files(process.pid))
            if now >= rebuilt * every:
                name = "ab"[rebuilt % 2]
                done = workshop.run(Job(("rebuild", str(made.files[name]), "--data", str(data))))
                rebuilt += 1
                if done.status:
                    report.faults.append(f"rebuild {rebuilt}: exit {done.status}: {done.said[-300:]}")
                names[folders.current(data).name] = name
            time.sleep(min(SAMPLES, minutes * 6))  # ten at least
    _look_back(report, load, names)
    # At least two, however slow the machine is: a line needs them.
    warm = [one for one in samples if one[0] >= WARM_SHARE * minutes * 60]
    warm = warm if len(warm) > 1 else samples[-2:]
    at, memory = np.array(warm).T
    slope = float(np.polyfit(at, memory, 1)[0]) * 3600
    if slope > limit:
        report.faults.append(f"the memory grows by {slope:.0f} MiB an hour, {limit:.0f} are allowed")
    report.figures |= {
        "minutes": minutes,
        "rebuilds": rebuilt,
        "clients": clients,
        **_figures(load),
        "latency": _milliseconds([seconds for _, seconds in load.took]),
        "MiB": {"warm": round(warm[0][1], 1), "end": round(warm[-1][1], 1), "most": round(max(m for _, m in warm), 1)},
        "MiB an hour": round(slope, 1),
        "open files": {"warm": files[-len(warm)], "end": files[-1]},
    }
    return report


def _encoder(data: Path, real: bool) -> Encoder:
    return default_encoder(data) if real else RandomEncoder()


def _service(data: Path, real: bool) -> AbstractContextManager[tuple[Any, str, float]]:
    return served(data) if real else served(data, (str(Path(__file__).with_name("workshop.py")), "--"))


def _awaited(load: Load, name: str, since: float) -> float:
    while (seconds := load.answered(name, since)) is None:
        if time.perf_counter() - since > GIVEN_UP:
            return GIVEN_UP
        time.sleep(0.005)
    return seconds


def _during(began: float, seconds: float, switched: list[float]) -> bool:
    return any(began + seconds >= at and began <= at + WINDOW for at in switched)


def _look_back(report: Report, load: Load, names: dict[str, str]) -> None:
    """Note what failed, and each generation (→ the set it was made of) that answered as another."""
    report.faults += load.faults
    for generation, sets in load.sets.items():
        if names.get(generation) not in sets:
            report.faults.append(f"{generation} answers as {sorted(sets)}, it was made of {names.get(generation)}")


def _figures(load: Load) -> dict[str, Any]:
    seconds = max(began for began, _ in load.took) - min(began for began, _ in load.took)
    failed = len(load.faults)
    return {"requests": len(load.took), "failed or mixed": failed, "a second": round(len(load.took) / seconds)}


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {"requests": 0}
    figures = {f"p{share}": round(percentile(seconds, share / 100) * 1000, 1) for share in (50, 99)}
    return {"requests": len(seconds), **figures, "most": round(max(seconds) * 1000, 1)}


def _files(pid: int) -> int:
    """How many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))

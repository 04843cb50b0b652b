"""A Milvus server killed under searches and posts: nothing hangs, nothing acknowledged is lost, all comes back."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import keys
from index.build import rebuild
from index.encoder import default_encoder
from index.engine.choice import engine_of
from index.errors import QuoteIndexError
from index.extraction import SieveExtractor
from scripts.endure_live import base, look, made
from scripts.endured import Report
from scripts.milvus_server import Server, alone, install, started
from scripts.serving import search, served

SEARCHERS = 4
POSTERS = 2
DOWN = 8.0
"""Seconds for which the server stays dead."""
SHARE = 240.0
"""Seconds in which the articles that belong before a kill, or behind the last one, must be acknowledged."""
LONGEST = {"search": 15.0, "readyz": 15.0, "post": 45.0}
"""Seconds that a request may take, whatever happens; a post waits up to 30 for the process that finds quotations."""
RECOVERY = 180.0
"""Seconds from the new start within which searches must be answered."""
PAUSE = 0.05
"""Seconds between two requests of one client that is refused."""


@dataclass(slots=True)
class Seen:
    """What the clients saw. May be added to from many threads."""

    statuses: Counter[str] = field(default_factory=Counter)
    ready: Counter[int] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    without_retry: list[str] = field(default_factory=list)
    answered: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, status: int, seconds: float, retry: str | None, said: str = "") -> None:
        """A request that ended; status 0 where no answer came. `said`: the answer's own words."""
        with self.lock:
            self.statuses[f"{what} {status}"] += 1
            self.longest[what] = max(self.longest.get(what, 0.0), seconds)
            if status == 503 and not retry:
                self.without_retry.append(f"{what}: {said}")
            if what == "search" and status == 200:
                self.answered = time.perf_counter()


def milvus(folder: Path, number: int, kills: int, index: Path | None, seed: int, say: Callable[[str], None]) -> Report:
    """Kill a server `kills` times while four clients search and two post `number` articles.

    `index`: a data folder that is copied and put on the server; without one, an index of the articles of the tests.
    QuoteIndexError where that cannot be.
    """
    install()
    alone()
    report, seen = Report(), Seen()
    data = folder / "data"
    if index is None:
        rebuild(base(), data, extractor=SieveExtractor(), encoder=default_encoder(data))
    else:
        shutil.copytree(index, data)
    os.environ["ATTRIBUTED_LIMIT_WRITE"] = "off"
    key = keys.add(data, "endure", ("write",))[1]
    articles = list(itertools.islice(made(random.Random(seed)), number))
    with started(Server(folder / "milvus")) as server:
        address = f"{server.url}/endured"
        engine_of(address).take(data, lambda *_: None)
        os.environ["ATTRIBUTED_ENGINE"] = address
        with served(data) as (_, url, _):
            acknowledged = _under_load(report, seen, url, key, articles, server, kills, say)
            look(report, url, acknowledged)
    report.figures |= {
        "kills": kills,
        "requests": dict(sorted(seen.statuses.items())),
        "readyz": {str(status): count for status, count in sorted(seen.ready.items())},
        "longest s": {what: round(seconds, 2) for what, seconds in seen.longest.items()},
        "acknowledged": len(acknowledged),
    }
    _judge(report, seen)
    return report


def _under_load(
    report: Report,
    seen: Seen,
    url: str,
    key: str,
    articles: Sequence[dict[str, Any]],
    server: Any,
    kills: int,
    say: Callable[[str], None],
) -> dict[str, list[str]]:
    """The quotations of each article that was acknowledged."""
    done = threading.Event()
    acknowledged: dict[str, list[str]] = {}
    questions = [article["text"].split("\n\n")[1][:200] for article in articles]
    threads = [
        *(threading.Thread(target=_search, args=(url, questions[place:], seen, done)) for place in range(SEARCHERS)),
        *(
            threading.Thread(target=_post, args=(url, key, articles[place::POSTERS], seen, done, acknowledged))
            for place in range(POSTERS)
        ),
        threading.Thread(target=_watch, args=(url, seen, done)),
    ]
    for one in threads:
        one.start()
    try:
        back: list[float] = []
        behind: list[int] = []
        for kill in range(kills):
            _until_acknowledged(report, acknowledged, len(articles) * (kill + 1) // (kills + 1))
            say(f"killed behind {len(acknowledged)} of {len(articles)}")
            behind.append(len(acknowledged))
            server.kill()
            time.sleep(DOWN)
            began = time.perf_counter()
            listening = server.start()
            say(f"started again, listens after {listening:.1f} s")
            while seen.answered < began:
                if time.perf_counter() - began > RECOVERY:
                    raise QuoteIndexError(f"no search was answered within {RECOVERY:.0f} s of start {kill + 1}")
                time.sleep(0.02)
            back.append(round(seen.answered - began, 1))
            say(f"answered after {back[-1]:.1f} s")
        report.figures |= {"s from new start to first answer": back, "acknowledged before each kill": behind}
        _until_acknowledged(report, acknowledged, len(articles))
    finally:
        done.set()
        for one in threads:
            one.join()
    return acknowledged


def _until_acknowledged(report: Report, acknowledged: Sized, number: int) -> None:
    until = time.perf_counter() + SHARE
    while len(acknowledged) < number:
        if time.perf_counter() > until:
            report.faults.append(f"{len(acknowledged)} articles were acknowledged after {SHARE:.0f} s, not {number}")
            return
        time.sleep(0.02)


def _judge(report: Report, seen: Seen) -> None:
    bad = {name: count for name, count in seen.statuses.items() if name.split()[1] not in ("200", "503")}
    report.faults += [f"{count} times {name}" for name, count in bad.items()]
    report.faults += [f"a {what} took {s:.1f} s" for what, s in seen.longest.items() if s > LONGEST[what]]
    report.faults += [f"503 without Retry-After: {one}" for one in seen.without_retry]
    if not seen.ready[503]:
        report.faults.append("/readyz never said that the server was away")


def _search(url: str, questions: Sequence[str], seen: Seen, done: threading.Event) -> None:
    for question in itertools.cycle(questions):
        if done.is_set():
            return
        if _request(url, "search", search(question).path, seen)[0] != 200:
            time.sleep(PAUSE)


def _watch(url: str, seen: Seen, done: threading.Event) -> None:
    while not done.wait(0.2):
        status, _ = _request(url, "readyz", "/readyz", seen)
        with seen.lock:
            seen.ready[status] += 1


def _post(
    url: str,
    key: str,
    articles: Sequence[dict[str, Any]],
    seen: Seen,
    done: threading.Event,
    acknowledged: dict[str, list[str]],
) -> None:
    """Each article until it is acknowledged, as a client does that was refused."""
    for article in articles:
        while not done.is_set():
            status, answer = _request(url, "post", "/api/articles", seen, key, article)
            if status == 200:
                (one,) = json.loads(answer)["articles"]
                with seen.lock:
                    acknowledged[article["id"]] = [quotation["id"] for quotation in one["quotations"]]
                break
            time.sleep(PAUSE)


def _request(
    url: str, what: str, path: str, seen: Seen, key: str | None = None, body: Mapping[str, Any] | None = None
) -> tuple[int, str]:
    """Its status, 0 where no answer came, and the answer."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
    started = time.perf_counter()
    try:
        if body is None:
            connection.request("GET", path)
        else:
            sent = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
            connection.request("POST", path, json.dumps(body), sent)
        response = connection.getresponse()
        said = response.read().decode("utf-8", "replace")
        status, retry = response.status, response.headers["Retry-After"]
    except (OSError, http.client.HTTPException):
        status, retry, said = 0, None, ""
    finally:
        connection.close()
    seen.add(what, status, time.perf_counter() - started, retry, said[:300])
    return status, said

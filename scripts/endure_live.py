"""Articles posted while the service is killed, and while others search: nothing acknowledged is lost, nobody waits."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from index import keys
from index.build import rebuild
from index.check import check
from index.encoder import default_encoder
from index.extraction import SieveExtractor
from index.searcher import Searcher
from index.types import Article
from scripts.endured import Report
from scripts.fakes import gold
from scripts.serving import latency, search, served

POSTERS = 8
SEARCHERS = 4
TRIES = 600
"""How often a request is sent again, half a second apart, while no service listens."""

Posted = dict[str, Any]


def live(
    folder: Path, number: int, kills: int, seconds: float, index: Path | None, seed: int, say: Callable[[str], None]
) -> Report:
    """Post `number` articles by 8 clients with `kills` in between; then search for `seconds` without and beside posts.

    `index`: a data folder that is copied and added to; without one, an index of the articles of the tests.
    """
    report = Report()
    chosen = random.Random(seed)
    data = folder / "data"
    if index is None:
        rebuild(base(), data, extractor=SieveExtractor(), encoder=default_encoder(data))
    else:
        shutil.copytree(index, data)
    with Searcher.open(data) as searcher:
        report.figures["passages before"] = searcher.manifest.counts.passages
    os.environ["ATTRIBUTED_LIMIT_WRITE"] = "off"
    key = keys.add(data, "endure", ("write",))[1]
    articles = list(itertools.islice(made(chosen), number + int(seconds * 200)))
    _killed(report, data, key, articles[:number], kills, chosen, say)
    _beside(report, data, key, articles[number:], seconds, say)
    report.faults += check(data)
    return report


def base() -> list[Article]:
    return [one.article for one in gold()]


def made(chosen: random.Random) -> Iterator[Posted]:
    """Articles of mixed paragraphs of those of the tests, each with an id and a line of its own."""
    whole = base()
    paragraphs = [part for article in whole for part in article.text.split("\n\n") if part.strip()]
    for number in itertools.count(1):
        picked = chosen.sample(paragraphs, chosen.randint(3, 8))
        text = "\n\n".join([f"Dispatch {number} of the wire.", *picked])
        day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
        yield {"id": f"posted/{number}", "text": text, "title": f"Dispatch x{number}x", "date": day, "source": "Wire"}


def _killed(
    report: Report,
    data: Path,
    key: str,
    articles: Sequence[Posted],
    kills: int,
    chosen: random.Random,
    say: Callable[[str], None],
) -> None:
    """Eight clients post; the service is killed and started again; all that was acknowledged must be there."""
    waiting = list(reversed(articles))
    acknowledged: dict[str, list[str]] = {}
    statuses: dict[str, int] = {}
    url = [""]
    taking = threading.Lock()
    started = time.perf_counter()

    def post() -> None:
        while True:
            with taking:
                if not waiting:
                    return
                article = waiting.pop()
            answer = _until_answered(url, "/api/articles", key, article)
            (one,) = answer["articles"]
            with taking:
                acknowledged[article["id"]] = [quotation["id"] for quotation in one["quotations"]]
                statuses[one["status"]] = statuses.get(one["status"], 0) + 1

    clients = [threading.Thread(target=post) for _ in range(POSTERS)]
    at = sorted(chosen.sample(range(len(articles) // 20, len(articles)), kills))
    for number, until in enumerate([*at, len(articles)]):
        with served(data) as (process, address, ready):
            url[0] = address
            if number:
                report.figures["seconds to ready"] = round(max(report.figures.get("seconds to ready", 0), ready), 1)
                look(report, address, dict(acknowledged))
            else:
                for client in clients:
                    client.start()
            while len(acknowledged) < until:
                time.sleep(0.01)
            if until < len(articles):
                time.sleep(chosen.random() * 0.2)
                say(f"killed behind {len(acknowledged)} of {len(articles)}")
                process.send_signal(signal.SIGKILL)
                process.wait()
                url[0] = ""
            else:
                for client in clients:
                    client.join()
                look(report, address, acknowledged)
                report.figures["MiB after posting"] = _memory(process.pid)
    report.figures |= {"posted": len(acknowledged), "kills": kills, "statuses": statuses}
    report.figures["articles a second"] = round(len(acknowledged) / (time.perf_counter() - started), 1)
    with Searcher.open(data) as searcher:
        folded = searcher.manifest.journal
    report.figures["of the journal folded"] = folded


def look(report: Report, url: str, acknowledged: dict[str, list[str]]) -> None:
    """Whether each acknowledged article is there once, with the quotations that were answered."""
    for id_, quotations in acknowledged.items():
        status, found = asked(url, f"/api/articles/{quote(id_, safe='')}")
        if status != 200:
            report.faults.append(f"{id_} was acknowledged, and is answered {status}")
        elif [one["id"] for one in found["quotations"]] != quotations:
            report.faults.append(f"{id_} has other quotations than were answered")
    _, exported = asked(url, "/api/quotations.jsonl", lines=True)
    ids = [one["quotation"]["id"] for one in exported]
    if len(ids) != len(set(ids)):
        report.faults.append(f"{len(ids) - len(set(ids))} quotations are there twice")
    there = {one["article"]["id"] for one in exported}
    lost = [id_ for id_, quotations in acknowledged.items() if quotations and id_ not in there]
    report.faults += [f"{id_} is in no export" for id_ in lost]


def _beside(
    report: Report, data: Path, key: str, articles: Sequence[Posted], seconds: float, say: Callable[[str], None]
) -> None:
    """Latency of searches, alone and beside two clients that post; each post found by the very next request."""
    questions = [article["text"].split("\n\n")[1][:200] for article in articles[:200]]
    with served(data) as (process, url, _):
        _search(url, questions, 5.0)
        alone = latency(_search(url, questions, seconds))
        done = threading.Event()
        posted: list[float] = []
        unfound: list[str] = []
        posters = [
            threading.Thread(target=_post_and_find, args=(url, key, articles[place::2], done, posted, unfound))
            for place in range(2)
        ]
        for poster in posters:
            poster.start()
        time.sleep(8)  # until the process that finds quotations has started
        say("searching beside posts")
        beside = latency(_search(url, questions, seconds))
        done.set()
        for poster in posters:
            poster.join()
        report.figures["MiB beside posts"] = _memory(process.pid)
    report.figures |= {
        "search alone ms": {"p50": round(alone.p50, 1), "p95": round(alone.p95, 1), "count": alone.count},
        "search beside posts ms": {"p50": round(beside.p50, 1), "p95": round(beside.p95, 1), "count": beside.count},
        "p95 against alone": round(beside.p95 / alone.p95, 2),
        "posts meanwhile": len(posted),
        "post ms p50": round(latency(posted).p50),
    }
    report.faults += [f"{id_} was not found by the next request" for id_ in unfound]


def _post_and_find(
    url: str, key: str, articles: Sequence[Posted], done: threading.Event, posted: list[float], unfound: list[str]
) -> None:
    for article in articles:
        if done.is_set():
            return
        started = time.perf_counter()
        status, answer = asked(url, "/api/articles", key, article)
        posted.append((time.perf_counter() - started) * 1000)
        if status != 200:
            unfound.append(f"{article['id']} ({status})")
            continue
        if answer["articles"][0]["quotations"]:
            # The number of the dispatch stands in the heading of its passages, and nowhere else.
            request = search(article["title"], limit=100, mode="lexical", ignore=["dates", "speakers", "roles"]).path
            _, found = asked(url, request)
            ids = {id_ for hit in found["hits"] for id_ in (hit["article"]["id"], *hit["also_in"])}
            if article["id"] not in ids:
                unfound.append(article["id"])


def _search(url: str, questions: Sequence[str], seconds: float) -> list[float]:
    """Milliseconds of each search of SEARCHERS clients, for so long."""
    times: list[float] = []
    until = time.perf_counter() + seconds

    def ask(client: int) -> None:
        connection = _connected(url)
        for question in itertools.cycle([*questions[client:], *questions[:client]]):
            started = time.perf_counter()
            if started > until:
                break
            connection.request("GET", search(question).path)
            connection.getresponse().read()
            times.append((time.perf_counter() - started) * 1000)
        connection.close()

    clients = [threading.Thread(target=ask, args=(client * 50,)) for client in range(SEARCHERS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return times


def _until_answered(url: list[str], path: str, key: str, article: Posted) -> dict[str, Any]:
    """Send it until it is answered, as a client does that was not."""
    for _ in range(TRIES):
        if url[0]:
            try:
                status, answer = asked(url[0], path, key, article)
                if status == 200:
                    return dict(answer)
            except (OSError, http.client.HTTPException, ValueError):
                pass
        time.sleep(0.5 if not url[0] else 0.1)
    raise TimeoutError(f"{article['id']} was not answered")


def asked(url: str, path: str, key: str | None = None, body: Posted | None = None, lines: bool = False) -> Any:
    connection = _connected(url)
    headers = {"Content-Type": "application/json"} if body else {}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    try:
        connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if lines:
        return response.status, [json.loads(line) for line in answer.splitlines()]
    return response.status, json.loads(answer)


def _memory(pid: int) -> dict[str, int]:
    """MiB of the service itself, and of the process that finds quotations."""
    import psutil

    process = psutil.Process(pid)
    own = process.memory_info().rss
    others = sum(one.memory_info().rss for one in process.children(recursive=True))
    return {"service": own >> 20, "child": others >> 20}


def _connected(url: str) -> http.client.HTTPConnection:
    place = urlsplit(url)
    assert place.hostname is not None
    return http.client.HTTPConnection(place.hostname, place.port, timeout=180)

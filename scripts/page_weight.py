"""What the pages weigh and how long the server takes for each, over the seed, as a browser asks for them.

    python scripts/page_weight.py [--requests N] [--json FILE]

The first page is weighed with everything that it brings along: style sheet, scripts, icon, each as the service
compresses it for a browser. Times are those of the client, on a connection that is kept open, without a cache.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index import cli
from scripts.figures import keep
from scripts.serving import ROOT, load, machine, percentile, processor, served

ACCEPTED = "gzip, deflate, br, zstd"
"""What a browser of today takes."""
QUESTION = "Will the air strikes help Pakistan defeat terrorism?"
_BROUGHT = re.compile(rb'<(?:link rel="(?:stylesheet|icon)" href|script src)="([^"]+)"')


def fetch(connection: http.client.HTTPConnection, path: str, accepted: str = ACCEPTED) -> tuple[bytes, float]:
    """The body as it travels, and the milliseconds until all of it was there."""
    started = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html,*/*", "Accept-Encoding": accepted})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}\n{body[:500]!r}")
    return body, (time.perf_counter() - started) * 1000


def weigh(connection: http.client.HTTPConnection, path: str) -> dict[str, int]:
    """Bytes of a page and of each file that it brings along."""
    brought = _BROUGHT.findall(fetch(connection, path, "identity")[0])
    files = [path, *(match.decode() for match in brought)]
    return {file: len(fetch(connection, file)[0]) for file in files}


def pages(connection: http.client.HTTPConnection) -> dict[str, str]:
    """A page of each kind, by name."""

    def told(path: str) -> dict[str, list[dict[str, dict[str, str]]]]:
        found: dict[str, list[dict[str, dict[str, str]]]] = json.loads(fetch(connection, path, "identity")[0])
        return found

    hit = told(f"/api/search?limit=1&q={quote(QUESTION)}")["hits"][0]
    said = hit["quotation"]
    return {
        "front": "/",
        "search": f"/?q={quote(QUESTION)}",
        "the same as JSON": f"/api/search?q={quote(QUESTION)}",
        "speakers": "/speakers",
        "speaker": "/speakers/tariq-khan",
        "speaker, searched": f"/speakers/tariq-khan?q={quote('war of attrition')}",
        "article": f"/articles/{quote(hit['article']['id'], safe='')}",
        "quotation": f"/quotations/{said['id']}",
        "context": f"/quotations/{said['id']}/context",
        "verify": f"/verify?quote={quote(said['text'])}",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=200, help="of each page, by default %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if status := cli.main(["rebuild", str(ROOT / "seeds"), "--data", folder]):
            return status
        with served(Path(folder)) as (service, url, _):
            connection = http.client.HTTPConnection(urlsplit(url).netloc)
            weight = weigh(connection, "/")
            times = {}
            for name, path in pages(connection).items():
                fetch(connection, path)
                worked = processor(service.pid)
                took = sorted(fetch(connection, path)[1] for _ in range(given.requests))
                each = (processor(service.pid) - worked) * 1000 / given.requests
                times[name] = {
                    "p50": round(percentile(took, 0.5), 2),
                    "p95": round(percentile(took, 0.95), 2),
                    "processor": round(each, 2),
                }
            connection.close()
    figures = {
        "machine": machine(),
        "command": "python scripts/page_weight.py",
        "load": load(),
        "date": dt.date.today().isoformat(),
        "requests": given.requests,
        "first_page_bytes": {"all": sum(weight.values()), **weight},
        "milliseconds": times,
    }
    keep(figures, given.json)
    print(f"first page {sum(weight.values()):,} bytes compressed: {weight}")
    for name, one in times.items():
        print(
            f"{name:18} p50 {one['p50']:5.1f} ms, p95 {one['p95']:5.1f} ms, {one['processor']:4.1f} ms of the processor"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

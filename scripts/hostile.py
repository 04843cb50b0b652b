"""Hostile requests, byte by byte, against a running service: `python scripts/hostile.py http://127.0.0.1:8080`.

Each says which statuses are right. None may be answered by 500, none may hang, every refusal must be problem+json (HTML
on pages), and after each the service must be alive. Prints a line for each fault, or how many requests it sent; exit
status 1 where there is a fault. It changes nothing: what would write carries no key.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 10.0
"""Seconds after which a request that is not answered is called hung."""
CLOSED = 0
"""In the place of a status: the connection was closed without an answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """`raw` is sent as it stands; `right`: the statuses that are right. `half_closed`: nothing more will come."""

    name: str
    raw: bytes
    right: frozenset[int]
    half_closed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status (CLOSED without one), Content-Type, body."""

    status: int
    media: str
    body: bytes


def request(
    target: str, *headers: str, method: str = "GET", body: bytes = b"", length: int | None = None, host: str = "x"
) -> bytes:
    """The bytes of one request of HTTP/1.1; Content-Length only where there is a body, or `length` is given."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers]
    if body or length is not None:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


def _verify(body: bytes, *headers: str) -> bytes:
    return request("/api/verify", "Content-Type: application/json", *headers, method="POST", body=body)


def _chunked(chunks: bytes, *headers: str) -> bytes:
    head = request(
        "/api/verify", "Content-Type: application/json", "Transfer-Encoding: chunked", *headers, method="POST"
    )
    return head + chunks


def _zip_bomb() -> bytes:
    return gzip.compress(b'{"quote": "' + b"a" * (8 << 20) + b'"}')


def cases() -> Iterator[Case]:
    """All requests."""
    for name, raw, *right in _listed():
        # What is not whole is all that comes; else the service would rightly wait for the rest.
        yield Case(name, raw, frozenset(right), half_closed=name.endswith("…"))


def _listed() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    yield from _bodies()
    yield from _paths()
    yield from _parameters()
    yield from _headers()
    yield from _framing()
    yield from _methods()


def _bodies() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    yield "arrays 100,000 deep", _verify(b"[" * 100_000), 400
    yield "objects 20,000 deep", _verify(b'{"quote":' * 20_000 + b"1" + b"}" * 20_000), 400
    yield "deep below a right key", _verify(b'{"quote": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"), 400
    yield "no JSON", _verify(b"quote=x"), 400
    yield "half of an object", _verify(b'{"quote": "a'), 400
    yield "an empty body", request("/api/verify", "Content-Type: application/json", method="POST", length=0), 400
    yield "null", _verify(b"null"), 400
    yield "an array", _verify(b'[{"quote": "a"}]'), 400
    yield "a number of 10,000 digits", _verify(b"9" * 10_000), 400
    yield "a number beyond floats", _verify(b'{"quote": 1e999999}'), 400
    yield "NaN", _verify(b'{"quote": NaN}'), 400
    yield "wrong type", _verify(b'{"quote": {"a": 1}}'), 400
    yield "a boolean", _verify(b'{"quote": true}'), 400
    yield "duplicate keys", _verify(b'{"quote": "yes", "quote": 7}'), 400
    yield "an unknown key", _verify(b'{"quote": "a b c", "__proto__": {"x": 1}}'), 400
    yield "NUL in text", _verify(b'{"quote": "a\\u0000b"}'), 400
    yield "NUL byte", _verify(b'{"quote": "a\x00b"}'), 400
    yield "half a surrogate pair", _verify(b'{"quote": "a \\ud800 b"}'), 400
    yield "bytes that are no UTF-8", _verify(b'{"quote": "\xff\xfe"}'), 400
    yield "overlong UTF-8", _verify(b'{"quote": "\xc0\xaf"}'), 400
    yield "UTF-16", _verify('{"quote": "a"}'.encode("utf-16")), 400
    yield "a byte order mark", _verify(b'\xef\xbb\xbf{"quote": "a"}'), 200, 400  # RFC 8259, 8.1: may be ignored
    yield "a quotation too long", _verify(json.dumps({"quote": "a " * 5000}).encode()), 400
    yield "only marks", _verify('{"quote": "“…”"}'.encode()), 400
    yield (
        "a form instead of JSON",
        request("/api/verify", "Content-Type: application/x-www-form-urlencoded", method="POST", body=b"quote=x"),
        400,
    )
    yield (
        "a form of 100,000 fields",
        request("/verify", "Content-Type: application/x-www-form-urlencoded", method="POST", body=b"a=1&" * 100_000),
        400,
        413,
    )
    yield (
        "multipart without an end",
        request("/verify", "Content-Type: multipart/form-data; boundary=x", method="POST", body=b"--x\r\nContent-Disp"),
        400,
    )
    yield (
        "multipart of 20,000 parts",
        request(
            "/verify",
            "Content-Type: multipart/form-data; boundary=x",
            method="POST",
            body=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 20_000 + b"--x--\r\n",
        ),
        400,
        413,
    )
    yield "a gzip bomb", _verify(_zip_bomb(), "Content-Encoding: gzip"), 400, 413, 415
    yield "a body of two megabytes", _verify(b'{"quote": "' + b"a" * (2 << 20) + b'"}'), 413
    yield "a body where none is taken", request("/api/speakers", body=b"{}"), 400


def _paths() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    yield "up and out", request("/static/../../../../etc/passwd"), 404
    yield "up and out, encoded", request("/static/..%2f..%2f..%2fetc%2fpasswd"), 404
    yield "up and out, encoded twice", request("/static/%252e%252e%252fsettings.py"), 404
    yield "up and out, backslashes", request("/static/..\\..\\settings.py"), 404
    yield "an absolute path for an asset", request("/static//etc/passwd"), 404
    yield "NUL in the path", request("/static/style.css%00.js"), 400
    yield "a path that is no UTF-8", request("/speakers/%ff%fe"), 400
    yield "half a surrogate pair in the path", request("/api/speakers/%ED%A0%80"), 400
    yield "a broken percent sign", request("/api/speakers/%zz"), 404
    yield "a path of 20,000 characters", request("/api/articles/" + "a" * 20_000), 400
    yield "dots", request("/api/speakers/.."), 404
    yield "markup", request("/speakers/<script>alert(1)</script>"), 404
    yield "a line break in the path", request("/api/speakers/a%0d%0aSet-Cookie:%20x=1"), 404
    yield "SQL", request("/api/quotations/'%20OR%201=1--"), 404
    yield "a template", request("/speakers/%7B%7B7*7%7D%7D"), 404
    yield "only slashes", request("///////"), 200, 404
    yield "another host in the path", request("//evil.example/%2f.."), 404


def _parameters() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    search = "/api/search?q=x&"
    yield "a negative number", request(search + "limit=-1"), 400
    yield "a giant number", request(search + "offset=" + "9" * 5000), 400
    yield "a number with an exponent", request(search + "limit=1e1"), 400
    yield "digits of another script", request(search + "limit=%D9%A1"), 400
    yield "infinity", request(search + "limit=inf"), 400
    yield "a day that is none", request(search + "from=2026-02-30"), 400
    yield "a year of five digits", request(search + "to=99999-01-01"), 400
    yield "days the wrong way round", request(search + "from=2026-02-02&to=2026-01-01"), 404
    yield "one parameter, two values", request(search + "limit=1&limit=2"), 400
    yield "10,000 filters", request(search + "&".join(["speaker=a"] * 4000)), 400
    yield "10,000 parameters", request(search + "&".join(f"p{at}=1" for at in range(7000))), 400
    yield "an unknown parameter", request(search + "__class__=1"), 400
    yield "brackets", request(search + "limit[$gt]=1"), 400
    yield "a question that is no UTF-8", request("/api/search?q=%c3%28"), 400
    yield "NUL in a question", request("/api/search?q=a%00b"), 400
    yield "a blank question", request("/api/search?q=%20%E2%80%83"), 400
    yield "a question too long", request("/api/search?q=" + "a" * 2001), 400
    yield "a question of marks", request("/api/search?q=%22%22%22((((%5B%5B%5B~~~***"), 200
    yield "a question of operators", request("/api/search?q=NOT%20AND%20OR%20%22-%22%20*:*%20a%5E99"), 200
    yield "a question of joiners and marks", request("/api/search?q=" + "e%CC%81%E2%80%8D" * 150), 200
    yield "a question written right to left", request("/api/search?q=%E2%80%AE%D8%B3%D8%B1%D8%AD"), 200
    yield "no parameter, many signs", request("/api/search?" + "&" * 10_000 + "q=x"), 200, 400
    yield "a scheme as a parameter of a page", request("/?q=x&_external=1&_scheme=javascript"), 200


def _headers() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    yield "a header of 300,000 bytes", request("/livez", "X-A: " + "a" * 300_000), 431
    yield "40,000 headers", request("/livez", *(f"X-{at}: 1" for at in range(40_000))), 431
    yield "a question of 300,000 bytes", request("/api/search?q=" + "a" * 300_000), 431
    yield "a line folded", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\nConnection: close\r\n\r\n", 200, 400
    yield "a header without a colon", b"GET /livez HTTP/1.1\r\nHost: x\r\nnonsense\r\nConnection: close\r\n\r\n", 400
    yield "a space before the colon", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A : 1\r\nConnection: close\r\n\r\n", 400
    yield "NUL in a header", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: \x00\r\nConnection: close\r\n\r\n", 400
    yield "bare line feeds…", b"GET /livez HTTP/1.1\nHost: x\nConnection: close\n\n", CLOSED, 200, 400
    yield "no Host", b"GET /api/speakers HTTP/1.1\r\nConnection: close\r\n\r\n", 200, 400
    yield "two Hosts", b"GET /api/speakers HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 200, 400
    yield "a Host with a path", request("/?q=x", host="evil.example/path?"), 200, 400
    yield "a Host with markup", request("/", host='"><script>alert(1)</script>'), 200, 400
    yield "a Host with a line break", b"GET / HTTP/1.1\r\nHost: a\rb\r\nConnection: close\r\n\r\n", 400
    yield "a forged proxy", request("/", "X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: //evil.example"), 200
    yield "a range", request("/api/speakers", "Range: bytes=0-1"), 200, 206
    yield "a range beyond the end", request("/static/style.css", "Range: bytes=99999999-"), 200, 416
    yield "a thousand ranges", request("/static/style.css", "Range: bytes=" + ",".join(["0-1"] * 1000)), 200, 206, 416
    yield "a range of letters", request("/static/style.css", "Range: bytes=a-b"), 200, 416
    yield "nothing that is accepted", request("/api/speakers", "Accept: image/png;q=x,,;"), 200
    yield "no coding that is accepted", request("/", "Accept-Encoding: identity;q=0, *;q=0"), 200, 406
    yield "a tag that is none", request("/api/speakers", 'If-None-Match: "a, W/, "'), 200
    yield "a day that is no day", request("/static/style.css", "If-Modified-Since: 99 Xxx -1"), 200
    yield "credentials that are none", request("/api/speakers", "Authorization: Basic %%%"), 200
    yield "a key that is none", request("/api/speakers", "Authorization: Bearer ' OR 1=1"), 401, 429
    yield "a key that is no text", request("/api/speakers", "X-API-Key: \xff\xfe"), 401, 429
    yield "cookies", request("/", "Cookie: " + "a=b; " * 5000), 200
    yield "an id for a request with markup", request("/livez", "X-Request-ID: <script>"), 200
    yield "a page for htmx that is none", request("/?q=x", "HX-Request: true", "HX-Target: ../../x"), 200
    yield (
        "a websocket",
        request("/", "Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"),
        200,
        400,
    )
    yield "HTTP/2 by upgrade", request("/livez", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), 200


def _framing() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    body = b'{"quote": "a b c"}'
    whole = b"12\r\n" + body + b"\r\n0\r\n\r\n"
    yield "chunks", _chunked(whole), 200
    yield "a chunk of no number", _chunked(b"zz\r\n" + body), 400
    yield "a negative chunk", _chunked(b"-1\r\n" + body), 400
    yield "a giant chunk…", _chunked(b"ffffffffffffffff\r\n" + body), CLOSED, 400, 413
    yield "a chunk longer than it says", _chunked(b"2\r\n" + body + b"\r\n0\r\n\r\n"), 400
    yield (
        "an extension of 100,000 bytes",
        _chunked(b"12;" + b"a" * 100_000 + b"\r\n" + body + b"\r\n0\r\n\r\n"),
        200,
        400,
    )
    yield "chunks without an end…", _chunked(b"12\r\n" + body + b"\r\n"), CLOSED, 400
    yield "length and chunks", _chunked(whole, "Content-Length: 4"), 200, 400
    yield (
        "chunks in another spelling",
        request("/api/verify", "Transfer-Encoding: xchunked", method="POST", body=body),
        400,
        501,
    )
    yield "chunks and gzip", request("/api/verify", "Transfer-Encoding: gzip, chunked", method="POST"), 400, 501
    yield "two lengths", request("/api/verify", "Content-Length: 3", method="POST", body=body), 400
    yield "a length of letters", request("/livez", "Content-Length: ten"), 400
    yield "a negative length", request("/livez", "Content-Length: -1"), 400
    yield "a length with a sign", request("/livez", "Content-Length: +0"), 400
    yield "a giant length", request("/livez", "Content-Length: " + "9" * 40), 400, 413
    yield "a length that is longer…", request("/api/verify", method="POST", body=body, length=999), CLOSED, 400
    yield "a length that is shorter", _verify(body, "Content-Length: 5").replace(b"Content-Length: 18\r\n", b""), 400
    yield "HTTP/0.9", b"GET /\r\n\r\n", 200, 400, 505
    yield "HTTP/3.7", b"GET /livez HTTP/3.7\r\nHost: x\r\n\r\n", 200, 400, 505
    yield "no version", b"GET /livez HTTP\r\nHost: x\r\n\r\n", 400
    yield "another protocol", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", 400
    yield "the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 404, 405, 505
    yield "empty lines first", b"\r\n\r\n" + request("/livez"), 200, 400
    yield "half a request…", b"GET /livez HT", CLOSED, 400
    yield "an absolute target", request("http://evil.example/livez"), 200, 404
    yield "an absolute target of another scheme", request("javascript://x/livez"), 200, 400, 404
    yield "an authority as target", request("evil.example:443", method="CONNECT"), 400, 404, 405, 501
    yield "a target that is no path", request("livez"), 200, 400, 404
    yield "an asterisk", request("*", method="OPTIONS"), 200, 400, 404
    yield "a fragment", request("/livez#a"), 200, 400
    yield "a space in the target", request("/api/speakers/a b"), 400, 404
    yield "no wait for a body", _verify(body, "Expect: 100-continue"), 200
    yield "another expectation", _verify(body, "Expect: a-pony"), 200, 417
    yield "a second request behind a body", _verify(body) + request("/livez"), 400, 200


def _methods() -> Iterator[tuple[str, bytes, *tuple[int, ...]]]:
    for method in ("PUT", "PATCH", "TRACE", "PROPFIND", "get", "X" * 1000):
        yield f"{method[:20]} on a path of GET", request("/api/speakers", method=method), 400, 405, 501
    yield "GET on a path of POST", request("/api/verify"), 405
    yield "HEAD", request("/api/search?q=x", method="HEAD"), 200
    yield "HEAD on nothing", request("/no/such/thing", method="HEAD"), 404
    yield "a method by a header", request("/api/speakers", "X-HTTP-Method-Override: DELETE"), 200
    yield "no method", b" /livez HTTP/1.1\r\nHost: x\r\n\r\n", 400
    yield (
        "writing without a key",
        request("/api/articles", "Content-Type: application/json", method="POST", body=b'{"id": "x", "text": "y"}'),
        401,
    )
    yield "removing without a key", request("/api/articles/x", method="DELETE"), 401
    yield "removing with a key that is none", request("/api/articles/x", "X-API-Key: att_x", method="DELETE"), 401, 429
    yield (
        "writing by a form of another site",
        request(
            "/api/articles",
            "Content-Type: text/plain",
            "Origin: https://evil.example",
            method="POST",
            body=b'{"id": "x"}',
        ),
        401,
    )


def send(address: tuple[str, int], case: Case) -> Answer | None:
    """Send a request and give what comes back; None where nothing does in time."""
    try:
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            try:
                connection.sendall(case.raw)
                if case.half_closed:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it was refused before it was whole: the answer may still be there to be read
            answer = http.client.HTTPResponse(connection, method="HEAD" if case.raw.startswith(b"HEAD") else "GET")
            answer.begin()
            return Answer(answer.status, answer.headers.get_content_type(), answer.read())
    except TimeoutError:
        return None
    except (http.client.RemoteDisconnected, http.client.BadStatusLine, ConnectionError, http.client.IncompleteRead):
        return Answer(CLOSED, "", b"")


def faults(address: tuple[str, int], given: Sequence[Case]) -> Iterator[str]:
    """Send all; a line for each that is not answered as is right."""
    alive = Case("alive", request("/livez"), frozenset({200}))
    for case in given:
        answer = send(address, case)
        if answer is None:
            yield f"{case.name}: no answer within {PATIENCE:g} s"
        elif answer.status not in case.right:
            right = " or ".join(str(status) for status in sorted(case.right))
            yield f"{case.name}: {answer.status}, not {right}: {answer.body[:200]!r}"
        elif answer.status >= 400 and answer.body and not _is_problem(answer):
            yield f"{case.name}: {answer.status} is no problem+json: {answer.media} {answer.body[:200]!r}"
        after = send(address, alive)
        if after is None or after.status != 200:
            yield f"{case.name}: the service is not alive after it"


def _is_problem(answer: Answer) -> bool:
    if answer.media == "text/html":
        return b'role="alert"' in answer.body
    if answer.media != "application/problem+json":
        return False
    problem = json.loads(answer.body)
    return {"type", "title", "status", "detail"} <= set(problem) and problem["status"] == answer.status


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", help="of the service, like http://127.0.0.1:8080")
    url = urlsplit(parser.parse_args(argv).url)
    address = (url.hostname or "127.0.0.1", url.port or 80)
    given = list(cases())
    try:
        socket.create_connection(address, timeout=PATIENCE).close()
    except OSError as error:
        print(f"nothing answers at {address[0]}:{address[1]}: {error.strerror}", file=sys.stderr)
        return 1
    found = list(faults(address, given))
    for fault in found:
        print(fault)
    print(f"{len(given)} hostile requests, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

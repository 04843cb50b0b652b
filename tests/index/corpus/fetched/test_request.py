from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus.fetched.addresses import FetchError, read_address
from index.corpus.fetched.network import Network, resolved, trusted
from index.corpus.fetched.request import Answer, ask
from tests.index.corpus.fetched.conftest import BESIDE, HERE, TLS, Play, Site, network, said, serving

MOST = 1 << 20


def asked(site: Site, path: str = "/", seconds: float = 20.0, among: Network | None = None) -> Answer:
    return ask(read_address(site(path)), among or network(), {}, MOST, seconds)


def fault(site: Site, path: str = "/", seconds: float = 20.0, among: Network | None = None) -> str:
    with pytest.raises(FetchError) as caught:
        asked(site, path, seconds, among)
    return str(caught.value)


def until_hung_up(*parts: bytes, again: bytes) -> Play:
    """Says the parts, and then the last one again and again until nobody listens."""

    def play(line: socket.socket) -> None:
        for part in parts:
            line.sendall(part)
        line.settimeout(0.02)
        while True:
            line.sendall(again)
            try:
                if line.recv(1) == b"":
                    return
            except TimeoutError:
                pass

    return play


def test_request_is_honest_about_who_asks_and_brings_nothing_else(site: Site) -> None:
    site.pages["/a?b=1"] = said("200 OK", "Words.", "Content-Type: text/plain")
    answer = asked(site, "/a?b=1#c")
    assert (answer.status, answer.body, answer.whole) == (200, b"Words.", True)
    assert answer.headers["content-type"] == "text/plain"
    first, *lines = site.asked[0].strip().split("\r\n")
    assert first == "GET /a?b=1 HTTP/1.1"
    names = dict(line.split(": ", 1) for line in lines)
    assert names.pop("User-Agent").startswith("attributed/")
    assert names == {"Host": f"news.test:{site.port}", "Accept-Encoding": "gzip, deflate", "Connection": "close"}


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxies_of_the_environment_are_passed_by(site: Site, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/"] = said("200 OK", "Words.")
    assert asked(site).body == b"Words."


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("GZIP", gzip.compress),
        ("identity", bytes),
    ],
)
def test_body_is_unpacked(site: Site, encoding: str, pack: type[bytes]) -> None:
    site.pages["/"] = said("200 OK", pack(b"Words."), f"Content-Encoding: {encoding}")
    assert asked(site).body == b"Words."


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "words"])
def test_body_packed_otherwise_is_refused(site: Site, encoding: str) -> None:
    site.pages["/"] = said("200 OK", b"....", f"Content-Encoding: {encoding}")
    assert fault(site) == f"it comes packed as {encoding!r}, which was not asked for"


def test_body_is_read_as_far_as_the_limit(site: Site) -> None:
    site.pages["/"] = said("200 OK", bytes(MOST))
    assert asked(site).whole
    site.pages["/"] = said("200 OK", bytes(MOST + 1))
    answer = asked(site)
    assert (len(answer.body), answer.whole) == (MOST, False)


def test_body_without_end_is_read_as_far_as_the_limit(site: Site) -> None:
    site.pages["/"] = until_hung_up(b"HTTP/1.1 200 OK\r\n\r\n", again=bytes(MOST))
    assert not asked(site).whole


def test_body_that_unfolds_like_a_bomb_is_unpacked_as_far_as_the_limit(site: Site) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    sent: list[int] = []

    def play(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            line.sendall(b"%x\r\n%s\r\n" % (len(bomb), bomb))
            sent.append(len(bomb))

    site.pages["/"] = play
    answer = asked(site)
    assert (len(answer.body), answer.whole) == (MOST, False)


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(until_hung_up(again=b""), id="silent"),
        pytest.param(until_hung_up(b"HTTP/1.1 200 OK\r\nX: ", again=b"x"), id="header byte by byte"),
        pytest.param(until_hung_up(b"HTTP/1.1 200 OK\r\n\r\n", again=b"x"), id="body byte by byte"),
        pytest.param(until_hung_up(again=b"HTTP/1.1 100 Continue\r\n\r\n"), id="not yet, for ever"),
        pytest.param(
            until_hung_up(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", again=b"1\r\nx\r\n"),
            id="chunk by chunk",
        ),
    ],
)
def test_slow_server_is_cut_off(site: Site, play: Play) -> None:
    site.pages["/"] = play
    assert fault(site, seconds=1.0) == "the answer was not there in time; it is slow, or meant to be"


def test_name_that_is_looked_up_for_ever_is_given_up(site: Site) -> None:
    done = threading.Event()

    def never(_host: str, _port: int) -> list[ipaddress.IPv4Address]:
        done.wait()
        return []

    among = Network(resolve=never, may_knock=lambda _: True)
    assert "news.test was not found (no answer in time)" in fault(site, seconds=0.1, among=among)
    done.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nWords.",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwords\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nwords",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n",
    ],
)
def test_answer_that_breaks_off_is_no_page(site: Site, answer: bytes) -> None:
    site.pages["/"] = answer
    assert fault(site).startswith("the answer broke off: ")


@pytest.fixture(scope="module")
def lasting() -> Iterator[Site]:
    with serving(Site()) as started:
        yield started


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(b"HTTP/1.1 200 OK|\r\n|Content-Length: 3|Transfer-Encoding: chunked|:|a|\0|5".split(b"|"))
    )
    .map(b"\r\n".join)
    .map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest)
)
def test_any_bytes_are_an_answer_or_a_fault(lasting: Site, answer: bytes) -> None:
    lasting.pages["/"] = answer
    try:
        found = asked(lasting)
    except FetchError:
        return
    assert len(found.body) <= len(answer)


def test_what_a_server_says_cannot_steer_a_terminal(site: Site) -> None:
    site.pages["/"] = b"\x1b[2J\x9b2Jnonsense\r\n\r\n"
    assert fault(site) == "the answer broke off: \ufffd[2J\ufffd2Jnonsense"


# Where a name leads


def test_name_that_leads_to_a_number_that_is_not_public_is_not_asked(site: Site) -> None:
    site.pages["/"] = said("200 OK", "Words.")
    told = "news.test leads to 10.0.0.5, which is no public address; save the page, and name the file"
    assert fault(site, among=network(leads={"news.test": [BESIDE]})) == told
    assert fault(site, among=network(leads={"news.test": [HERE, BESIDE]})) == told
    assert site.asked == []


def test_name_is_looked_up_once_and_the_call_goes_where_it_led(site: Site) -> None:
    """Rebinding: a name that leads to a public number when it is checked, to a private one when it is called."""
    site.pages["/"] = said("200 OK", "Words.")
    looked_up: list[str] = []

    def turning(host: str, _port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
        looked_up.append(host)
        return [HERE] if len(looked_up) == 1 else [BESIDE]

    among = Network(resolve=turning, may_ask=lambda number: number == HERE, may_knock=lambda _: True)
    assert asked(site, among=among).body == b"Words."
    assert looked_up == ["news.test"]
    assert "10.0.0.5" in fault(site, among=among)
    assert len(site.asked) == 1


def test_numbers_of_a_name_are_tried_in_turn(site: Site) -> None:
    site.pages["/"] = said("200 OK", "Words.")
    nobody = ipaddress.ip_address("127.0.0.2")
    among = Network(resolve=lambda *_: [nobody, HERE], may_ask=lambda _: True, may_knock=lambda _: True)
    assert asked(site, among=among).body == b"Words."
    among = Network(resolve=lambda *_: [nobody], may_ask=lambda _: True, may_knock=lambda _: True)
    assert fault(site, among=among) == "news.test cannot be reached: Connection refused"


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"])
def test_as_it_is_the_network_leads_nobody_to_this_machine(site: Site, host: str) -> None:
    site.pages["/"] = said("200 OK", "Words.")
    with pytest.raises(FetchError, match="no public address"):
        ask(read_address(site("/", host)), Network(may_knock=lambda _: True), {}, MOST)
    assert site.asked == []


def test_as_it_is_the_network_asks_the_ports_of_the_web_alone(site: Site) -> None:
    with pytest.raises(FetchError, match=f"port {site.port} is not asked, only 80 and 443"):
        ask(read_address(site("/")), Network(), {}, MOST)


def test_system_looks_up_numbers_as_they_are() -> None:
    assert resolved("127.0.0.1", 80) == [HERE]


def test_name_that_cannot_be_one_is_not_found() -> None:
    address = read_address(f"https://{'a' * 70}..test/")
    with pytest.raises(FetchError, match="was not found"):
        ask(address, Network(), {}, MOST)


# Certificates


@pytest.fixture
def sure() -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "news.test.pem")
    with serving(Site({"/": said("200 OK", "Words.")}), context) as started:
        yield started


def knowing() -> Network:
    return network(trust=ssl.create_default_context(cafile=TLS / "ca.pem"))


def test_certificate_is_held_against_the_name_though_a_number_is_called(sure: Site) -> None:
    assert asked(sure, among=knowing()).body == b"Words."
    with pytest.raises(FetchError, match="certificate is not trusted: Hostname mismatch"):
        ask(read_address(sure("/", "other.test")), knowing(), {}, MOST)
    with pytest.raises(FetchError, match="certificate is not trusted: IP address mismatch"):
        ask(read_address(sure("/", "127.0.0.1")), knowing(), {}, MOST)


def test_certificate_that_nobody_vouches_for_is_not_trusted(sure: Site) -> None:
    assert fault(sure).startswith("its certificate is not trusted: ")
    assert sure.asked == []


def test_server_that_does_not_speak_tls_is_no_page(site: Site) -> None:
    site.scheme = "https"
    site.pages["/"] = said("200 OK", "Words.")
    assert "cannot be reached" in fault(site)


def test_slow_tls_is_cut_off(site: Site) -> None:
    silent = socket.create_server((str(HERE), 0))
    with silent:
        address = read_address(f"https://news.test:{silent.getsockname()[1]}/")
        with pytest.raises(FetchError, match="not there in time"):
            ask(address, network(), {}, MOST, 1.0)


def test_where_the_system_trusts_nobody_certificates_are_held_against_those_of_mozilla(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nothing = ssl.DefaultVerifyPaths(None, str(tmp_path), "", "", "", "")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    assert len(trusted.__wrapped__().get_ca_certs()) > 50


def test_certificates_are_checked_and_old_tls_is_not_spoken() -> None:
    assert trusted().verify_mode is ssl.CERT_REQUIRED
    assert trusted().check_hostname
    assert trusted().minimum_version >= ssl.TLSVersion.TLSv1_2

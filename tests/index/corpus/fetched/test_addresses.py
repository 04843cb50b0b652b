from __future__ import annotations

import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.fetched.addresses import (
    LENGTH_LIMIT,
    FetchError,
    Number,
    is_address,
    is_public,
    read_address,
    shown_address,
)

PRIVATE_4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip
private_4 = st.sampled_from(PRIVATE_4).flatmap(lambda network: st.ip_addresses(network=network))


def number(text: str) -> Number:
    return ipaddress.ip_address(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("https://news.test", "https://news.test/"),
        ("HTTPS://News.TEST:443/a?b=1#c", "https://news.test/a?b=1"),
        ("http://news.test:80/a", "http://news.test/a"),
        ("http://news.test:443/", "http://news.test:443/"),
        ("https://news.test/a b/é", "https://news.test/a%20b/%C3%A9"),
        ("https://news.test/a%20b?q=%26", "https://news.test/a%20b?q=%26"),
        ("https://bücher.test/", "https://xn--bcher-kva.test/"),
        ("https://[2001:4860:4860::8888]/x", "https://[2001:4860:4860::8888]/x"),
        ("https://news.test/a/../b", "https://news.test/b"),
        ("https://news.test\\@evil.test/", "https://news.test/%5C@evil.test/"),
    ],
)
def test_address_has_one_form(text: str, form: str) -> None:
    assert str(read_address(text)) == form


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ftp://news.test/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://news.test/", "only http and https"),
        ("https://me:secret@news.test/", "a user or password"),
        ("https://me@news.test/", "a user or password"),
        ("https:///a", "it names no host"),
        ("https://news.test:99999/", "it is no web address"),
        ("https://news.test:port/", "it is no web address"),
        ("https://[::1/", "it is no web address"),
        ("https://[fe80::1%25eth0]/", "it names no host"),
        ("http://news.test\r\nX: y/", "it is no web address"),
        ("http://news test/", "it is no web address"),
        ("https://news.test/" + "a" * LENGTH_LIMIT, f"more than {LENGTH_LIMIT} characters"),
    ],
)
def test_address_that_is_not_asked(text: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        read_address(text)


any_text = st.text(st.characters(), max_size=40) | st.text(st.sampled_from("[]:/@%.\\?#a1 \udc80é"), max_size=20)


@given(any_text | any_text.map(lambda rest: f"http://{rest}"))
def test_any_redirect_leads_to_an_address_or_nowhere(location: str) -> None:
    with contextlib.suppress(FetchError):
        there = read_address("http://news.test/a/b").leads_to(location)
        assert read_address(str(there)) == there
    assert shown_address(location).isprintable()


@given(any_text | any_text.map(lambda rest: f"http://{rest}"))
def test_any_text_is_an_address_in_one_form_or_none(text: str) -> None:
    try:
        address = read_address(text)
    except FetchError:
        return
    assert read_address(str(address)) == address
    assert str(address).isascii()
    assert not set(str(address)) & set(" \r\n\t")


def test_what_has_a_scheme_is_an_address_and_no_file() -> None:
    assert [is_address(text) for text in ("https://a", "ftp://a", "a://b")] == [True] * 3
    assert [is_address(text) for text in ("seeds", "a:b", "/https://a", "C:\\a", "http:/a")] == [False] * 5


def test_redirect_is_relative_to_where_it_comes_from_and_keeps_https() -> None:
    here = read_address("https://news.test/a/b?c")
    assert str(here.leads_to("../d")) == "https://news.test/d"
    assert str(here.leads_to("//other.test/")) == "https://other.test/"
    with pytest.raises(FetchError, match="leads from https to http"):
        here.leads_to("http://news.test/")
    assert str(read_address("http://news.test/").leads_to("https://news.test/")) == "https://news.test/"


def test_message_shows_no_password_and_no_control_characters() -> None:
    assert shown_address("https://me:secret@news.test/\n\x1b[2J") == "https://news.test/\ufffd\ufffd[2J"
    assert shown_address("https://news.test/\u202eabc\udc80") == "https://news.test/\ufffdabc\ufffd"
    assert len(shown_address("https://news.test/" + "a" * 9000)) == 401


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "1.1.1.1", "2001:4860:4860::8888", "2a00:1450::1"])
def test_numbers_of_the_public_internet_are_asked(text: str) -> None:
    assert is_public(number(text))


@pytest.mark.parametrize(
    "text",
    """
    0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3 168.63.129.16 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.9 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.251 240.0.0.1
    255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 100::1 2001::1 2001:2::1
    2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1
    ff02::1 ff0e::1
    """.split(),
)
def test_other_numbers_are_not(text: str) -> None:
    assert not is_public(number(text))


@given(private_4)
def test_no_spelling_makes_a_private_number_public(private: ipaddress.IPv4Address) -> None:
    low = int(private)
    spelt = [
        private,
        ipaddress.IPv6Address(low),  # compatible
        ipaddress.IPv6Address(0xFFFF << 32 | low),  # mapped
        ipaddress.IPv6Address(0xFFFF << 48 | low),  # translated (RFC 2765)
        ipaddress.IPv6Address(0x64FF9B << 96 | low),  # NAT64
        ipaddress.IPv6Address(0x64FF9B0001 << 80 | low),  # NAT64 of a network's own
        ipaddress.IPv6Address(0x2002 << 112 | low << 80),  # 6to4
        ipaddress.IPv6Address(0x20010000 << 96 | (low ^ 0xFFFFFFFF)),  # Teredo
        ipaddress.IPv6Address(0xFE80 << 112 | 0x5EFE << 32 | low),  # ISATAP
    ]
    assert not any(is_public(one) for one in spelt)


@given(st.ip_addresses())
def test_what_is_asked_is_global_in_every_word_that_python_has_for_it(one: Number) -> None:
    if is_public(one):
        assert one.is_global
        words = (one.is_private, one.is_loopback, one.is_link_local, one.is_multicast, one.is_reserved)
        assert not any(words)
        assert not one.is_unspecified
        if isinstance(one, ipaddress.IPv6Address):
            assert one.ipv4_mapped is one.sixtofour is one.teredo is None
            assert not one.is_site_local

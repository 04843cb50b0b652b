from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.types import Article
from tests.index.corpus.conftest import article, read, reason

HEAD = b"MIME-Version: 1.0\nFrom: a\nSubject: b\n"
SAID = "“We shall not go back,” she said."


def mail(plain: str | None = None, html: str | None = None, subject: str = "No way – back") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "The Paper <news@paper.example>"
    made["Subject"] = subject
    made["Date"] = "Fri, 27 Feb 2026 23:30:00 -0500"
    made["Message-ID"] = "<1@paper.example>"
    if plain is not None:
        made.set_content(plain)
    if html is not None:
        made.add_alternative(html, subtype="html")
    return made


def test_plain_mail_gives_its_text_and_header(tmp_path: Path) -> None:
    assert article(tmp_path, mail(f"The minister spoke.\n\n{SAID}\n").as_bytes(), "a.eml") == Article(
        "1@paper.example", f"The minister spoke.\n\n{SAID}", "No way – back", dt.date(2026, 2, 27), "The Paper"
    )


def test_html_of_a_mail_is_taken_alone_with_its_block_quotations(tmp_path: Path) -> None:
    made = mail(f"The minister spoke.\n\n{SAID}\n", f"<p>The minister spoke.</p><blockquote>{SAID}</blockquote>")
    assert article(tmp_path, made.as_bytes(), "a.eml").text == f"The minister spoke.\n\n> {SAID}"


def test_html_that_says_less_than_half_gives_way_to_the_plain_text(tmp_path: Path) -> None:
    made = mail(f"{SAID}\n\n" * 3, "<p>See the text.</p>")
    assert article(tmp_path, made.as_bytes(), "noise").text.startswith(SAID)


def test_mailbox_gives_each_mail_and_undoes_what_was_put_before_from(tmp_path: Path) -> None:
    mails = [mail("From here on we stay.\n", subject="One").as_bytes(), mail(SAID, subject="Two").as_bytes()]
    mails = [one.replace(b"\nFrom here", b"\n>From here").replace(b"<1@", b"<%d@" % n) for n, one in enumerate(mails)]
    box = b"".join(b"From news@paper.example Fri Feb 27 23:30:00 2026\n" + one + b"\n" for one in mails)
    for name in ("a.mbox", "noise"):
        first, second = read(tmp_path, box, name)
        assert isinstance(first, Article)
        assert isinstance(second, Article)
        assert (first.text, first.title, second.text) == ("From here on we stay.", "One", SAID)


def test_page_that_a_browser_saved_into_one_file_is_read_as_a_page(tmp_path: Path) -> None:
    page = f"<html><body><nav>Home</nav><article><p>{'The minister spoke for long. ' * 8}</p><p>{SAID}</p></article>"
    text = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://paper.example/1\r\nSubject: No way\r\n"
        "Date: Sat, 28 Feb 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
        "Content-Transfer-Encoding: 8bit\r\nContent-Location: https://paper.example/1\r\n\r\n"
        f"{page}\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n--b--\r\n"
    )
    found = article(tmp_path, text, "a.mhtml")
    assert found.text.endswith(f"long.\n\n{SAID}")
    assert (found.url, found.date) == ("https://paper.example/1", None)


def test_words_about_a_mail_in_a_text_stay_words(tmp_path: Path) -> None:
    text = "From: Ola\nTo: Mina\nSubject: No\nDate: today\n\nWe stay."
    assert article(tmp_path, text, "a.txt").text == text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (mail("").as_bytes(), "the mail holds no text"),
        (b"MIME-Version: 1.0\nFrom: a\nSubject: b\nContent-Type: text/plain; charset=nonsense\n\ncaf\xe9", "not known"),
        (
            b"MIME-Version: 1.0\nFrom: a\nSubject: b\nContent-Type: text/plain; charset=utf-8\n\ncaf\xe9",
            "is not in the",
        ),
    ],
)
def test_mail_without_readable_text_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in reason(tmp_path, content, "a.eml")

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.corpus.conftest import article, reason


def vtt(*cues: str) -> str:
    times = (f"00:00:{n:02}.000 --> 00:00:{n + 1:02}.000" for n in range(99))
    return "WEBVTT\n\n" + "\n\n".join(f"{time}\n{cue}" for time, cue in zip(times, cues, strict=False)) + "\n"


def test_turn_is_a_paragraph_behind_the_name_that_the_captions_give(tmp_path: Path) -> None:
    text = vtt("Ola Berg: We shall", "not go back.", "Mina Tran: Why?", "Ola Berg: It is late.")
    assert article(tmp_path, text, "a.vtt").text == (
        "Ola Berg: We shall not go back.\n\nMina Tran: Why?\n\nOla Berg: It is late."
    )


def test_voices_are_names_and_two_in_one_caption_are_two_turns(tmp_path: Path) -> None:
    text = vtt(
        "<v Ola Berg>We <i>shall</i> not", "<v.loud Ola Berg>go back.</v>", "<v Mina Tran>Why?</v>\n<v Ola Berg>Late."
    )
    assert (
        article(tmp_path, text, "a.vtt").text == "Ola Berg: We shall not go back.\n\nMina Tran: Why?\n\nOla Berg: Late."
    )


def test_sign_of_another_speaker_begins_a_turn_of_nobody(tmp_path: Path) -> None:
    text = vtt("&gt;&gt; OLA BERG: We go &amp; stay.", "&gt;&gt; Why?")
    assert article(tmp_path, text, "a.vtt").text == "OLA BERG: We go & stay.\n\nWhy?"


def test_rolling_captions_give_every_line_once(tmp_path: Path) -> None:
    text = vtt("we shall<c> not</c>", "we shall not\ngo back", "go back", "go back\nthis year")
    assert article(tmp_path, text, "a.vtt").text == "we shall not go back this year"


def test_words_said_twice_stay_where_captions_do_not_roll(tmp_path: Path) -> None:
    text = vtt("It is late.", "No.", "No.", "Not today.", "Tomorrow.")
    assert article(tmp_path, text, "a.vtt").text == "It is late. No. No. Not today. Tomorrow."


def test_long_speech_of_nobody_is_cut_where_a_sentence_ends(tmp_path: Path) -> None:
    text = article(
        tmp_path, vtt(*(f"{n} goes on for a while here and" for n in range(25)), "ends.", "Next."), "a.vtt"
    ).text
    first, second = text.split("\n\n")
    assert (first[-5:], second) == ("ends.", "Next.")


@pytest.mark.parametrize("name", ["a.srt", "a.txt"])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_subrip_is_known_by_its_content_with_any_ends_of_lines(tmp_path: Path, name: str, line: str) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}OLA BERG: We go.\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>Now.</i>\n"
    )
    assert article(tmp_path, text.replace("\n", line), name).text == "OLA BERG: We go. Now."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("WEBVTT\n\n", "the captions hold no words"),
        (vtt("<c></c>"), "the captions hold no words"),
        ("No captions.", "it is no .vtt file, whatever its name says"),
        ("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\ncaf\xe9".encode("latin-1"), "not UTF-8: byte 0xe9"),
    ],
)
def test_captions_without_words_are_named(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert told in reason(tmp_path, text, "a.vtt")

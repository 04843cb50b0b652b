"""`attributed verify`, over the small index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import cli, payloads
from index.searcher import Searcher

CLOSE = "We close the bridge tonight and open a ferry tomorrow"


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = cli.main([str(argument) for argument in argv])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_verdict_then_the_words_that_differ(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    quote = "They close the bridge tonight and open a ferry"
    status, out, err = run(capsys, "verify", quote, "--data", data_dir)
    assert (status, err) == (0, "")
    first, legend, match = out.rstrip().split("\n\n")
    assert first == "Altered: one difference from what Imran Khan said."
    assert legend == "[-on record, not in your text-] {+in your text, not on record+}"
    lines = match.split("\n")
    assert lines[:2] == [f" 1. “{CLOSE}”", "    — Imran Khan, the mayor of Lodora (direct)"]
    assert "    article: Lodora bridge closed, Gazette, 2026-01-10, bridge" in lines
    assert lines[-1] == "    compared (89%): [-We-] {+They+} close the bridge tonight and open a ferry"


def test_verbatim_part_says_that_it_is_one(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    _, out, _ = run(capsys, "verify", "CLOSE THE BRIDGE", "--data", data_dir)
    assert out.startswith("On record word for word, as a part of a longer quotation.\n\n 1. “We close")
    assert out.endswith("    compared: every word agrees, with a part of it\n")


def test_speaker_is_checked(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    status, out, _ = run(capsys, "verify", CLOSE, "--speaker", "Tariq Khan", "--data", data_dir)
    assert status == 0
    assert out.startswith("Misattributed: on record word for word, but said by Imran Khan, not by Tariq Khan.\n")
    status, out, err = run(capsys, "verify", CLOSE, "--speaker", "Tarik Kahn", "--data", data_dir)
    assert (status, out) == (1, "")
    assert err.startswith("attributed: no speaker is known as 'Tarik Kahn'; the nearest names are: Tariq Khan")


def test_json_is_what_the_service_answers(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    _, out, _ = run(capsys, "verify", CLOSE, "--speaker", "imran-khan", "--data", data_dir, "--json")
    with Searcher.open(data_dir) as searcher:
        expected = payloads.verification(searcher.verify(CLOSE, "imran-khan"))
    assert {**json.loads(out), "took_ms": 0} == {**expected, "took_ms": 0}


def test_nothing_near_is_one_line(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    status, out, err = run(capsys, "verify", "The moon is made of cheese", "--data", data_dir)
    assert (status, out, err) == (0, "Nothing on record comes near these words.\n", "")


@pytest.mark.parametrize(
    ("quote", "status", "reason"),
    [
        ("", 2, "QUOTE is blank; give 1 to 5000 characters"),
        ("x" * 5001, 2, "QUOTE has 5001 characters; at most 5000"),
        ("caf\udce9", 2, "QUOTE holds NUL or half a surrogate pair"),
        ("12 %", 1, "quote holds no letters; paste the words that were said"),
    ],
)
def test_what_is_no_quotation_is_refused(
    capsys: pytest.CaptureFixture[str], data_dir: Path, quote: str, status: int, reason: str
) -> None:
    found, out, err = run(capsys, "verify", quote, "--data", data_dir)
    assert (found, out) == (status, "")
    assert reason in err
    assert "Traceback" not in err


def test_without_an_index_it_says_how_to_make_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, "verify", "We stay", "--data", tmp_path)
    assert status == 1
    assert "attributed rebuild" in err

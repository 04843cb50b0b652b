from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import QuoteIndexError
from scripts import realtexts
from scripts.benchmark import known_articles
from scripts.fakes import RandomEncoder


def test_passages_are_made_and_no_two_alike() -> None:
    found = realtexts.passages(known_articles(), 30)
    assert len(set(found)) == 30


def test_texts_are_cut_into_sentences_and_pairs(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text('{"text": "The bridge is shut now. Nobody.\\nThe ferry sails at night."}\n', encoding="utf-8")
    one, other = "The bridge is shut now.", "The ferry sails at night."
    assert list(realtexts.cut(file)) == [one, other, f"{one} {other}"]


@pytest.mark.parametrize("line", ["no JSON", "{}", '{"text": 1}', "[]"])
def test_a_line_without_text_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(f'{{"text": "It is here."}}\n{line}\n', encoding="utf-8")
    with pytest.raises(QuoteIndexError, match=r"t\.jsonl:2: no text"):
        list(realtexts.cut(file))


def test_texts_are_taken_once_and_in_an_order_of_their_own() -> None:
    assert sorted(realtexts.different("abcabc", 3, Path("t"))) == ["a", "b", "c"]
    with pytest.raises(QuoteIndexError, match="t gives 3 different texts, 4 are needed"):
        realtexts.different("abcabc", 4, Path("t"))


def test_vectors_are_kept_and_read_again(tmp_path: Path) -> None:
    keep = tmp_path / "v.npy"
    texts = [f"text {number}" for number in range(600)]
    made, _ = realtexts.encoded(RandomEncoder(dimension=8), texts, keep)
    read, seconds = realtexts.encoded(RandomEncoder(dimension=8), texts[:500], keep)
    assert (made.shape, seconds) == ((600, 8), 0)
    np.testing.assert_array_equal(read, made[:500])
    with pytest.raises(QuoteIndexError, match="601 vectors of 8 dimensions are needed"):
        realtexts.encoded(RandomEncoder(dimension=8), [*texts, "one more"], keep)
    with pytest.raises(QuoteIndexError, match="of 4 dimensions"):
        realtexts.encoded(RandomEncoder(dimension=4), texts, keep)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.npy").write_text("no numbers", encoding="utf-8")
    with pytest.raises(QuoteIndexError, match="cannot be read"):
        realtexts.encoded(RandomEncoder(), ["a"], tmp_path / "v.npy")

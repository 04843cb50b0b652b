"""Text made to take the square of its length: brackets without end, thousands of people of one surname."""

from __future__ import annotations

from index.extraction import SieveExtractor
from index.types import Article


def test_words_behind_a_run_of_signs_keep_their_quotations() -> None:
    text = f"{'(«' * 3000}\n\n“It will rain,” said Ola Berg.\n"
    (found,) = SieveExtractor().extract([Article("a", text)])
    assert [(one.quotation.text, one.speaker.name if one.speaker else None) for one in found] == [
        ("It will rain,", "Ola Berg")
    ]


def test_rule_of_eighty_signs_in_a_sentence_leaves_it_whole() -> None:
    text = f"“It will rain,” {'-' * 80} said Ola Berg.\n"
    (found,) = SieveExtractor().extract([Article("a", text)])
    assert [one.quotation.text for one in found] == ["It will rain,"]

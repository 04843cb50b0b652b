from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.evaluation import articles as forms
from index.evaluation.commands import ARTICLES
from index.evaluation.floors import FLOORS, fallen, read_floors
from index.extraction import SieveExtractor
from index.types import Article, Attribution, Quotation, Speaker

HARBOUR = """\
form = "single marks"
text = '''
Ana Diaz, the pilot, said the harbour was shut.

‘It’s the tide,’ she said. ‘It’s always the tide.’
'''

[[quotation]]
text = "the harbour was shut"
kind = "indirect"
mention = "Ana Diaz"
cue = "said"
name = "Ana Diaz"

[[quotation]]
text = ["It’s the tide,", "It’s always the tide."]
kind = "direct"
mention = "she"
cue = "said"
name = "Ana Diaz"
"""
SIGN = """\
form = "not a quotation: marks"
text = '''A “modern” ferry runs, a clerk said.'''

[[quotation]]
text = "A “modern” ferry runs"
kind = "mixed"
mention = "a clerk"
cue = "said"
speaker_kind = "unnamed"
"""


def written(folder: Path, **articles: str) -> Path:
    for name, text in articles.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_article_is_read_with_the_places_of_all_its_texts(tmp_path: Path) -> None:
    (article,) = forms.read_articles(written(tmp_path, harbour=HARBOUR))
    text = article.gold.article.text
    assert (article.form, article.gold.article.id) == ("single marks", "harbour")
    assert text.startswith("Ana Diaz")
    assert text.endswith("tide.’")
    first, second = article.gold.quotes
    assert [text[start:end] for start, end in second.spans] == ["It’s the tide,", "It’s always the tide."]
    assert second.source_spans == ((text.index("she"), text.index("she") + 3),)
    assert (first.kind, first.speaker_name, first.speaker_kind, second.kind) == (
        "indirect",
        "Ana Diaz",
        "person",
        "direct",
    )


def test_floors_are_no_article(tmp_path: Path) -> None:
    written(tmp_path, sign=SIGN)
    (tmp_path / FLOORS).write_text('"a" = 1\n', encoding="utf-8")
    assert [one.gold.article.id for one in forms.read_articles(tmp_path)] == ["sign"]


def test_mention_is_the_nearest_outside_its_quotation(tmp_path: Path) -> None:
    text = "“No,” he said. Later he added: “he left.” The other he nodded."
    (tmp_path / "a.toml").write_text(
        f"form = 'x'\ntext = '{text}'\n[[quotation]]\ntext = 'No,'\nkind = 'direct'\nmention = 'he'\n"
        "[[quotation]]\ntext = 'he left.'\nkind = 'direct'\nmention = 'he'\n",
        encoding="utf-8",
    )
    first, second = forms.read_articles(tmp_path)[0].gold.quotes
    assert first.source_spans == ((text.index("he said"), text.index("he said") + 2),)
    assert second.source_spans == ((text.index("he added"), text.index("he added") + 2),)


def test_one_of_several_mentions_is_as_good_as_another(tmp_path: Path) -> None:
    written(tmp_path, harbour=HARBOUR.replace('mention = "she"', 'mention = ["she", "Ana Diaz"]'))
    article = forms.read_articles(tmp_path)[0].gold
    text, quote = article.article.text, article.quotes[1]
    assert quote.speaker_text == "she"
    assert [text[start:end] for start, end in quote.source_spans] == ["she", "Ana Diaz"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"the harbour was shut"', '"the harbor was shut"', "quotation 1: 'the harbor was shut' is not in the text"),
        ('"It’s always the tide."', '"the harbour was shut"', "quotation 2: 'the harbour was shut' is not in"),
        ('"It’s always the tide."', "3", "quotation 2: 'text' must be a text, not 3"),
        ('mention = "she"', 'mention = "her"', "quotation 2: the mention 'her' is not in the text outside"),
        ('mention = "she"', 'mention = ""', "quotation 2: 'mention' must be a text"),
        ('mention = "she"', "mention = []", r"quotation 2: 'mention' must be a text, not \[\]"),
        ('cue = "said"', 'cue = "claimed"', "quotation 1: the cue 'claimed' is not in the text"),
        ('kind = "direct"', 'kind = "spoken"', "quotation 2: 'spoken' is none of direct, mixed, indirect"),
        ('kind = "direct"\n', "", "quotation 2: 'kind' must be a text, not None"),
        ('cue = "said"', 'verb = "said"', "quotation 1: unknown key 'verb'"),
        ('cue = "said"', 'speaker_kind = "woman"', "quotation 1: 'woman' is none of person"),
        ('form = "single marks"', "", "'form' must be a text, not None"),
        ('form = "single marks"', 'form = "single marks', "cannot be read"),
        ('form = "single marks"', 'form = "single marks"\nnote = "x"', "unknown key 'note'"),
    ],
)
def test_fault_names_file_and_quotation(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in HARBOUR
    written(tmp_path, harbour=HARBOUR.replace(old, new, 1))
    with pytest.raises(SourceError, match=rf"harbour\.toml.*{message}"):
        forms.read_articles(tmp_path)


@pytest.mark.parametrize("rows", ["quotation = 3", "quotation = [3]"])
def test_quotations_that_are_no_tables_are_a_fault(tmp_path: Path, rows: str) -> None:
    written(tmp_path, odd=f"form = 'x'\ntext = 'y'\n{rows}\n")
    with pytest.raises(SourceError, match=r"odd\.toml"):
        forms.read_articles(tmp_path)


@given(st.text())
def test_no_file_gives_another_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "any.toml").write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(SourceError, match=r"any\.toml"):
        forms.read_articles(folder)


def test_folder_without_articles_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no article \(\.toml\)"):
        forms.read_articles(tmp_path)


class Simple:
    """An extractor that finds the single-marked words of the harbour, and two scare quotes of the sign."""

    version = "1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            if article.id == "harbour":
                yield (self._said(article, ["It’s the tide,", "It’s always the tide."], "she"),)
            else:
                yield (self._said(article, ["modern"], None), self._said(article, ["ferry"], None))

    def _said(self, article: Article, words: list[str], source: str | None) -> Attribution:
        spans = [article.span(article.text.index(one), article.text.index(one) + len(one)) for one in words]
        mention = None if source is None else article.span(article.text.index(source), article.text.index(source) + 3)
        quotation = Quotation(article.id, "direct", tuple(spans), source=mention)
        return Attribution(quotation, Speaker("ana-diaz", "Ana Diaz", "person"), "pronoun", 0.9)


def test_figures_by_hand(tmp_path: Path) -> None:
    report = forms.evaluate(forms.read_articles(written(tmp_path, harbour=HARBOUR, sign=SIGN)), Simple())
    assert report.figures["direct span F1"] == 100.0  # the two of the sign lie inside what the clerk said
    assert report.figures["reported span R"] == 0.0
    assert report.figures["full name right %"] == 100.0
    assert report.figures["speaker kind right %"] == 100.0
    assert report.figures[forms.SPURIOUS] == 0
    assert report.forms["single marks"]["direct e2e F1"] == 100.0
    assert report.forms["not a quotation: marks"]["direct span F1"] is None
    assert list(forms.pinned(report)) == list(forms.PINNED)


def test_spurious_ones_are_counted_where_nothing_is_quoted(tmp_path: Path) -> None:
    nothing = SIGN.split("\n\n")[0]
    report = forms.evaluate(forms.read_articles(written(tmp_path, harbour=HARBOUR, sign=nothing)), Simple())
    assert report.figures[forms.SPURIOUS] == 2
    assert report.figures["direct span P"] == 50.0


def test_words_wholly_inside_double_marks_are_direct_whatever_is_stated(tmp_path: Path) -> None:
    row = "[[quotation]]\ntext = 'modern'\nkind = 'mixed'\n"
    sign = SIGN.split("\n\n")[0] + "\n\n" + row
    report = forms.evaluate(forms.read_articles(written(tmp_path, sign=sign)), Simple())
    assert report.result.table["gold direct segments / reported"] == (1, 0)
    assert report.figures["direct span R"] == 100.0


class Reported:
    """An extractor that gives the clerk's words to "a clerk", whom it takes for a person of that name."""

    version = "1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            words, clerk = article.text.index("A “modern” ferry runs"), article.text.index("a clerk")
            quotation = Quotation(
                article.id, "mixed", (article.span(words, words + 21),), source=article.span(clerk, clerk + 7)
            )
            yield (Attribution(quotation, Speaker("a-clerk", "A Clerk", "person"), "named", 0.9),)


def test_names_and_kinds_of_reported_quotations_are_measured(tmp_path: Path) -> None:
    written(tmp_path, sign=SIGN, named=SIGN.replace('speaker_kind = "unnamed"', 'name = "Jo Clerk"'))
    report = forms.evaluate(forms.read_articles(tmp_path), Reported())
    assert report.figures["reported e2e F1"] == 100.0
    assert report.figures["reported full name right %"] == 0.0
    assert report.figures["speaker kind right %"] == 50.0
    assert [(fault.kind, fault.article_id) for fault in report.result.faults] == [
        ("reported name", "named"),
        ("kind", "sign"),
    ]


def test_printed_figures_forms_and_faults(tmp_path: Path) -> None:
    report = forms.evaluate(forms.read_articles(written(tmp_path, harbour=HARBOUR, sign=SIGN)), Simple())
    assert forms.printed(report).splitlines()[0] == "direct span P                              100.0"
    lines = forms.printed(report, by_form=True, errors=True).splitlines()
    assert "single marks" + " " * 38 + "100.0    100.0    100.0      0.0      0.0    100.0    100.0" in lines
    assert "not a quotation: marks" + " " * 32 + "-" + "        -" * 2 + "      0.0      0.0        -        -" in lines
    assert "reported: 2" in lines
    assert "  harbour: gold='Ana Diaz' predicted=None 'the harbour was shut'" in lines


@pytest.fixture(scope="module")
def report() -> forms.Report:
    return forms.evaluate(forms.read_articles(ARTICLES), SieveExtractor())


def test_articles_of_the_tests_are_many_and_of_many_forms(report: forms.Report) -> None:
    assert len(forms.read_articles(ARTICLES)) >= 66
    assert len(report.forms) >= 30


def test_no_figure_is_below_its_floor(report: forms.Report) -> None:
    floors = read_floors(ARTICLES / FLOORS)
    assert sorted(floors) == sorted(forms.PINNED)
    assert fallen(forms.pinned(report), floors, forms.FEWER) == []

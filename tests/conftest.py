"""A small index made by hand: four articles, their quotations marked in the text, and an encoder to work out by hand.

In the texts of `ARTICLES` every quotation stands as `{speaker|cue|words}`; the braces are taken out and leave the
spans. So a reader sees who said what, and no offset is counted by hand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from index.build import BuildReport, PassageMaker, rebuild
from index.document.sentences import sentences_of
from index.types import Article, Attribution, Passage, Quotation, QuotationKind, Span, Speaker

# How long an example takes is not tested: the first one of a module loads what the others find loaded.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what needs a browser, unless it is named; `make test-browser` does."""
    left_out = collection_path == Path(__file__).with_name("browser")
    named = any("browser" in Path(argument).parts for argument in config.args)
    return True if left_out and not named else None


KHAN = Speaker("tariq-khan", "Tariq Khan", "person", ("Khan", "he"), ("a retired general",))
OTHER_KHAN = Speaker("imran-khan", "Imran Khan", "person", ("Khan",), ("the mayor of Lodora",))
ILMAR = Speaker("siobhan-ilmar", "Siobhán Ilmar", "person", ("Ilmar",), ("a flood engineer",))
COUNCIL = Speaker("river-council", "River Council", "organisation", ("the Council",))
OFFICIAL = Speaker("a-senior-official@bridge", "a senior official", "unnamed")
SPEAKERS = {speaker.id: speaker for speaker in (KHAN, OTHER_KHAN, ILMAR, COUNCIL, OFFICIAL)}

BRIDGE = (
    "Lodora bridge closed\n\n"
    "Siobhán Ilmar, a flood engineer, said {siobhan-ilmar|said|the bridge will not survive another winter flood}.\n\n"
    "“{imran-khan|said|We close the bridge tonight and open a ferry tomorrow},” Imran Khan, the mayor of Lodora,"
    " said.\n\n"
    "“{a-senior-official@bridge|told|Nobody asked the engineers},” a senior official told the Gazette.\n\n"
    "“{-||Too late, as always},” read a banner on the quay."
)
BORDER = (
    "Border guns fall silent\n\n"
    "“{tariq-khan|warned|A war of attrition is lost by the side that counts its soldiers},” warned Tariq Khan, a"
    " retired general.\n\n"
    "“{tariq-khan|said|The ceasefire holds only while both capitals are tired},” he said.\n\n"
    "The River Council said {river-council|said|the ferry crossing at the border stays shut}."
)
FERRY = (
    "Ferry starts\n\n"
    "“{imran-khan|said|The ferry carries six hundred people a day},” Khan said.\n\n"
    "The River Council announced {river-council|announced|every ferry ticket is free until spring}."
)
COPY = "Agency\n\n“{imran-khan|said|The ferry carries six hundred people a day},” Imran Khan said."

_MARKED = re.compile(r"\{([^|{}]*)\|([^|{}]*)\|([^{}]*)\}")


def read_marked(
    id_: str,
    marked: str,
    *,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    url: str | None = None,
    speakers: Mapping[str, Speaker] = SPEAKERS,
) -> tuple[Article, tuple[Attribution, ...]]:
    """An article and its attributions out of a marked text; the speaker `-` is nobody."""
    text = ""
    found: list[tuple[str, str, int, int]] = []
    end = 0
    for match in _MARKED.finditer(marked):
        text += marked[end : match.start()]
        found.append((match[1], match[2], len(text), len(text) + len(match[3])))
        text += match[3]
        end = match.end()
    text += marked[end:]
    day = None if date is None else dt.date.fromisoformat(date)
    article = Article(id=id_, text=text, title=title, date=day, source=source, url=url)
    return article, tuple(_attribution(article, speakers.get(one[0]), *one[1:]) for one in found)


def _attribution(article: Article, speaker: Speaker | None, cue: str, start: int, end: int) -> Attribution:
    kind: QuotationKind = "direct" if article.text[start - 1] == "“" else "indirect"
    quotation = Quotation(
        article_id=article.id,
        kind=kind,
        spans=(article.span(start, end),),
        cue=_beside(article, [cue], start, end) if cue else None,
        source=None if speaker is None else _beside(article, [speaker.name, *speaker.aliases], start, end),
        step=None if speaker is None else "beside",
    )
    if speaker is None:
        return Attribution(quotation)
    return Attribution(quotation, speaker, method="beside", confidence=0.9)


def _beside(article: Article, words: Sequence[str], start: int, end: int) -> Span | None:
    """The first of `words` that stands in the paragraph of the quotation, behind it or in front of it."""
    first = article.text.rfind("\n\n", 0, start) + 1
    last = article.text.find("\n\n", end)
    for word in words:
        for low, high in ((end, last if last >= 0 else len(article.text)), (first, start)):
            at = article.text.find(word, low, high)
            if at >= 0:
                return article.span(at, at + len(word))
    return None


def marked_articles() -> list[tuple[Article, tuple[Attribution, ...]]]:
    """The articles of the small index, each with its attributions."""
    return [
        read_marked("bridge", BRIDGE, title="Lodora bridge closed", date="2026-01-10", source="Gazette"),
        read_marked("border", BORDER, title="Border guns fall silent", date="2026-02-20", source="Herald"),
        read_marked("ferry", FERRY, title="Ferry starts", date="2026-03-01", source="Gazette"),
        read_marked("copy", COPY),
    ]


@dataclass
class FakeExtractor:
    """Gives what it was told for each article id; `asked` lists the ids it worked."""

    known: dict[str, tuple[Attribution, ...]]
    version: str = "fake 1"
    asked: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        self.asked.append("prepared")

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            self.asked.append(article.id)
            yield self.known.get(article.id, ())


def whole_paragraphs(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    """A passage is the paragraph of its quotation; what is searched is the speaker's name and the words."""
    passages = []
    for attribution in attributions:
        quotation = attribution.quotation
        start = article.text.rfind("\n\n", 0, quotation.start) + 2 if "\n\n" in article.text[: quotation.start] else 0
        end = article.text.find("\n\n", quotation.end)
        span = article.span(start, len(article.text) if end < 0 else end)
        speaker = "" if attribution.speaker is None else f"{attribution.speaker.name}: "
        passages.append(Passage(attribution, span, speaker + quotation.text, sentences=sentences_of(span)))
    return tuple(passages)


PASSAGES = PassageMaker("paragraphs 1", whole_paragraphs)

VOCABULARY = (
    "bridge flood winter engineers ferry people ticket spring border war attrition soldiers ceasefire capitals late"
    " close open tonight crossing shut free banner"
).split()


class FakeEncoder:
    """A text is counted word by word: one dimension for each of `VOCABULARY`, the last one for every other long word.

    Words of three letters or fewer count nothing; a text of such words alone lies along the last dimension. So the
    cosine of two texts is worked out by hand. `asked` lists every text that was encoded.
    """

    def __init__(self) -> None:
        self.name = "fake"
        self.fingerprint = "f" * 64
        self.dimension = len(VOCABULARY) + 1
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                if word in VOCABULARY:
                    row[VOCABULARY.index(word)] += 1
            row[-1] = 0.1 if row.any() else 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def extractor() -> FakeExtractor:
    return FakeExtractor({article.id: attributions for article, attributions in marked_articles()})


@pytest.fixture
def articles() -> list[Article]:
    return [article for article, _ in marked_articles()]


Build = Callable[..., BuildReport]


@pytest.fixture
def build(encoder: FakeEncoder, extractor: FakeExtractor) -> Build:
    """`rebuild` with the fakes; whatever is given by name takes their place."""

    def build_with(articles: Iterable[object], data: Path, **given: object) -> BuildReport:
        fakes = {"extractor": extractor, "encoder": encoder, "passages": PASSAGES}
        return rebuild(articles, data, **{**fakes, **given})  # type: ignore[arg-type]

    return build_with


@pytest.fixture
def data_dir(tmp_path: Path, build: Build, articles: list[Article]) -> Path:
    """The data folder of the small index, built."""
    data = tmp_path / "data"
    build(articles, data)
    return data

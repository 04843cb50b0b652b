"""`answered`, by the real model, on questions that made-up articles answer and on questions about something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from index.build import PassageMaker, rebuild
from index.encoder import Encoder, default_encoder
from index.evaluation import seed
from index.evaluation.commands import SEED_ARTICLE, SEED_GOLD
from index.extraction import SieveExtractor
from index.queries import Filters, Mode, Query
from index.searcher import Searcher
from index.types import Article, Attribution, Passage, Quotation, Speaker

SAID: dict[str, list[tuple[str, str]]] = {
    "Dam project splits the Velda valley": [
        ("Marta Orlev", "The reservoir will drown four villages and the oldest vineyards of the valley"),
        ("Henrik Sool", "Without the dam this province will buy its electricity abroad for another thirty years"),
        ("Marta Orlev", "Nobody has told the farmers where they are supposed to go, or what their land is worth"),
    ],
    "Hospital strike enters its third week": [
        ("Ines Carvalho", "Nurses are working fourteen-hour shifts, and the ministry calls that a staffing plan"),
        ("Paul Dreyer", "We cannot raise wages by twelve percent when the health budget is already in deficit"),
        (
            "Ines Carvalho",
            "We will keep emergency wards open, but planned operations must wait until there is an offer",
        ),
    ],
    "Central bank holds rates": [
        ("Lena Fisk", "Inflation has come down faster than we feared, yet services prices remain stubborn"),
        ("Omar Teller", "Every month of high rates pushes more young families out of the housing market"),
        ("Lena Fisk", "It would be a mistake to cut too early and lose the ground that has been gained"),
    ],
    "Ceasefire talks resume in Narvik": [
        ("Yusuf Adan", "Both armies are exhausted, but neither of the governments can afford to look weak"),
        ("Greta Lindqvist", "The exchange of prisoners was a first step, monitors on the border must be the second"),
        ("Yusuf Adan", "Drones have made the front line impossible to hide in, and that is why they are talking"),
    ],
    "Sprinter cleared of doping": [
        ("Kaya Brandt", "I have never taken a banned substance, and two laboratories have now confirmed it"),
        ("Tomas Reyl", "The sample was stored at the wrong temperature, so the finding cannot stand"),
    ],
    "City bans cars from the old town": [
        (
            "Noor Habib",
            "Shops lost a fifth of their customers in the first month, and nobody at city hall is listening",
        ),
        ("Elias Vonn", "Air pollution in the old town has halved since the ban, children can breathe again"),
    ],
    "Whales return to the Sound": [
        ("Ruth Amsel", "Humpback whales are following the herring, which have come back since trawling was banned"),
        ("Ruth Amsel", "The noise of the ferries is the biggest danger to the calves now"),
    ],
    "School phones": [
        ("Dario Penn", "Pupils talk to each other in the breaks again since we lock the phones away in the morning"),
        ("Sofia Lark", "A ban does not teach a child how to live with a device that will be everywhere"),
    ],
}
ON_RECORD = """What will the dam do to the villages?
Why does the province need the reservoir?
Where will the farmers go?
Does anyone oppose the hydroelectric project?
How long are nurses' shifts?
Why can't the government pay hospital staff more?
Will emergency rooms stay open during the walkout?
Is there money for a pay rise?
Is inflation under control?
When should interest rates be cut?
How do high interest rates affect home buyers?
Why are the two sides negotiating?
What have drones changed in the war?
Who should watch the frontier?
Were prisoners exchanged?
Did the athlete cheat?
What went wrong with the doping test?
Has the car ban made the air cleaner?
How has the traffic ban affected business?
Why are the whales back?
What threatens whale calves?
Should mobile phones be banned in school?
What did Lena Fisk say about prices?
What does Ines Carvalho want?
What does Yusuf Adan think of the governments?
Orlev on farmers
What did Elias Vonn say?""".splitlines()
NOT_ON_RECORD = """What is the best recipe for sourdough bread?
Which planet has the most moons?
Who won the chess world championship in 1972?
How do I reset my router password?
What causes northern lights?
Who painted the ceiling of the Sistine Chapel?
When was the printing press invented?
How many strings does a cello have?
What is the plot of Hamlet?
Should I learn Python or Rust first?
What are the side effects of aspirin?
How do volcanoes form?
Where can I buy cheap flights to Tokyo?
Is dark matter made of particles?
How old is the Great Wall of China?
What did critics think of the new opera season?
How is champagne made?
Are self-driving taxis legal in California?
What is the chemical formula of table salt?
Why did the Roman Empire fall?
Which vaccine protects against measles?
How does a quantum computer work?
What did Lena Fisk say about penguins?
Who invented the saxophone?
What is the capital of Mongolia?
How do bees make honey?
Did the satellite reach orbit?""".splitlines()


class _Whole:
    version = "whole"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            yield tuple(_said(article, name, words) for name, words in SAID[article.title or ""])


def _said(article: Article, name: str, words: str) -> Attribution:
    start = article.text.index(words)
    quotation = Quotation(article.id, "direct", (article.span(start, start + len(words)),))
    speaker = Speaker(name.lower().replace(" ", "-"), name, "person", (name.split()[1],))
    return Attribution(quotation, speaker, "beside", 0.9)


def _passages(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    return tuple(
        Passage(one, one.quotation.spans[0], f"{one.speaker.name if one.speaker else ''}: {one.quotation.text}")
        for one in attributions
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return default_encoder(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def searcher(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    data: Path = tmp_path_factory.mktemp("answered")
    articles = [
        Article(str(number), " ".join(f"“{words},” said {name}." for name, words in said), title, dt.date(2026, 1, 1))
        for number, (title, said) in enumerate(SAID.items())
    ]
    rebuild(articles, data, extractor=_Whole(), encoder=model, passages=PassageMaker("whole", _passages))
    with Searcher.open(data, model) as opened:
        yield opened


@pytest.mark.model
@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_what_is_on_record_is_almost_never_called_unanswered(searcher: Searcher, mode: Mode) -> None:
    missed = [text for text in ON_RECORD if not searcher.search(Query(text, mode=mode)).answered]
    assert missed == []


@pytest.mark.model
def test_what_is_about_something_else_is_called_unanswered(searcher: Searcher) -> None:
    alarms = {text for text in NOT_ON_RECORD if searcher.search(Query(text)).answered}
    # One asks about cars and the law, where a ban of cars stands on record; "plot" is nearer to land than to Hamlet.
    # "How is champagne made?" lies just above the bound under int8, and just below it under torch.
    assert alarms <= {
        "Are self-driving taxis legal in California?",
        "What is the plot of Hamlet?",
        "How is champagne made?",
    }


@pytest.mark.model
def test_a_record_of_one_article_is_not_taken_to_answer_whatever_is_asked(model: Encoder, tmp_path: Path) -> None:
    gold = seed.read_gold(SEED_ARTICLE, SEED_GOLD)
    elsewhere = (SEED_GOLD / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    rebuild([gold.article], tmp_path, extractor=SieveExtractor(), encoder=model)
    with Searcher.open(tmp_path, model) as searcher:
        alarms = [text for text in elsewhere if searcher.search(Query(text)).answered]
        missed = [one.text for one in gold.questions if one.relevant and not searcher.search(Query(one.text)).answered]
    assert len(elsewhere) == 60
    assert len(alarms) <= 7, alarms  # 6, and one for another processor; by cosine and its own words alone 14
    assert missed == []


@pytest.mark.model
def test_the_nearest_hits_are_listed_all_the_same(searcher: Searcher) -> None:
    answer = searcher.search(Query("How do bees make honey?"))
    assert (answer.answered, len(answer.hits)) == (False, 10)


@pytest.mark.model
def test_under_a_filter_only_what_it_allows_can_answer(searcher: Searcher) -> None:
    text = "When should interest rates be cut?"
    assert searcher.search(Query(text, Filters(speakers=("Fisk",)))).answered
    assert not searcher.search(Query(text, Filters(speakers=("Amsel",)))).answered

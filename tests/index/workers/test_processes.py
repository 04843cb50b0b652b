"""Batches over processes: the answers and their order, what is held, what happens to a process that dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from multiprocessing import parent_process

import pytest

from index.errors import QuoteIndexError
from index.extraction import SieveExtractor
from index.types import Article, Attribution, Quotation
from index.workers.jobs import PARCEL, Quotations, parcels, quotations
from index.workers.processes import AHEAD, LOOKED_AT, Processes, available_cores
from index.workers.work import Failed


class Whole:
    """Each article is one quotation, given twice where no other process works it; a text may bid it to fail."""

    version = "whole-1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            if article.text == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if article.text == "fail":
                raise ValueError("no such form")
            if article.text == "lacks a library":
                raise ModuleNotFoundError("No module named 'spacy'")
            span = article.span(0, len(article.text))
            yield (Attribution(Quotation(article.id, "direct", (span,))),) * (2 if parent_process() is None else 1)


def articles(count: int, text: str = "We stay.") -> list[Article]:
    return [Article(str(number), f"{text} {number}") for number in range(count)]


def ids(found: Iterable[tuple[Attribution, ...]]) -> list[str]:
    return [attributions[0].quotation.article_id for attributions in found]


def found(processes: Processes, given: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
    return quotations(processes, Whole(), given)


def test_a_short_list_is_worked_in_this_process() -> None:
    given = list(found(Processes(2), articles(3)))
    assert ids(given) == ["0", "1", "2"]
    assert [len(attributions) for attributions in given] == [2, 2, 2]


def test_one_process_is_this_one() -> None:
    given = list(found(Processes(1, worth_starting=0), articles(3)))
    assert [len(attributions) for attributions in given] == [2, 2, 2]


def test_a_short_list_goes_to_the_hand_while_it_is_held() -> None:
    processes = Processes(2)
    with processes.hand():
        given = list(found(processes, articles(20)))
    assert ids(given) == [str(number) for number in range(20)]
    assert [len(attributions) for attributions in given] == [1] * 20
    assert [len(attributions) for attributions in found(processes, articles(2))] == [2, 2]


def test_an_article_that_kills_the_hand_is_left_out_and_the_others_are_worked() -> None:
    given = articles(20)
    given[11] = Article("11", "die")
    processes = Processes(2)
    with processes.hand():
        flat = [answer for batch in processes.map(Quotations(Whole()), parcels(given)) for answer in batch]
    assert [place for place, answer in enumerate(flat) if isinstance(answer, Failed)] == [11]
    assert len(flat) == 20


def test_many_leave_nothing_to_the_hand() -> None:
    processes = Processes(2, worth_starting=1)
    with processes.hand():
        assert ids(found(processes, articles(20))) == [str(number) for number in range(20)]


def test_one_process_has_no_hand() -> None:
    with Processes(1).hand() as hand:
        assert hand is None


def test_many_are_worked_elsewhere_and_come_back_in_order_without_reading_far_ahead() -> None:
    read = 0
    count = 100

    def counted() -> Iterator[Article]:
        nonlocal read
        for article in articles(count):
            read += 1
            yield article

    worked = found(Processes(2, worth_starting=1), counted())
    given = [next(worked)]
    assert read <= PARCEL * AHEAD * 2 + 1
    given += worked
    assert ids(given) == [str(number) for number in range(count)]
    assert [len(attributions) for attributions in given] == [1] * count


def test_where_most_is_known_little_waits() -> None:
    asked = 0

    def batches() -> Iterator[list[Article]]:
        nonlocal asked
        for _ in range(10 * LOOKED_AT):
            asked += 1
            yield []

    given = Processes(2).map(Quotations(Whole()), batches())
    assert next(given) == []
    assert asked <= LOOKED_AT + 1
    assert list(given) == [[]] * (10 * LOOKED_AT - 1)


def test_an_article_that_kills_its_process_is_left_out_and_the_others_are_worked() -> None:
    given = articles(20)
    given[11] = Article("11", "die")
    worked = Processes(2, worth_starting=1).map(Quotations(Whole()), parcels(given))
    flat = [answer for batch in worked for answer in batch]
    dead = [place for place, answer in enumerate(flat) if isinstance(answer, Failed)]
    assert (len(flat), dead) == (20, [11])
    assert isinstance(flat[11], Failed)
    assert flat[11].reason.startswith("kills the process that works it")


def test_an_article_that_fails_is_named_where_nothing_is_left_out() -> None:
    with pytest.raises(QuoteIndexError, match=r"article '1' cannot be worked: ValueError.*no such form"):
        list(found(Processes(2, worth_starting=1), [Article("0", "We stay."), Article("1", "fail")]))


def test_what_no_article_is_to_blame_for_ends_the_run() -> None:
    with pytest.raises(QuoteIndexError, match=r"ModuleNotFoundError: No module named 'spacy'"):
        list(Processes(2, worth_starting=1).map(Quotations(Whole()), [[Article("0", "lacks a library")]]))


def test_processes_give_the_answers_of_one() -> None:
    told = [
        Article(str(number), f"“We lost {number} votes,” Mara Lind said. She said it was over.") for number in range(9)
    ]
    alone = list(SieveExtractor().extract(told))
    assert list(quotations(Processes(2, worth_starting=1), SieveExtractor(), told)) == alone


def test_the_cores_are_those_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 2, 5} if process == 0 else set(), raising=False)
    assert available_cores() == 3


@pytest.mark.parametrize(("cores", "expected"), [(6, 6), (None, 1)])
def test_where_no_system_tells_them_all_cores_count_and_one_there_is(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, expected: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert available_cores() == expected

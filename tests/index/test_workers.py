"""Extraction over processes: the answers and their order, what is held, what happens to a process that fails."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from multiprocessing import active_children, parent_process

import pytest

from index.errors import QuoteIndexError
from index.extraction import SieveExtractor
from index.types import Article, Attribution, Quotation
from index.workers import AHEAD, PARCEL, Workers, available_cores, beside


class Whole:
    """Each article is one quotation, given twice where no other process works it; a text may bid it to fail."""

    version = "whole-1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            if article.text == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if article.text == "fail":
                raise ValueError("no such form")
            span = article.span(0, len(article.text))
            yield (Attribution(Quotation(article.id, "direct", (span,))),) * (2 if parent_process() is None else 1)


def articles(count: int, text: str = "We stay.") -> list[Article]:
    return [Article(str(number), f"{text} {number}") for number in range(count)]


def ids(found: Iterable[tuple[Attribution, ...]]) -> list[str]:
    return [attributions[0].quotation.article_id for attributions in found]


def test_a_short_list_is_worked_in_this_process() -> None:
    found = list(Workers(Whole, 2).extract(articles(3)))
    assert ids(found) == ["0", "1", "2"]
    assert [len(attributions) for attributions in found] == [2, 2, 2]


def test_one_process_is_this_one() -> None:
    found = list(Workers(Whole, 1, worth_starting=0).extract(articles(3)))
    assert [len(attributions) for attributions in found] == [2, 2, 2]


def test_many_are_worked_elsewhere_and_come_back_in_order_without_reading_far_ahead() -> None:
    read = 0
    count = 100

    def counted() -> Iterator[Article]:
        nonlocal read
        for article in articles(count):
            read += 1
            yield article

    found = Workers(Whole, 2, worth_starting=1).extract(counted())
    given = [next(found)]
    assert read <= PARCEL * AHEAD * 2 + 1
    given += found
    assert ids(given) == [str(number) for number in range(count)]
    assert [len(attributions) for attributions in given] == [1] * count


def test_a_process_that_dies_is_one_clear_error() -> None:
    with pytest.raises(QuoteIndexError, match=r"died near article '0'.*--workers 1"):
        list(Workers(Whole, 2, worth_starting=1).extract([Article("0", "die")]))


def test_an_article_that_fails_is_named() -> None:
    with pytest.raises(QuoteIndexError, match=r"article '1' cannot be worked: ValueError.*no such form"):
        list(Workers(Whole, 2, worth_starting=1).extract([Article("0", "We stay."), Article("1", "fail")]))


def test_processes_give_the_answers_of_one() -> None:
    told = [
        Article(str(number), f"“We lost {number} votes,” Mara Lind said. She said it was over.") for number in range(9)
    ]
    alone = list(SieveExtractor().extract(told))
    spread = Workers(SieveExtractor, 2, worth_starting=1)
    assert list(spread.extract(told)) == alone
    assert spread.version == SieveExtractor.version


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


def _doubled(number: int) -> int:
    return 2 * number


def _dies(number: int, parent: int) -> int:
    if os.getpid() != parent:
        os._exit(3)
    return number + 1


def _never_ends() -> None:
    threading.Event().wait()


def _fails() -> None:
    raise ValueError("not so")


def test_work_beside_gives_what_it_would_give_here() -> None:
    with beside(_doubled, 21) as found:
        assert found() == 42


def test_work_beside_is_done_here_where_its_process_dies() -> None:
    with beside(_dies, 1, os.getpid()) as found:
        assert found() == 2


def test_work_beside_raises_what_the_work_raises() -> None:
    with beside(_fails) as found, pytest.raises(ValueError, match="not so"):
        found()


def test_work_beside_ends_with_whoever_asked_for_it() -> None:
    with beside(_never_ends):
        pass
    assert active_children() == []

"""Address → articles: what it gives now, what it gave before, and the pages behind a feed's summaries."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from index.corpus.fetched.addresses import shown_address
from index.corpus.fetched.fetcher import Fetcher
from index.corpus.files import File
from index.corpus.kinds import LISTS, reader_of
from index.errors import ArticleError, SourceError
from index.types import DATE_CERTAINTIES, Article

FOLLOWED_LIMIT = 200
"""Entries of one feed that are followed: a feed names some dozens, and may name anybody's pages."""

Read = Callable[[File], Iterable[Article | ArticleError]]
"""File → its articles."""


def articles_of(source: str, fetcher: Fetcher, read: Read) -> Iterator[Article | ArticleError]:
    """The articles of an address; where it gives none now, those of the version that it gave before.

    Of a feed or another list also those that it gave once and gives no more, ahead of the others. Where the fetcher
    follows feeds, an entry that is no more than a summary gives way to the page behind it, where that can be had.
    """
    found = _given(source, fetcher, read, follow=fetcher.follow)
    yield from fetcher.earlier(source, _articles(found))
    yield from found


def _given(source: str, fetcher: Fetcher, read: Read, *, follow: bool) -> list[Article | ArticleError]:
    def entries(file: File) -> list[Article | ArticleError]:
        return list(_followed(read(file), fetcher, read) if follow and _is_list(file) else read(file))

    try:
        page = fetcher.page(source)
        found = entries(page.file)
    except ArticleError as error:
        found = [error]
    if now := _articles(found):
        fetcher.keep(page, now if _is_list(page.file) else ())
        return found
    reason = next(one.reason for one in found if isinstance(one, ArticleError))
    before = fetcher.stand_in(source, reason)
    return found if before is None else entries(before)


def _is_list(file: File) -> bool:
    try:
        return reader_of(file) in LISTS
    except (ArticleError, ValueError):  # nothing that is read; whoever reads it says so
        return False


def _articles(found: Iterable[Article | ArticleError]) -> list[Article]:
    return [one for one in found if isinstance(one, Article)]


def _followed(
    entries: Iterable[Article | ArticleError], fetcher: Fetcher, read: Read
) -> Iterator[Article | ArticleError]:
    left = FOLLOWED_LIMIT
    for entry in entries:
        short = isinstance(entry, ArticleError) or entry.summary_only
        if not short or entry.url is None or not left:
            yield entry
            continue
        left -= 1
        yield _behind(entry, entry.url, fetcher, read)


def _behind(entry: Article | ArticleError, url: str, fetcher: Fetcher, read: Read) -> Article | ArticleError:
    """The page that an entry leads to, with what the feed alone tells; the entry, where it cannot be had."""
    try:
        fetcher.check(url)
        found = _given(url, fetcher, read, follow=False)
    except SourceError as error:
        found = [ArticleError(shown_address(url), None, str(error).removeprefix(f"{shown_address(url)}: "))]
    match found:
        case [Article() as article]:
            return article if isinstance(entry, ArticleError) else _completed(article, entry)
        case [ArticleError() as fault]:
            pass
        case _:
            fault = ArticleError(shown_address(url), None, "there is more than one article")
    if isinstance(entry, ArticleError):
        return fault
    fetcher.tell(f"summary alone: {fault}")
    return entry


def _completed(article: Article, entry: Article) -> Article:
    """The article of a page, with what its entry tells where the page tells nothing, or a day less surely.

    A page that does not name its site is given its host's name, which says less than the feed.
    """
    named = article.source is not None and article.source not in (article.url or "")
    dated = min(article, entry, key=lambda one: DATE_CERTAINTIES.index(one.date_certainty))
    return dataclasses.replace(
        article,
        title=article.title or entry.title,
        date=dated.date,
        date_certainty=dated.date_certainty,
        source=article.source if named else entry.source or article.source,
        authors=article.authors or entry.authors,
        section=article.section or entry.section,
        agency=article.agency or entry.agency,
    )

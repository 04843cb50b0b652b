"""What a question was taken to mean, in plain words: each guess with what it does to the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from index.queries import Answer, Guess, SpeakerRecord, Understood
from index.types import Article

NAMED = 3
"""Speakers that are named where a word of the question may mean many."""


def names(understood: Understood, speaker: Callable[[str], SpeakerRecord]) -> dict[str, str]:
    """Id → name of the speakers whom `readings` names."""
    return {id_: speaker(id_).speaker.name for guess in understood.guesses for id_ in guess.speakers[:NAMED]}


def readings(answer: Answer, named: Mapping[str, str]) -> list[tuple[Guess, str]]:
    """Every guess in the order of the question's words, and what it does: "only what Tameem Bahiss said".

    A misspelt name is one guess, switched off by its spelling: without that it is nobody's name.
    """
    understood = answer.understood
    whom = [guess for guess in understood.guesses if guess.speakers]
    spelt = [guess for guess in understood.guesses if guess.kind == "spelling"]
    found = []
    for guess in understood.guesses:
        if guess.speakers:
            wrong = [one for one in spelt if _within(one, guess)]
            shown = replace(guess, kind="spelling") if wrong else guess
            whose = _whose(guess, understood, named)
            if wrong and guess.kind == "roles":  # a name that is put right is in the reading; a role is not
                whose = f"read as “{' '.join(str(one.taken) for one in wrong)}”, {whose}"
            found.append((shown, whose))
        elif guess.kind == "dates":
            found.append((guess, _days(answer)))
        elif not any(_within(guess, one) for one in whom):
            found.append((guess, f"read as “{guess.taken}”"))
    return found


def _within(one: Guess, other: Guess) -> bool:
    return other.start <= one.start and one.end <= other.end


def _whose(guess: Guess, understood: Understood, named: Mapping[str, str]) -> str:
    some = [named[id_] for id_ in guess.speakers[:NAMED]]
    if more := len(guess.speakers) - len(some):
        some.append(f"{more} more")
    who = " or ".join([", ".join(some[:-1]), some[-1]] if len(some) > 1 else some)
    only = set(guess.speakers) <= set(understood.speakers)
    return f"only what {who} said" if only else f"what {who} said ranks higher"


def _days(answer: Answer) -> str:
    since, until = answer.understood.since, answer.understood.until
    if since and since == until:
        told = f"published on {day(since)}"
    else:
        ends = [f"{word} {day(end)}" for word, end in (("from", since), ("to", until)) if end]
        told = " ".join(["published", *ends])
    # Days that leave nothing do not filter; hits of other days tell that it was so.
    met = all(
        date is not None and (since or date) <= date <= (until or date)
        for date in (hit.article.date for hit in answer.hits)
    )
    return told if met else f"{told}, but nothing is; these are of other days"


def day(date: dt.date) -> str:
    """27 February 2026."""
    return f"{date.day} {date:%B} {date.year}"


def published(article: Article) -> str | None:
    """When an article was published, as far as that is known: 27 February 2026, February 2026, 2026."""
    if article.date is None:
        return None
    return {"month": f"{article.date:%B} {article.date.year}", "year": f"{article.date.year}"}.get(
        article.date_certainty, day(article.date)
    )


def stated(article: Article) -> str | None:
    """The same as ISO 8601 writes it: 2026-02-27, 2026-02, 2026."""
    if article.date is None:
        return None
    return article.date.isoformat()[: {"month": 7, "year": 4}.get(article.date_certainty, 10)]

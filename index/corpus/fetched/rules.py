"""robots.txt (RFC 9309): whether it lets this program have an address, and how long it asks to wait between two.

Read in the child process: a few hundred kilobytes of it, every agent with every rule, unfold to gigabytes.
"""

from __future__ import annotations

from index.corpus.child import Hints, answered
from index.corpus.fetched.addresses import FetchError
from index.corpus.fields import Fields

SIZE_LIMIT = 512 * 2**10
"""Bytes that are read of it, at least 500 KiB (RFC 9309, 2.5); what comes after is not."""


def asked(robots: bytes, address: str, agent: str) -> tuple[bool, float]:
    """Whether a robots.txt allows an agent the address, and its Crawl-delay, 0 where it has none.

    FetchError: it cannot be read, and what it says is not known.
    """
    try:
        (found,) = answered("fetched.rules", robots, {"address": address, "agent": agent})
    except ValueError as error:
        reason = str(error).partition(";")[0]  # what to do about a file is no help here
        raise FetchError(f"the site's robots.txt cannot be read ({reason}), so nothing is asked of it") from error
    return found["allowed"] == "yes", float(found["delay"] or 0)


def parse(data: bytes, hints: Hints) -> list[Fields]:
    """Runs in the child: what `asked` gives, as texts."""
    from protego import Protego

    rules = Protego.parse(data.decode("utf-8-sig", "replace"))
    delay = rules.crawl_delay(hints["agent"])
    allowed = rules.can_fetch(hints["address"], hints["agent"])
    return [{"allowed": "yes" if allowed else "no", "delay": None if delay is None else str(delay)}]

"""Exports, and what adds, in lanes of their own: however many and slow they are, as many threads as before answer.

A thread of waitress works a request until its last byte is written. Where the client takes less than comes,
waitress lets the thread wait once 16 MB are behind, as long as the client likes: as many exports that nobody reads as
there are threads would end the service. So:

- what is an export, by the ending of its path, waits for threads that do nothing else;
- what a client does not take yet lies in a temporary file, however much it is, so that the thread goes on and
  ends. A client that takes nothing for a minute is given up, as any other;
- of exports that wait, run or are not yet taken there are LONGEST at most: the next is answered 503 with Retry-After.

An article that is added takes tenths of a second, most of them in another process: a thread that waits for that is no
thread that answers either.
"""

from __future__ import annotations

import re
from typing import Any

from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

THREADS = 2
"""Exports that are written at once: a small one need not wait for a large one."""
WRITERS = 2
"""Requests that add or remove articles at once: articles are worked one after another; while one waits for the disk,
another is worked."""
LONGEST = 16
"""Exports at once, from the request to the last byte taken."""
UNBOUNDED = 1 << 50
"""Bytes that may wait for a client before the thread that writes does: as many as the disk holds."""
LET_GO = 1 << 22
"""Bytes after which memory that held what the client has taken is given back."""
RETRY_AFTER = 10
"""Seconds after which one more may be taken."""
_ARTICLES = re.compile(r"/api/articles(?:/.*)?\Z", re.DOTALL)
_EXPORT = re.compile(r"/api/(?:search|quotations|speakers/.+/quotations)\.(?:csv|jsonl)\Z")


class TooManyExportsError(Error):  # type: ignore[misc]  # waitress has no types
    """What answers in place of one more export."""

    code = 503
    reason = "Service Unavailable"


class Lanes:
    """Three dispatchers as one: waitress gives every request to `add_task`, and ends with `shutdown`."""

    def __init__(self) -> None:
        self.others = ThreadedTaskDispatcher()
        self.exports = ThreadedTaskDispatcher()
        self.writers = ThreadedTaskDispatcher()
        self._open: set[Any] = set()

    def set_thread_count(self, count: int) -> None:
        """So many threads for all that only asks, but exports."""
        self.others.set_thread_count(count)
        self.exports.set_thread_count(THREADS)
        self.writers.set_thread_count(WRITERS)

    def add_task(self, channel: Any) -> None:
        """Let the first request of this connection be answered."""
        request = channel.requests[0]
        if request.error is None and is_export(request):
            self._open = {one for one in self._open if one.connected and (one.requests or one.total_outbufs_len)}
            if len(self._open) < LONGEST or channel in self._open:
                self._open.add(channel)
                self.exports.add_task(channel)
                return
            request.error = TooManyExportsError(f"{LONGEST} exports are under way; ask again in {RETRY_AFTER} seconds")
        (self.writers if request.error is None and is_writing(request) else self.others).add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End all, as the dispatcher of waitress."""
        ended = [one.shutdown(cancel_pending, timeout) for one in (self.writers, self.exports, self.others)]
        return all(ended)


def is_export(request: Any) -> bool:
    """Whether a request is for all of something."""
    return _EXPORT.search(request.path) is not None


def is_writing(request: Any) -> bool:
    """Whether a request adds or removes articles."""
    return request.command in ("POST", "DELETE") and _ARTICLES.search(request.path) is not None

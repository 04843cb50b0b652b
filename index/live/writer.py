"""The one process that adds: what is posted goes through the child process, the journal and the snapshot that answers.

    worked, in a child process → in the journal, on the disk → in the additions → in the next snapshot → answered

A request that was answered is on the disk, and in every answer from then on. One that was not may be sent again: an
article that is on record already, word for word, changes nothing.

Now and then the additions are folded: another process rebuilds, from the generation's own articles and the journal.
When the new generation stands, what is part of it leaves the additions, and the journal keeps the articles alone.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from index import collector
from index.admission import same_address
from index.build import user_file
from index.earlier import fingerprint
from index.errors import DamagedIndexError, QuoteIndexError
from index.live import journal
from index.live.additions import Additions
from index.live.journal import Journal, Operation, Record
from index.live.worked import Worked, article_of, article_to_bytes, to_bytes, worked_of
from index.live.working import Refused, Worker
from index.searcher import Searcher
from index.types import Article, Attribution

LOOKING = 0.2
"""Seconds between two looks at what stands below."""
TIDYING = 1.0
"""Seconds at least between two times that memory is given back."""
AT_ONCE = 200
"""Articles of the journal that are taken in together at a start."""

Status = Literal["added", "replaced", "unchanged", "refused"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article: its quotations by their places, or the `reason` why it was refused.

    `instead`: ids of earlier versions, at the same web address, whose place it took.
    """

    id: str
    status: Status
    attributions: tuple[Attribution, ...] = ()
    reason: str | None = None
    instead: tuple[str, ...] = ()


class Below(Protocol):
    """What gives the Searcher of the generation that stands; `index.standing.Standing` does."""

    def searcher(self) -> Searcher:
        """The one to ask."""
        ...


class Folding(Protocol):
    """What makes a new generation of the additions, in the background."""

    def due(self, articles: int, seconds: float) -> bool:
        """Whether so many articles, the first added so long ago, are to be folded now."""
        ...

    def start(self) -> None:
        """Begin, unless it is under way."""
        ...


class Live:
    """The index with what was added: `searcher` is called once a request, as that of `below`."""

    def __init__(self, data: Path, below: Below, worker: Worker, folding: Folding | None = None) -> None:
        self._data = data
        self._below = below
        self._worker = worker
        self._folding = folding
        self._changing = threading.RLock()
        self._journal: Journal | None = None
        self._posted: set[str] = set()
        """Ids of the articles that are in the journal and not deleted."""
        self._additions: Additions | None = None
        self._snapshot: Searcher | None = None
        self._number = 0
        self._tidied = 0
        self._looked = 0.0
        self._since = time.monotonic()
        self._closed = threading.Event()
        self._watching = False

    def searcher(self) -> Searcher:
        """The Searcher of all that is on record now.

        Raises:
            NoIndexError, DamagedIndexError, ModelError: there is nothing to answer from.
        """
        snapshot, additions = self._snapshot, self._additions
        if snapshot is not None and self._watching:
            return snapshot
        base = self._below.searcher()
        if snapshot is not None and additions is not None and additions.base is base:
            return snapshot
        with self._changing:
            return self._on(base)

    def watch(self) -> None:
        """From now on follow what stands below, and fold, in a thread of its own."""
        self._watching = True
        threading.Thread(target=self._watch, name="watch-additions", daemon=True).start()

    def add(self, articles: Sequence[Article]) -> list[Outcome]:
        """Add articles, each id once, or replace those that are on record; one outcome each, in order.

        Those that can be worked are added, whatever becomes of the others; when this returns they are on the disk and
        the next answer knows them.

        Raises:
            BusyError: another process adds to this folder.
            QuoteIndexError: they cannot be worked now, or kept; nothing is added.
        """
        # Says so where there is no index at all, or its server is away, before any work.
        self.searcher().reach()
        self._open()
        same = {article.id: found for article in articles if (found := self._unchanged(article)) is not None}
        worked: dict[str, Worked | Refused] = {}
        for article, answer in zip(
            (one for one in articles if one.id not in same),
            self._worker.work([one for one in articles if one.id not in same]),
            strict=True,
        ):
            worked[article.id] = answer
        new = [one for one in worked.values() if isinstance(one, Worked)]
        with self._changing:
            self._on(self._below.searcher())
            assert self._additions is not None
            earlier = self._earlier([one.article for one in new])
            gone = {id_ for ids in earlier.values() for id_ in ids}
            before = {one.article.id for one in new if self._additions.holds(one.article.id)} | earlier.keys()
            kept: list[tuple[Operation, str, bytes]] = [("remove", id_, b"") for id_ in sorted(gone)]
            kept += [("add", one.article.id, to_bytes(one)) for one in new]
            # From a file until now: from now on it stays without the file, too.
            kept += [
                ("add", article.id, article_to_bytes(article))
                for article in articles
                if article.id in same and article.id not in self._posted
            ]
            self._change(kept, new, sorted(gone))
            answering = self._on(self._additions.base)
        outcomes = []
        for article in articles:
            if article.id in same:
                outcomes.append(Outcome(article.id, "unchanged", same[article.id]))
                continue
            answer = worked[article.id]
            if isinstance(answer, Refused):
                outcomes.append(Outcome(article.id, "refused", reason=answer.reason))
            else:
                found = answering.article(article.id)[1]
                status: Status = "replaced" if article.id in before else "added"
                instead = tuple(earlier.get(article.id, ()))
                outcomes.append(Outcome(article.id, status, found, instead=instead))
        return outcomes

    def remove(self, id_: str) -> bool:
        """Remove an article from the record; False where there is none with this id.

        It stays away, also from rebuilds of the file that it came from, until it is posted again.

        Raises:
            BusyError: another process adds to this folder.
            QuoteIndexError: that cannot be kept now; nothing is removed.
        """
        self.searcher().reach()
        self._open()
        with self._changing:
            self._on(self._below.searcher())
            assert self._additions is not None
            if not self._additions.holds(id_):
                return False
            self._change([("remove", id_, b"")], (), [id_])
        return True

    def close(self) -> None:
        """End the threads and the child process, and give the journal back."""
        self._closed.set()
        self._worker.close()
        with self._changing:
            if self._journal is not None:
                self._journal.close()
            self._journal = None

    def _unchanged(self, article: Article) -> tuple[Attribution, ...] | None:
        """The quotations of an article that is on record word for word; None where it is not."""
        searcher = self.searcher()
        stored = searcher.sides.store.article(article.id)
        if stored is None or fingerprint(stored.article) != fingerprint(article):
            return None
        return searcher.article(article.id)[1]

    def _earlier(self, added: Sequence[Article]) -> dict[str, list[str]]:
        """Id of an added article → ids of what is on record under its web address, where there is any: it is a later
        version of them. Under the lock; what is added together stands as it was sent.
        """
        assert self._additions is not None
        store = self._on(self._additions.base).sides.store
        own = {article.id for article in added}
        found = {one.id: [id_ for id_ in same_address(one.url, store) if id_ not in own] for one in added}
        return {id_: ids for id_, ids in found.items() if ids}

    def _open(self) -> None:
        with self._changing:
            if self._journal is None:
                try:
                    self._journal = Journal.open(self._data)
                except OSError as error:
                    raise _unwritable(self._data, error) from error
                if self._journal.last != self._number:  # whoever wrote before this one added meanwhile
                    self._additions = self._snapshot = None
                # Earlier versions kept files of what was added there.
                shutil.rmtree(journal.folder_of(self._data) / "parts", ignore_errors=True)
                self._posted = set()
                for record in journal.read(self._data):
                    (self._posted.add if record.operation == "add" else self._posted.discard)(record.id)

    def _change(
        self, operations: Sequence[tuple[Operation, str, bytes]], added: Sequence[Worked], removed: Sequence[str]
    ) -> None:
        """Keep, take in, answer; under the lock."""
        if not operations:
            return
        assert self._journal is not None
        assert self._additions is not None
        try:
            numbers = self._journal.append(operations)
        except OSError as error:
            raise _unwritable(self._data, error) from error
        for operation, id_, _ in operations:
            (self._posted.add if operation == "add" else self._posted.discard)(id_)
        try:
            if not self._additions:
                self._since = time.monotonic()
            self._additions.change(added, removed)
            self._number = numbers[-1]
            snapshot = self._additions.snapshot(self._number)
            # Else the first search would read who goes by which name, and the others would wait for it.
            snapshot.warm()
            self._snapshot = snapshot
        except BaseException as error:
            # It is kept, so it will answer once it can be read; until then what answered before does.
            self._additions = None
            if isinstance(error, OSError):
                raise _unwritable(self._data, error) from error
            raise

    def _on(self, base: Searcher) -> Searcher:
        """The snapshot on this generation; under the lock."""
        if self._snapshot is not None and self._additions is not None and self._additions.base is base:
            return self._snapshot
        additions, number = replayed(self._data, base, self._worker)
        self._additions, self._number = additions, number
        self._since = time.monotonic()
        snapshot = self._snapshot = additions.snapshot(number)
        return snapshot

    def _watch(self) -> None:
        complained: str | None = None
        while not self._closed.wait(LOOKING):
            try:
                self._look()
                complained = None
            except Exception as error:  # whatever it is, the next generation may be better
                if str(error) != complained:
                    complained = str(error)
                    _log.warning("what was added cannot be taken in: %s", error)

    def _look(self) -> None:
        base = self._below.searcher()
        additions = self._additions
        if additions is None or additions.base is not base:
            base.reach()  # else all would be put together in vain
            with self._changing:
                self._on(base)
                self._compact(base.manifest.journal)
            collector.settle()
        self._worker.rest()
        if self._number != self._tidied and time.monotonic() - self._looked > TIDYING:
            self._tidied, self._looked = self._number, time.monotonic()
            collector.give_back()
        additions = self._additions
        if self._folding is None or self._journal is None or not additions:
            return
        if self._folding.due(additions.changes, time.monotonic() - self._since):
            self._folding.start()

    def _compact(self, folded: int) -> None:
        """Keep of what is part of a generation the last word on each id alone, and no more than the article."""
        if self._journal is None or not folded:
            return
        last = {record.id: record.number for record in journal.read(self._data)}

        def kept() -> Iterator[Record]:
            for record in journal.read(self._data):
                if record.number > folded:
                    yield record
                elif last[record.id] == record.number and record.id:
                    payload = article_to_bytes(article_of(record.payload)) if record.operation == "add" else b""
                    yield Record(record.number, record.operation, record.id, payload)

        self._journal.compact(kept())


def replayed(data: Path, base: Searcher, worker: Worker) -> tuple[Additions, int]:
    """What the journal has beyond a generation, and the number of its last record.

    Where the journal is damaged, what stands before the damage is taken, and the log says so: readers are answered
    still, and nobody adds until it is mended. QuoteIndexError: what another version worked cannot be worked again now.
    """
    additions = Additions(base, user_file(data))
    last: dict[str, int] = {}
    removed: set[str] = set()
    number = base.manifest.journal
    try:
        for record in journal.read(data, base.manifest.journal):
            last[record.id] = number = record.number
            (removed.add if record.operation == "remove" else removed.discard)(record.id)
    except DamagedIndexError as error:
        _log.error("%s; what was posted behind it is not answered from", error)
    if not last:
        return additions, number
    additions.change((), [id_ for id_ in sorted(removed) if additions.holds(id_)])
    batch: list[Worked] = []
    with collector.paused():
        for record in journal.read(data, base.manifest.journal):
            if record.operation == "add" and last[record.id] == record.number:
                batch += _worked(record, worker)
                if len(batch) >= AT_ONCE:
                    additions.change(batch)
                    batch = []
            if record.number >= number:  # behind it may be what is not as it was written
                break
        additions.change(batch)
    return additions, number


def _worked(record: Record, worker: Worker) -> Iterable[Worked]:
    """The article of a record with what was found in it, found anew where the versions are others."""
    worked = worked_of(record.payload)
    if worked is not None and worker.is_current(worked.made):
        return [worked]
    article = article_of(record.payload)
    found: list[Worked] = []
    for answer in worker.work([article]):
        if isinstance(answer, Worked):
            found.append(answer)
        else:
            _log.warning("article %r of the journal is left out: %s", answer.id, answer.reason)
    return found


def _unwritable(data: Path, error: OSError) -> QuoteIndexError:
    return QuoteIndexError(f"{data}: cannot be written ({error}); nothing was changed; free some space there")

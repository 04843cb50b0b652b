"""Batches worked on other machines, by the workers of a Dask scheduler.

A batch is named by a hash of what is in it and of the versions that it was made under: begun twice, it is the same.
What a worker had that is gone, Dask gives to another; what so many workers died of comes back, and is looked into by
`index.workers.ordered`. Only so many batches are under way for each worker: neither they nor this process hold more.

Whoever reaches the scheduler can have every worker run any code: it belongs into a trusted network, or behind TLS.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from typing import Any

from index.encoder.exported import ExportedEncoder
from index.errors import QuoteIndexError
from index.workers.encoding import Encoding
from index.workers.ordered import DiedError, Pending, in_order
from index.workers.shipped import difference, files_of, versions, worked
from index.workers.work import Failed, I, O, Work, answers

AHEAD = 3
"""Batches under way for each thread of a worker: one at work, one waiting there, one on its way."""
MOST = 600
"""Batches under way at most: 60 MB of articles, as many of answers, whatever the number of workers."""
CONNECTING = 5.0
"""Seconds after which a scheduler that does not answer is none."""
FIRST_WORKER = 10.0
"""Seconds in which a first worker must be there."""
NO_WORKER = 60.0
"""Seconds without any worker in the middle of a run until it ends: one that died is started again in a few."""
FETCHING = 30.0
"""Seconds that the answers of a batch may take on their way."""
EVERY = 2.0
"""Seconds from one count of the workers to the next."""

own_versions = versions
KEPT = "what was worked is kept, and the same command goes on from there"


@contextlib.contextmanager
def connected(address: str, remedy: str = KEPT) -> Iterator[Machines]:
    """The workers of a scheduler, tcp://host:port or tls://host:port as Dask's own configuration says.

    `remedy`: what to do where it is lost in the middle.

    Raises:
        QuoteIndexError: Dask is not installed; the scheduler does not answer, or has no worker; one has other versions.
    """
    library = _distributed()
    try:
        client = library.Client(address, timeout=CONNECTING, set_as_default=False)
    except Exception as error:  # of TLS, of names and of sockets, each in its own way
        raise QuoteIndexError(
            f"no scheduler answers at {address} ({_line(error)}); start one there with `dask scheduler`"
        ) from error
    try:
        yield Machines(library, client, address, remedy)
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=2)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise QuoteIndexError(
            f"--scheduler needs Dask, which is not installed ({error}); pip install 'attributed[dask]'"
        ) from error
    if not os.environ.get("ATTRIBUTED_DEBUG"):
        # What a user must know is an error of our own.
        for name in ("distributed", "distributed.client", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


class Machines:
    """Maps batches over the workers of a scheduler; an `index.workers.ordered.Hands` too."""

    tries = 1  # it takes the death of several workers until Dask gives a batch up
    remedy = "too little memory on the workers? `dask worker --memory-limit` and their logs tell"

    def __init__(self, library: Any, client: Any, address: str, remedy: str) -> None:
        self._library = library
        self._client = client
        self._address = address
        self._remedy = remedy
        self._versions = own_versions()
        self._workers = self._threads = 0
        self._counted = self._seen = float("-inf")
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER)
        except TimeoutError as error:
            raise QuoteIndexError(
                f"the scheduler at {address} has no worker; start some with `dask worker {address} --nthreads 1`"
            ) from error
        self._seen = time.monotonic()
        self._compare()

    def map(self, work: Work[I, O], batches: Iterable[Sequence[I]]) -> Iterator[list[O | Failed]]:
        """As `index.workers.work.Mapper.map`.

        Raises:
            QuoteIndexError: the scheduler is gone, or all workers are; as `index.workers.ordered.in_order`.
        """
        if isinstance(work, Encoding) and isinstance(work.encoder, ExportedEncoder):
            self._send(work.encoder)
        sent = work.elsewhere()
        if sent is None:
            yield from (answers(work, batch) for batch in batches)
        else:
            yield from in_order(self, sent, batches)

    def hand(self) -> contextlib.AbstractContextManager[None]:
        """As `Mapper.hand`: none."""
        return contextlib.nullcontext()

    def room(self) -> int:
        """As `Hands.room`: more as workers come, less as they go."""
        self.count()
        return max(1, min(MOST, self._threads * AHEAD))

    def submit(self, work: Work[I, O], batch: Sequence[I], attempt: int) -> Pending:
        """As `Hands.submit`."""
        key = f"attributed-{attempt}-{work.key(batch)}"
        with self.told():
            future = self._client.submit(worked, self._versions, work, batch, key=key, pure=False)
        return _Pending(self, self._library, future)

    def count(self) -> None:
        """Count the workers, not too often.

        Raises:
            QuoteIndexError: there was none for too long, or the scheduler is gone.
        """
        now = time.monotonic()
        if now - self._counted < EVERY:
            return
        with self.told():
            threads = self._client.nthreads()
        self._counted, self._workers, self._threads = now, len(threads), sum(threads.values())
        if self._workers:
            self._seen = now
        elif now - self._seen > NO_WORKER:
            raise QuoteIndexError(
                f"the scheduler at {self._address} has had no worker for {now - self._seen:.0f} seconds; {self._remedy}"
            )

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Say that the scheduler is gone, where it is (QuoteIndexError)."""
        try:
            yield
        except (CancelledError, OSError, RuntimeError) as error:
            raise self.lost(error) from error

    def lost(self, error: BaseException) -> QuoteIndexError:
        """That the scheduler is gone."""
        return QuoteIndexError(f"the scheduler at {self._address} was lost ({_line(error)}); {self._remedy}")

    def failed(self, error: Exception) -> QuoteIndexError:
        """What goes wrong on a worker and is no word of this program's."""
        return QuoteIndexError(
            f"a worker of {self._address} failed: {_line(error)}; its log tells more; {self._remedy}"
        )

    def _compare(self) -> None:
        """Refuse workers that would answer otherwise (QuoteIndexError)."""
        with self.told():
            found = self._client.run(versions, on_error="return")
            self._client.run_on_scheduler(versions)  # it reads what it is sent: the program must be there too
        for worker, its in found.items():
            if isinstance(its, BaseException):
                raise QuoteIndexError(
                    f"worker {worker} cannot run this program ({_line(its)}); install attributed[dask] there"
                )
            unlike = difference(self._versions, its)
            if unlike is not None:
                raise QuoteIndexError(f"worker {worker} has other versions: {unlike}; install the same on all machines")

    def _send(self, encoder: ExportedEncoder) -> None:
        from index.workers.plugin import ModelPlugin

        with self.told():
            self._client.register_plugin(ModelPlugin(encoder.fingerprint, files_of(encoder.folder)))


class _Pending:
    def __init__(self, machines: Machines, library: Any, future: Any) -> None:
        self._machines = machines
        self._library = library
        self._future = future

    def result(self) -> list[Any]:
        while True:
            while not self._waited():
                self._machines.count()
            try:
                found: list[Any] = self._future.result(timeout=FETCHING)
            except self._library.scheduler.KilledWorker as error:
                raise DiedError(f"{error.allowed_failures + 1} workers died while they had it") from error
            except TimeoutError:
                # The worker that had the answers is gone, and they are made again.
                self._machines.count()
            except QuoteIndexError:
                raise
            except (CancelledError, OSError) as error:
                raise self._machines.lost(error) from error
            except Exception as error:
                raise self._machines.failed(error) from error
            else:
                return found

    def _waited(self) -> bool:
        try:
            # That it was cancelled is told with the result.
            with contextlib.suppress(CancelledError), self._future.client.as_current():
                self._library.wait([self._future], timeout=EVERY)
        except TimeoutError:
            return False
        return True


def _line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__

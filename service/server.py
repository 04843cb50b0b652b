"""The service on waitress: slow clients do not hold up the others."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask
from waitress.wasyncore import close_all

from index import collector
from service import MAX_BODY, Settings, SettingsError, create_app, lanes, payloads
from service.errors import MEDIA_TYPE, ProblemError
from service.operation import logs, stopping
from service.operation.headers import SECURITY

MAX_HEADER = 1 << 18
"""Bytes of a request's first line and headers: a question of 2,000 characters takes 24,000 at most, and 40 speakers or
sources of 300 characters each 144,000."""
CONNECTIONS = 1000
REQUEST_SECONDS = 60
"""Seconds in which a request must have come whole, and after which a connection is closed on which nothing happens."""
CLEANUP_SECONDS = 10
"""Seconds between two looks at what is to be closed."""


_RIGHT = {
    400: "send HTTP/1.1 with a percent-encoded address",
    413: "send a smaller body",
    431: "send shorter headers",
}


class _ProblemTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What waitress itself refuses, before the application sees it, in the shape of all other errors."""

    log_addresses = True

    def execute(self) -> None:
        fault = self.request.error
        status = HTTPStatus(fault.code)
        right = _RIGHT.get(fault.code, "send it again")
        full = isinstance(fault, lanes.TooManyExportsError)
        detail = fault.body if full else f"the request cannot be read: {fault.body}; {right}"
        problem = ProblemError(fault.code, detail, retry_after=lanes.RETRY_AFTER if full else None)
        id_ = logs.new_id()
        logs.refused(fault.code, problem.detail, self.channel.addr[0] if self.log_addresses else None, id_)
        body = payloads.as_json(payloads.problem(problem))
        self.status = f"{status.value} {status.phrase}"
        self.response_headers.extend(
            [("Content-Type", MEDIA_TYPE), (logs.HEADER, id_), *SECURITY.items(), *problem.headers.items()]
        )
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is given up where a whole request takes too long, not only where nothing is sent for long.

    waitress closes what was quiet for `channel_timeout`. Of a request that is not whole, the time when it began counts
    as the last sign of life: a client that sends a byte now and then holds no connection for ever.
    """

    error_task_class = _ProblemTask
    _unfinished: object = None
    _began = 0.0
    current_outbuf_count: int = 0

    def write_soon(self, data: Any) -> Any:
        """Hand data on; what the client has taken of it is let go.

        waitress itself lets go of a buffer only where a new one is begun, at the watermark that no export reaches.
        """
        if self.current_outbuf_count >= lanes.LET_GO:
            with self.outbuf_lock:
                if len(self.outbufs[-1]) < self.adj.outbuf_overflow:  # else the one file goes on
                    self.outbufs.append(OverflowableBuffer(self.adj.outbuf_overflow))
                    self.current_outbuf_count = 0
        return super().write_soon(data)

    def handle_read(self) -> None:
        super().handle_read()
        if self.request is not self._unfinished:
            self._unfinished, self._began = self.request, time.time()
        if self.request is not None:
            self.last_activity = self._began


def cores() -> int:
    """Processor cores that this process may use; as many threads answer best."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def listen(app: Callable[..., Any], host: str, port: int) -> tuple[Any, int]:
    """A waitress server that listens already, and its port; `run()` answers, `close()` ends it.

    Port 0 takes a free one. SettingsError where nobody can listen there.
    """
    # It would warn of every request that waits for a thread: with more clients than cores that is nearly every one.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # A host name may stand for several addresses: each has a server of its own in here.
    listening: dict[int, Any] = {}
    dispatcher = lanes.Lanes()
    dispatcher.set_thread_count(cores())
    try:
        server = create_server(
            app,
            map=listening,
            host=host,
            port=port,
            _dispatcher=dispatcher,
            outbuf_high_watermark=lanes.UNBOUNDED,
            ident="attributed",
            asyncore_use_poll=True,
            connection_limit=CONNECTIONS,
            channel_timeout=REQUEST_SECONDS,
            cleanup_interval=CLEANUP_SECONDS,
            # They are believed where `service.operation.addresses` is told to, and by nobody else.
            clear_untrusted_proxy_headers=False,
            max_request_header_size=MAX_HEADER,
            # The application answers what is a little too large itself, naming the limit.
            max_request_body_size=16 * MAX_BODY,
        )
    except (OSError, ValueError) as error:
        close_all(listening)
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SettingsError(f"cannot listen on {host}:{port}: {reason}; choose another --host or --port") from error
    servers = [one for one in listening.values() if isinstance(one, BaseWSGIServer)]
    for one in servers:
        one.channel_class = _Channel
    return server, servers[0].effective_port


def address(host: str, port: int) -> str:
    """The URL at which a browser on this machine reaches the service."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, then end what was begun.

    One line on standard output says the URL as soon as it listens. SettingsError where the port is taken.
    """
    collector.share()
    logs.configure(settings.log)
    _ProblemTask.log_addresses = settings.log_addresses
    server, port = listen(create_app(settings), settings.host, settings.port)
    print(f"attributed: serving {settings.data} on {address(settings.host, port)}", flush=True)
    stopping.run(server, settings.stop_seconds)

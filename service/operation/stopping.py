"""The end of a service: it takes nothing more, answers what it has begun, and ends; asked twice, it ends at once."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer


def run(server: Any, seconds: int) -> None:
    """Let a waitress server answer until SIGINT or SIGTERM.

    Then nobody is listened to any more, connections on which nothing is worked are closed, and the others as soon as
    their answers have gone out, after `seconds` at the latest. A second signal ends the process at once.
    """
    sockets: dict[int, Any] = server.map if hasattr(server, "map") else server._map
    listeners = [one for one in sockets.values() if isinstance(one, BaseWSGIServer)]
    asked = threading.Event()

    def stop(*_: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        asked.set()
        listeners[0].trigger.pull_trigger()

    if threading.current_thread() is threading.main_thread():
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, stop)
    while not asked.is_set():
        wasyncore.loop(timeout=1, use_poll=True, map=sockets, count=1)
    for one in listeners:
        wasyncore.dispatcher.close(one)  # not its own `close`: that takes away what threads wake this loop by
    deadline = time.monotonic() + seconds
    while _busy(sockets) and time.monotonic() < deadline:
        wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
    server.task_dispatcher.shutdown(timeout=0.1)
    wasyncore.close_all(sockets)


def _busy(sockets: dict[int, Any]) -> bool:
    """Whether a request is worked or an answer still goes out; what is idle is closed."""
    busy = False
    for one in list(sockets.values()):
        if isinstance(one, HTTPChannel):
            if one.requests or one.total_outbufs_len:
                busy = True
            else:
                one.handle_close()
    return busy

"""A server over the record, and a browser for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from service import Settings, create_app
from service.server import listen
from tests.browser import record

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Programs that are looked for on the path."""


def chromium_path() -> str | None:
    """The browser that CHROMIUM names, else the first of NAMES; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Chromium without a window."""
    # Its sandbox refuses to run as root; nothing but this project's own pages is opened.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@contextlib.contextmanager
def site(data: Path, *, hard: bool = True, prefix: str = "") -> Iterator[str]:
    """A service over the record, whose index is written into `data`: its address, under a path where `prefix` is one.

    Nothing else answers there, as behind a proxy that hands on one path alone.
    """
    app = create_app(Settings(data=data), encoder=record.build(data, hard=hard))
    if prefix:
        app.wsgi_app = DispatcherMiddleware(NotFound(), {prefix: app.wsgi_app})  # type: ignore[method-assign]
    server, port = listen(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}{prefix}"
    server.close()
    thread.join(10)

"""A server over `record.toml`, and Chromium. Run by `make test-browser`; left out unless this folder is named.

Whatever a page logs as an error, throws, violates of its security policy, or asks of another host, fails the test that
opened it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import opening

WATCH = (
    "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective, e.blockedURI))"
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over the record."""
    with opening.site(tmp_path_factory.mktemp("record")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = opening.chromium_path()
    if path is None:
        pytest.exit(f"no browser: apt install chromium, or CHROMIUM=/path names one; looked for {opening.NAMES}", 1)
    with opening.chromium(path) as browser:
        yield browser


@dataclass
class Visitor:
    """Somebody with a browser: `page`, what went wrong on it, and what it asked for."""

    site: str
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(f"thrown: {error}"))
        self.page.on("request", lambda request: self._asks(request.url))
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))

    def _asks(self, url: str) -> None:
        self.asked.append(url)
        if not url.startswith((self.site, "data:")):
            self.faults.append(f"asks {url}")

    def opens(self, address: str, status: int = 200) -> Page:
        """Open a page of the site."""
        answer = self.page.goto(self.site + address)
        assert answer is not None
        assert answer.status == status, answer.text()
        return self.page

    def __call__(self, script: str) -> Any:
        return self.page.evaluate(script)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """A new visitor: options are those of a browser context, as `java_script_enabled=False`."""
    visitors: list[Visitor] = []

    def come(**options: Any) -> Visitor:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.add_init_script(WATCH)
        visitors.append(Visitor(site, context, context.new_page()))
        visitors[-1].watch()
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []

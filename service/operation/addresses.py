"""Which address the service goes by: what proxies in front of it say, and what its administrator does.

Links between pages are relative to the host and begin with the path under which the service lies. Absolute ones, in
feeds and citations, carry host and scheme too: `public_url` where it is set, else what the request was sent to.

    proxies       as many proxies are believed: X-Forwarded-For, -Proto, -Host and -Prefix, each counted from the right
    public_url    the address, whatever a request says
    hosts         a request to another host is refused (421)

Whoever reaches the service directly can send these headers as well, so that by default none is believed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from service.errors import ProblemError
from service.operation import access

_Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
"""A path as it may begin every link; `//host` would lead elsewhere."""
_ASKED = "attributed.host"


class _Under:
    """Lets the application know the path under which it lies, and answer whether or not a proxy took it away."""

    def __init__(self, application: _Application, public_url: str | None) -> None:
        self._application = application
        self._public = urlsplit(public_url) if public_url else None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[_ASKED] = environ.get("HTTP_HOST", "")
        prefix = str(environ.get("SCRIPT_NAME", "")).rstrip("/")
        if self._public is not None:
            environ["wsgi.url_scheme"] = self._public.scheme
            environ["HTTP_HOST"] = self._public.netloc
            prefix = self._public.path.rstrip("/")
        if not _PREFIX.fullmatch(prefix):
            prefix = ""
        environ["SCRIPT_NAME"] = prefix
        path = str(environ.get("PATH_INFO", ""))
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return self._application(environ, start_response)


def install(app: Flask, *, proxies: int, public_url: str | None, hosts: tuple[str, ...]) -> None:
    """Let the application go by this address."""
    application: _Application = _Under(app.wsgi_app, public_url)
    if proxies:
        application = ProxyFix(
            application, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=proxies, x_prefix=proxies
        )
    app.wsgi_app = application  # type: ignore[method-assign,assignment]  # Flask's own way to wrap one
    if hosts:
        app.before_request(functools.partial(_check_host, hosts))


def _check_host(hosts: tuple[str, ...]) -> None:
    asked = str(request.environ[_ASKED])
    if request.endpoint in access.OPEN:  # a probe asks by whatever address it finds
        return
    if not host_is_trusted(asked, hosts):
        raise ProblemError(421, f"the host {asked[:80]!r} is not served here; the setting `hosts` lists those that are")

"""Who may call: a key with each request, a scope for each endpoint, both settled before any view looks at a request.

    Authorization: Bearer KEY       programs
    X-API-Key: KEY                  programs that keep Authorization for a proxy
    Authorization: Basic ANY:KEY    browsers, for reading alone

Reading is open to all unless the settings close it; then a browser asks for a name, which may be anything, and a
password, which is the key. A browser sends Basic credentials with every request to this host, those that another site
made it send too. So they never open what writes: nobody's page can write in a reader's name.

A key that is wrong or revoked is refused where reading is open to all, too: who sends one wants to know.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, request

from index import keys
from index.keys import Key, Keys, Scope
from service.errors import ProblemError

_KEYS = "attributed.keys"
_REALM = 'realm="attributed"'
_View = TypeVar("_View", bound=Callable[..., object])

OPEN = frozenset({"static", "pages.static", "health.livez", "health.readyz", "metrics.show"})
"""Endpoints that look at no key: whether the service runs, what the page that says no is made of, and
metrics, which have a setting of their own."""


def require(scope: Scope) -> Callable[[_View], _View]:
    """Let a view be called only with a key of this scope; stands below the decorator that gives it its address.

    401 where no key, a wrong or a revoked one was sent, 403 where the key lacks the scope, before anything of the
    request is looked at. Views without it need `read` where reading is closed.
    """

    def mark(view: _View) -> _View:
        view.required_scope = scope  # type: ignore[attr-defined]  # functools.wraps carries it to what is called
        return view

    return mark


def key() -> Key | None:
    """The key that was sent with this request and is right; None where none was sent."""
    found: Key | None = g.get("key")
    return found


def needed() -> Scope:
    """What this request needs; `read` where nothing is at its address."""
    view = None if request.endpoint is None else current_app.view_functions[request.endpoint]
    scope: Scope = getattr(view, "required_scope", "read")
    return scope


def demand_key() -> None:
    """Let a request pass only with a key that may read, whatever reading needs elsewhere. ProblemError 401 or 403."""
    current_app.extensions[_KEYS + ".check"](demanded=True)


def install(app: Flask, known: Keys, *, anonymous_read: bool, failed: Callable[[], None]) -> None:
    """Check every request of the application before its view; `failed` is called for each key that is wrong."""
    app.extensions[_KEYS] = known
    check = functools.partial(_check, anonymous_read, failed)
    app.extensions[_KEYS + ".check"] = check
    app.before_request(check)


def _check(anonymous_read: bool, failed: Callable[[], None], *, demanded: bool = False) -> None:
    if request.endpoint in OPEN and not demanded:
        return
    scope = needed()
    found = _sent(failed, writing=scope == "write")
    if scope == "read" and anonymous_read and not demanded:
        return
    if found is None:
        raise refused(401, f"this needs a key with the scope {scope}; send it as Authorization: Bearer KEY")
    if scope not in found.scopes:
        detail = f"the key {found.id} has the scope {' and '.join(found.scopes)}; this needs {scope}"
        raise refused(403, detail, f'error="insufficient_scope", scope="{scope}"')


def _sent(failed: Callable[[], None], *, writing: bool) -> Key | None:
    """The key of this request, kept for whoever asks later. ProblemError where it is wrong."""
    texts = _texts(writing=writing)
    if not texts:
        return None
    if len(texts) > 1:
        raise refused(401, "two different keys were sent; send one", 'error="invalid_request"')
    found = current_app.extensions[_KEYS].find(texts.pop())
    if found is None:
        failed()
        detail = "the key is not known here or was revoked; `attributed keys list` shows those in force"
        raise refused(401, detail, 'error="invalid_token"')
    g.key = found
    return found  # type: ignore[no-any-return]


def _texts(*, writing: bool) -> set[str]:
    sent = {value.strip()} if (value := request.headers.get("X-API-Key")) is not None else set()
    given = request.authorization
    if given is None:
        return sent
    if given.type == "bearer":
        sent.add(given.token or "")
    elif given.type == "basic" and keys.is_key(given.password or ""):
        # Another password is not for this program: a proxy that asks for one of its own hands it on.
        if writing and not sent:
            detail = "a key is not taken as a password where it writes; send it as Authorization: Bearer KEY"
            raise refused(401, detail)
        sent.add(given.password or "")
    return sent


def refused(status: int, detail: str, why: str = "") -> ProblemError:
    """401 or 403, with what a client may send instead: a browser on a page is asked for a password."""
    if request.blueprint == "pages" and status == 401:
        challenge = f'Basic {_REALM}, charset="UTF-8"'
    else:
        challenge = f"Bearer {_REALM}" + (f", {why}" if why else "")
    return ProblemError(status, detail, challenge=challenge)

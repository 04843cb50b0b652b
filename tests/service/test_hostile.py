"""Every hostile request of `scripts/hostile.py`, over sockets, against a real index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts import hostile
from service import Settings, create_app


def test_there_are_as_many_as_are_promised_and_each_is_another() -> None:
    given = list(hostile.cases())
    assert len(given) >= 60
    assert len({case.name for case in given}) == len({case.raw for case in given}) == len(given)


def test_no_hostile_request_is_answered_wrongly_or_not_at_all(data_dir: Path, encoder: Any, listening: Any) -> None:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    with listening(app) as port:
        found = list(hostile.faults(("127.0.0.1", port), list(hostile.cases())))
    app.extensions["attributed"].holder.close()
    assert found == [], "\n".join(found)


def test_what_is_wrong_is_named(listening: Any) -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        broken = environ["PATH_INFO"] == "/broken"
        start_response("500 Broken" if broken else "200 OK", [("Content-Type", "text/plain")])
        return [b"traceback"]

    case = hostile.Case("broken", hostile.request("/broken"), frozenset({400}))
    with listening(application) as port:
        assert list(hostile.faults(("127.0.0.1", port), [case])) == ["broken: 500, not 400: b'traceback'"]

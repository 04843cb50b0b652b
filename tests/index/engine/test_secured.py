"""A server that asks for a password and speaks TLS: what it answers a right client, and what a wrong one is told.

Run by `python scripts/milvus_server.py run --secured -- python -m pytest tests/index/engine`.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.cli import main
from index.engine.choice import engine_of
from index.engine.milvus.address import TOKEN
from index.engine.milvus.served import Milvus
from index.errors import EngineAwayError, EngineError
from index.searcher import Searcher
from service import Settings, create_app
from tests.conftest import FakeEncoder
from tests.index.engine.conftest import named, silent


def said(address: str) -> str:
    with _opened(address) as engine, pytest.raises(EngineError) as caught:
        engine.connection.collections()
    assert not isinstance(caught.value, EngineAwayError)
    return str(caught.value)


def test_who_has_the_password_is_answered() -> None:
    with _opened(named("test_secured")) as engine:
        assert engine.connection.behind("test_secured") is None


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("root:wrong", "check username and password"),
        ("nobody:Milvus", "check username and password"),
        ("a-key", "check api key"),
        ("", "missing authorization"),
    ],
)
def test_who_has_another_is_told_so_and_where_it_is_set(monkeypatch: pytest.MonkeyPatch, token: str, why: str) -> None:
    monkeypatch.setenv(TOKEN, token)
    line = said(named("test_secured"))
    assert "the server refuses" in line
    assert why in line
    assert f"see that {TOKEN} holds what it expects" in line
    assert token not in line or not token


def test_a_user_who_may_not_write_is_told_so_and_one_who_may_is_not(
    data_dir: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = f"user_{uuid.uuid4().hex[:12]}"
    with _opened(named("test_secured")) as root, _opened(named(f"test_{user}")) as engine:
        root.connection.collections()  # connects by the password of root
        monkeypatch.setenv(TOKEN, f"{user}:Password1")
        root.connection._client.create_user(user, "Password1")
        with pytest.raises(EngineError, match="the server refuses"):
            engine.take(data_dir, silent)
        root.connection._client.grant_role(user, "admin")
        engine.close()
        engine.take(data_dir, silent)
        with Searcher.open(data_dir, encoder, engine=engine) as searcher:
            assert searcher.article("ferry")[0].id == "ferry"
        engine.clear()
        root.connection._client.drop_user(user)


@contextlib.contextmanager
def _opened(address: str) -> Iterator[Milvus]:
    engine = engine_of(address)
    assert isinstance(engine, Milvus)
    try:
        yield engine
    finally:
        engine.close()


def test_a_certificate_that_nobody_known_has_signed_is_not_trusted() -> None:
    line = said(named("test_secured").partition("?")[0])
    assert "TLS cannot be agreed on (self signed certificate); ?ca=FILE names the certificate" in line


def test_a_server_by_another_name_than_its_certificates_is_not_trusted() -> None:
    assert "TLS cannot be agreed on (Hostname Verification Check failed.)" in said(
        named("test_secured").replace("localhost", "127.0.0.2")
    )


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    gone = f"{named('test_secured').partition('?')[0]}?ca={tmp_path / 'gone.pem'}"
    assert f"the certificate {tmp_path / 'gone.pem'} cannot be read (No such file or directory)" in said(gone)


def test_a_command_says_it_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TOKEN, "root:wrong")
    assert main(["check", "--engine", named("test_secured"), "--data", str(tmp_path)]) == 1
    errors = capfd.readouterr().err.strip().splitlines()
    assert len([one for one in errors if "the server refuses" in one]) == 1
    assert not [one for one in errors if "Traceback" in one]


def test_the_service_says_it_by_503(data_dir: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    address = named("test_secured_served")
    with _opened(address) as engine:
        engine.take(data_dir, silent)
        settings = Settings(data=data_dir, engine=address)
        right = create_app(settings, encoder=encoder, testing=True).test_client()
        assert right.get("/api/search?q=ferry").status_code == 200
        monkeypatch.setenv(TOKEN, "root:wrong")
        wrong = create_app(settings, encoder=encoder, testing=True).test_client()
        for path in ("/api/search?q=ferry", "/readyz"):
            answer = wrong.get(path)
            assert answer.status_code == 503
            assert f"see that {TOKEN} holds what it expects" in answer.text
            assert "root:wrong" not in answer.text
        monkeypatch.undo()
        engine.clear()

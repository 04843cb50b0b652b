"""The server of the wheel itself is not started here: `make test-milvus` does. milvus-lite is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import QuoteIndexError
from scripts import milvus_server
from scripts.milvus_server import ADDRESS, Lite, Server, beside, started

SCRIPT = Path(milvus_server.__file__)


class Standing(Lite):
    """Counts what is asked of it, and starts nothing."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"), 1)
        self.said: list[str] = []

    def start(self) -> float:
        self.said.append("start")
        return 0.0

    def stop(self) -> None:
        self.said.append("stop")


def test_a_command_finds_the_server_and_gives_its_status(tmp_path: Path) -> None:
    server = Standing()
    program = f"import os, sys; open(sys.argv[1], 'w').write(os.environ['{ADDRESS}']); sys.exit(7)"
    assert beside(server, [sys.executable, "-c", program, str(tmp_path / "seen")]) == 7
    assert (tmp_path / "seen").read_text() == "milvus://127.0.0.1:1"
    assert server.said == ["start", "stop"]


def test_the_server_is_stopped_where_the_command_cannot_be_run() -> None:
    server = Standing()
    with pytest.raises(FileNotFoundError):
        beside(server, ["/nowhere/at/all"])
    assert server.said == ["start", "stop"]


def test_the_standalone_server_does_not_start_where_others_could_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    with pytest.raises(QuoteIndexError, match=r"listens on all addresses.*milvus_server\.py run -- COMMAND"):
        Server(tmp_path).start()
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_installed_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    done = _called("install", environment=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"milvus 2.3.5 cannot be set up under {tmp_path}/attributed/milvus-2.3.5: ERROR: " in done.stderr
    assert list((tmp_path / "attributed").iterdir()) == []


def test_without_the_right_to_a_namespace_it_says_so(tmp_path: Path) -> None:
    for name in ("unshare", "setpriv"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "attributed" / f"milvus-{milvus_server.VERSION}").mkdir(parents=True)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PATH": path}
    done = _called("run", "--", "true", environment=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert "(unshare failed: Operation not permitted); run this as root, or allow user namespaces" in done.stderr


def test_milvus_lite_killed_and_started_again_has_what_it_acknowledged(tmp_path: Path) -> None:
    from pymilvus import MilvusClient

    rows = [{"id": number, "vector": [float(number), 1.0]} for number in range(100)]
    with started(Lite(tmp_path)) as server:
        url = server.url.replace("milvus://", "http://")
        client = MilvusClient(url, timeout=20)
        client.create_collection("kept", dimension=2, timeout=20)
        assert client.insert("kept", rows, timeout=20)["insert_count"] == 100
        client.close()
        server.kill()
        server.start()
        client = MilvusClient(url, timeout=20)
        client.load_collection("kept", timeout=20)
        assert len(client.query("kept", filter="id >= 0", limit=1000, timeout=20)) == 100
        client.close()


def test_a_server_that_ends_at_once_is_told_with_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    server = Lite(tmp_path)
    with pytest.raises(QuoteIndexError, match=r"milvus ended with status 1; .*output\.log ends: "):
        server.start()


def _called(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

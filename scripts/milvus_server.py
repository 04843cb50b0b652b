"""A Milvus server of one's own for tests and measurements, on loopback alone, and commands run beside it.

    python scripts/milvus_server.py run -- python -m pytest tests/index/engine
    python scripts/milvus_server.py run --secured -- python -m pytest tests/index/engine
    python scripts/milvus_server.py lite -- python -m pytest tests/index/engine

`run` starts a standalone server, the wheel `milvus` of the package registry. It listens on nine ports of all addresses
whatever is configured, so it runs in a network namespace that holds nothing but loopback, and so does the command.
That takes `unshare` and `setpriv` of util-linux, and root or the right to make user namespaces. `lite` starts
milvus-lite on 127.0.0.1 as a process of its own. With `--secured` the server speaks TLS, by a certificate that openssl
makes for it, and asks for a password.

The command finds the server in ATTRIBUTED_TEST_MILVUS, as `milvus://127.0.0.1:19530` or, secured, as
`milvuss://localhost:19530?ca=FILE` with the password in ATTRIBUTED_ENGINE_TOKEN; its exit status is this one's.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.engine.milvus.address import TOKEN
from index.errors import QuoteIndexError
from index.running import run as run_command

VERSION = "2.3.5"
"""The last one that came as a wheel with the whole server in it."""

ADDRESS = "ATTRIBUTED_TEST_MILVUS"
"""The variable in which a command finds the server."""

PORT = 19530
READY_LIMIT = 180.0
"""Seconds after which a server that does not answer is given up."""

STOP_LIMIT = 5.0
"""Seconds that it has to end by itself. The standalone server takes more than 20; what it acknowledged is written."""

UP = 0x1
GET_FLAGS, SET_FLAGS = 0x8913, 0x8914
"""IFF_UP, SIOCGIFFLAGS and SIOCSIFFLAGS of netdevice(7)."""

UNPACK = "import sys, milvus; milvus._initialize_data_files(sys.argv[1])"
CONFIGURE = """
import sys, milvus
config = milvus.MilvusServerConfig(data_dir=sys.argv[1])
config.set("proxy_port", int(sys.argv[2]))
config.set("log.level", "warn")
config.set("common.session.ttl", 10)
if len(sys.argv) > 3:
    config.set("authorization_enabled", True)
    config.set("tls_mode", 1)
    config.set("server_pem_path", sys.argv[3])
    config.set("server_key_path", sys.argv[4])
config.resolve_storage()
config.write_config()
"""
"""Not its own `resolve`, which looks for free ports by listening: of those just given up it finds none free.

The session is that of a server that was killed: until it has run out the next one says "collection not loaded", 30 s
where nothing is set.
"""


CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    " -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
).split()
ROOT_TOKEN = "root:Milvus"
"""The user and the password that a new server knows."""


def cache() -> Path:
    """Where the server's files are kept from one call to the next."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "attributed" / f"milvus-{VERSION}"


def install() -> Path:
    """The folder of the server's files, fetched from the package registry where they are not there yet (250 MB).

    Nothing is installed into the environment that runs this. QuoteIndexError says what pip says.
    """
    place = cache()
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="unfinished-") as name:
        made = Path(name) / "whole"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        _called([*pip, "--only-binary", ":all:", "--target", str(made / "wheel"), f"milvus=={VERSION}"])
        _called([sys.executable, "-c", UNPACK, str(made)], wheel=made / "wheel")
        with contextlib.suppress(OSError):  # another was faster, and its files are the same
            made.rename(place)
    return place


def _called(command: Sequence[str], wheel: Path | None = None) -> None:
    environment = os.environ if wheel is None else {**os.environ, "PYTHONPATH": str(wheel)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise QuoteIndexError(f"milvus {VERSION} cannot be set up under {cache()}: {lines[-1]}")


class _Ended:
    """A process that is killed or stopped."""

    _process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """End it by SIGKILL: what it has not written is lost."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it; by force where it takes longer than STOP_LIMIT."""
        if self._process is not None:
            _stopped(self._process)


class Server(_Ended):
    """A standalone server over `folder`, which keeps its data from one start to the next.

    It is to be started from the main thread, which takes it along when it dies, however that comes about.
    """

    def __init__(self, folder: Path, port: int = PORT, *, secured: bool = False) -> None:
        self.folder = folder
        self.port = port
        self.secured = secured

    @property
    def url(self) -> str:
        """Its address, as ATTRIBUTED_ENGINE wants it, without a name."""
        if self.secured:
            return f"milvuss://localhost:{self.port}?ca={self.certificate}"
        return f"milvus://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        """That of a secured server, which nobody else has signed."""
        return self.folder.absolute() / "server.pem"

    @property
    def environment(self) -> dict[str, str]:
        """What a command has to know of it besides its address."""
        return {TOKEN: ROOT_TOKEN} if self.secured else {}

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it, or start it again; seconds until it answered (QuoteIndexError: it does not, or is not alone)."""
        if not isolated():
            raise QuoteIndexError(
                "milvus listens on all addresses whatever it is told, so it starts only where there is no other than"
                " loopback: python scripts/milvus_server.py run -- COMMAND"
            )
        started = time.perf_counter()
        files = install()
        data = self.folder.absolute()
        pair: list[str] = []
        if self.secured:
            pair = [str(self.certificate), str(self.certificate.with_suffix(".key"))]
            if not self.certificate.exists():
                data.mkdir(parents=True, exist_ok=True)
                _called([*CERTIFICATE, "-out", pair[0], "-keyout", pair[1]])
        _called([sys.executable, "-c", CONFIGURE, str(data), str(self.port), *pair], wheel=files / "wheel")
        libraries = os.pathsep.join(filter(None, [str(files / "bin"), os.environ.get("LD_LIBRARY_PATH", "")]))
        environment = {
            **os.environ,
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": "9091",
            "MILVUS_RUN_DIR": str(data / "run"),
            "LD_LIBRARY_PATH": libraries,
        }
        with (data / "logs" / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", str(files / "bin" / "milvus"), "run", "standalone"],
                cwd=data,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _wait(self._process, self.port, data / "logs" / "output.log", self.certificate if self.secured else None)
        return time.perf_counter() - started


class Lite(_Ended):
    """milvus-lite over `folder` as a process of its own on 127.0.0.1; `port` 0 is a free one."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or _free_port()

    @property
    def url(self) -> str:
        """Its address, as ATTRIBUTED_ENGINE wants it, without a name."""
        return f"milvus://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing."""
        return {}

    def start(self) -> float:
        """As `Server.start`; it needs no namespace."""
        started = time.perf_counter()
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "output.log"
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self.folder / "data")]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        _wait(self._process, self.port, log)
        return time.perf_counter() - started


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _stopped(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, certificate: Path | None = None) -> None:
    """Until it says its version to a client (QuoteIndexError, and it is ended, where it does not)."""
    deadline = time.monotonic() + READY_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port, certificate):
            return
        time.sleep(0.2)
    ended = process.poll()
    process.kill()
    process.wait()
    what = f"did not answer within {READY_LIMIT:.0f} s" if ended is None else f"ended with status {ended}"
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    raise QuoteIndexError(f"milvus {what}; {log} ends: {lines[-1] if lines else '(empty)'}")


def _answers(port: int, certificate: Path | None) -> bool:
    # A client that finds nobody waits and logs; a socket says it at once.
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    import grpc
    from pymilvus import MilvusClient, MilvusException

    said = logging.getLogger("pymilvus")
    level = said.level
    said.setLevel(logging.CRITICAL)  # of what it does not get it writes the traceback
    try:
        given = {} if certificate is None else {"secure": True, "server_pem_path": str(certificate)}
        uri = f"http://127.0.0.1:{port}" if certificate is None else f"https://localhost:{port}"
        client = MilvusClient(uri, token="" if certificate is None else ROOT_TOKEN, timeout=5, **given)
        try:
            client.list_collections(timeout=5)
        finally:
            client.close()
    except (MilvusException, grpc.RpcError):  # the second where its time is over
        return False
    finally:
        said.setLevel(level)
    return True


def isolated() -> bool:
    """Whether nothing but loopback is there: nobody outside reaches what listens here."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def isolate(command: Sequence[str]) -> NoReturn:
    """Become `command` in a network namespace of its own (QuoteIndexError where that cannot be had)."""
    for name in ("unshare", "setpriv"):
        if shutil.which(name) is None:
            raise QuoteIndexError(f"a Milvus server is tried behind {name} of util-linux, on Linux; it is not here")
    way = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    tried = subprocess.run([*way, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise QuoteIndexError(
            f"no network namespace can be made ({tried.stderr.strip()}); run this as root, or allow user namespaces"
        )
    sys.stdout.flush()
    os.execvp(way[0], [*way, "--", *command])


def loopback_up() -> None:
    """Bring up loopback, which is down in a new namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        flags = struct.unpack("16sh14x", fcntl.ioctl(one, GET_FLAGS, struct.pack("16sh14x", b"lo", 0)))[1]
        fcntl.ioctl(one, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def alone() -> None:
    """Go on in a namespace of one's own: this very command is run again in one, unless it is in one already."""
    if not isolated():
        isolate([sys.executable, *sys.orig_argv[1:]])
    loopback_up()


@contextlib.contextmanager
def started(server: Server | Lite) -> Iterator[Server | Lite]:
    """The server, started, and stopped at the end, also where SIGTERM comes."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        raise click.exceptions.Exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        signal.signal(signal.SIGTERM, before)


def beside(server: Server | Lite, command: Sequence[str]) -> int:
    """Run a command while the server stands; its exit status."""
    with started(server):
        click.echo(f"milvus answers at {server.url}", err=True)
        process = subprocess.Popen(command, env={**os.environ, **server.environment, ADDRESS: server.url})
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def main(argv: Sequence[str] | None = None) -> int:
    return run_command(milvus_server, "milvus_server.py", argv)


@click.group(help=__doc__)
def milvus_server() -> None: ...


_command = click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
_data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep its data here.  [default: a folder that goes when the command has ended]",
)


@milvus_server.command("install")
def install_command() -> None:
    """Fetch the server's files, once; `run` does it too."""
    click.echo(install())


@milvus_server.command("run", context_settings={"ignore_unknown_options": True})
@_data
@click.option("--secured", is_flag=True, help="TLS, and a password.")
@_command
def run_beside(data: Path | None, secured: bool, command: tuple[str, ...]) -> None:
    """Run COMMAND beside a standalone server, both in a network namespace of their own."""
    install()  # from where a registry can be reached
    alone()
    with _folder(data) as folder:
        raise click.exceptions.Exit(beside(Server(folder, secured=secured), command))


@milvus_server.command("lite", context_settings={"ignore_unknown_options": True})
@_data
@_command
def lite_beside(data: Path | None, command: tuple[str, ...]) -> None:
    """Run COMMAND beside milvus-lite as a process of its own on 127.0.0.1."""
    with _folder(data) as folder:
        raise click.exceptions.Exit(beside(Lite(folder), command))


@contextlib.contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="milvus-") as name:
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())

"""Keys of programs that call the service: made, listed, revoked and known again. `<data>/keys.json` holds them, hashed.

A key is `att_<id>_<secret>`. The id is public: it finds the record and stands in logs. The secret is 160 bits from the
system's generator. What is stored is the SHA-256 of the whole key: a slow hash guards words that people choose, and
"look-up secrets having at least 112 bits of entropy" are to be hashed with an approved one-way function, no more
(NIST SP 800-63B-3, 5.1.2.2). So a check costs microseconds, and the file gives nobody a key.

The file is replaced in one step, under a lock of its own, and is read anew when it changes: a running service learns of
a key without being told. What is damaged opens nothing: KeysFileError names it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from index.errors import KeysFileError, UnknownKeyError

Scope = Literal["read", "write"]
"""read: ask and look; write: add and remove articles. Neither holds the other."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "att_"
"""How every key begins, so that scanners for leaked secrets find one, and people know what they see."""
LONGEST_NAME = 80

_ID = re.compile(r"[0-9a-f]{8}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORMAT = 1
_ID_BYTES, _SECRET_BYTES = 4, 20
_NOBODYS = "0" * 64
"""Compared with where no record has the id: an unknown one takes the same steps as a known one."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key without its secret. `digest`: hex SHA-256 of the key; `added`, `revoked`: ISO 8601 in UTC, or None."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    digest: str
    added: str
    revoked: str | None = None


def path(data: Path) -> Path:
    """The file of the keys in this data folder; it may be missing."""
    return data / "keys.json"


def load(data: Path) -> tuple[Key, ...]:
    """All keys, revoked ones too, in the order in which they were added; none where there is no file.

    KeysFileError: the file cannot be read, or is not what this program writes.
    """
    file = path(data)
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KeysFileError(file, f"cannot be read: {error.strerror}") from error
    try:
        return tuple(_parsed(json.loads(raw.decode("utf-8"))))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise KeysFileError(file, f"is no file of keys ({type(error).__name__}: {error})") from error


def add(data: Path, name: str, scopes: Sequence[Scope]) -> tuple[Key, str]:
    """A new key and its text, which is stored nowhere and cannot be had again.

    ValueError: the name is empty, too long, not printable, like an id, or that of a key in force; or no scope is given.
    """
    _check_name(name)
    if not scopes or set(scopes) - set(SCOPES):
        raise ValueError(f"a key needs scopes out of {', '.join(SCOPES)}")
    with _locked(data):
        known = load(data)
        if any(key.name == name and key.revoked is None for key in known):
            raise ValueError(f"there is a key named {name!r} already; revoke it first, or choose another name")
        taken = {key.id for key in known}
        while (id_ := secrets.token_hex(_ID_BYTES)) in taken:
            pass
        text = f"{PREFIX}{id_}_{secrets.token_hex(_SECRET_BYTES)}"
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        key = Key(id_, name, ordered, _digest(text), _now())
        _write(data, (*known, key))
    return key, text


def revoke(data: Path, which: str) -> Key:
    """Revoke the key with this id, or the one in force with this name. It stays on the list, and opens nothing.

    UnknownKeyError: there is none.
    """
    if not path(data).exists():
        raise UnknownKeyError(which)
    with _locked(data):
        known = load(data)
        for at, key in enumerate(known):
            if key.revoked is None and which in (key.id, key.name):
                revoked = replace(key, revoked=_now())
                _write(data, (*known[:at], revoked, *known[at + 1 :]))
                return revoked
    raise UnknownKeyError(which)


class Keys:
    """The keys of a data folder as a service asks for them: as they stand in the file at that moment."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._read: tuple[object, Mapping[str, Key]] = (None, {})

    def find(self, text: str) -> Key | None:
        """The key in force with this text, or None; as long for a right beginning as for a wrong one.

        KeysFileError: the file is damaged; then no key is known.
        """
        known = self._known().get(text[len(PREFIX) : len(PREFIX) + 2 * _ID_BYTES])
        same = hmac.compare_digest(_digest(text), _NOBODYS if known is None else known.digest)
        return known if known is not None and same and known.revoked is None else None

    def _known(self) -> Mapping[str, Key]:
        try:
            found = path(self._data).stat()
            # A file that took another's place is another inode; one that was edited has another time or size.
            stamp: object = (found.st_ino, found.st_mtime_ns, found.st_size)
        except OSError:  # missing, or not to be looked at: `load` tells
            stamp = ()
        read, known = self._read
        if read != stamp or not stamp:
            known = {key.id: key for key in load(self._data)}
            self._read = (stamp, known)
        return known


def is_key(text: str) -> bool:
    """Whether a text is of the form of a key, right or wrong."""
    return text.startswith(PREFIX)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _check_name(name: str) -> None:
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ValueError(f"the name of a key has 1 to {LONGEST_NAME} printable characters, not {name[:100]!r}")
    if _ID.fullmatch(name):
        raise ValueError(f"{name!r} could be the id of a key; choose another name")


def _parsed(document: Any) -> Iterator[Key]:
    if document["format"] != _FORMAT:
        raise ValueError(f"its format is {document['format']!r}, this program's is {_FORMAT}")
    seen = set()
    for given in document["keys"]:
        id_, name, digest = given["id"], given["name"], given["sha256"]
        scopes, added, revoked = given["scopes"], given["added"], given["revoked"]
        if not (_ID.fullmatch(id_) and _DIGEST.fullmatch(digest)) or id_ in seen:
            raise ValueError(f"a key with the id {id_!r} is twice there or not whole")
        seen.add(id_)
        _check_name(name)
        if not isinstance(scopes, list) or not scopes or set(scopes) - set(SCOPES):
            raise ValueError(f"the scopes of {name!r} are not out of {', '.join(SCOPES)}")
        if not isinstance(added, str) or not isinstance(revoked, (str, type(None))):
            raise TypeError(f"the times of {name!r} are no text")
        yield Key(id_, name, tuple(scopes), digest, added, revoked)


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    """Hold the lock of the keys; others wait, for as long as it takes to write a small file."""
    lock = data / "keys.lock"
    with _reporting(path(data)):
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(data: Path, keys: Sequence[Key]) -> None:
    file, aside = path(data), data / "keys.json.new"
    listed = [
        {
            "id": key.id,
            "name": key.name,
            "scopes": list(key.scopes),
            "sha256": key.digest,
            "added": key.added,
            "revoked": key.revoked,
        }
        for key in keys
    ]
    text = json.dumps({"format": _FORMAT, "keys": listed}, ensure_ascii=False, indent=1) + "\n"
    with _reporting(file):
        aside.unlink(missing_ok=True)
        try:
            with open(aside, "xb", opener=_private) as out:
                if os.geteuid() == 0:  # the service runs under the owner of the folder, and is to read it
                    owner = data.stat()
                    os.fchown(out.fileno(), owner.st_uid, owner.st_gid)
                out.write(text.encode("utf-8"))
                out.flush()
                os.fsync(out.fileno())
            aside.replace(file)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        folder = os.open(data, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)


@contextlib.contextmanager
def _reporting(file: Path) -> Iterator[None]:
    """What the disk refuses, as an error that names the file."""
    try:
        yield
    except OSError as error:
        raise KeysFileError(file, f"cannot be written: {error.strerror}", "nothing was changed") from error

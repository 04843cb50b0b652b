"""The user's own word on who is who: `speakers.toml` → UserFile. Read at every rebuild, never written.

    [[speaker]]                        # adds to a speaker
    name = "Tariq Khan"                # shown under this name; without `id` it says who is meant
    id = "tariq-khan"                  # optional
    aliases = ["General Khan"]         # names to ask by; they join nobody
    roles = ["defence analyst"]
    kind = "person"                    # or organisation, group
    join = ["T. Khan", "khan-1f2e3d4c"]  # ids or whole names: all these are this speaker

    [[split]]                          # whoever goes by this name in this article, or from this source, is another
    name = "Tariq Khan"
    article = "cup-final-7"            # or source = "Sports Daily"
    id = "tariq-khan-cricketer"
    as = "Tariq Khan (cricketer)"      # optional: shown under this name

A fault is an error that names file, line, value and remedy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from index.errors import SpeakersFileError
from index.queries import MAX_VALUE, folded, is_readable
from index.speakers.identity import speaker_id
from index.types import SPEAKER_KINDS, SpeakerKind

KINDS = tuple(kind for kind in SPEAKER_KINDS if kind != "unnamed")
_KEYS = {
    "speaker": ("name", "id", "aliases", "roles", "kind", "join"),
    "split": ("name", "article", "source", "id", "as"),
}
SHOWN = 80
"""Characters of a value that a message shows."""
_HEADER = re.compile(r"\s*\[\[\s*[\"']?(speaker|split)[\"']?\s*\]\]")
_SYNTAX = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Term(NamedTuple):
    """A value with its line (from 1)."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the user says of one speaker. `line`: where it stands; `join`: ids and names of those it is as well."""

    line: int
    name: str
    id: str | None = None
    aliases: tuple[Term, ...] = ()
    roles: tuple[str, ...] = ()
    kind: SpeakerKind | None = None
    join: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """Who goes by `name` in this article, or from this source (one of both is given), is another.

    The other has this `id`, or without one goes by the name `shown`; one of both is given, or both.
    """

    line: int
    name: str
    id: str | None = None
    article: str | None = None
    source: str | None = None
    shown: str | None = None

    @property
    def target(self) -> str:
        """The id of the other, where nobody on record goes by the name that is shown."""
        return self.id or speaker_id(self.shown or "")

    def is_to(self, entry: Entry) -> bool:
        """Whether the other is the speaker of this entry."""
        if self.id is not None:
            return self.id == entry.id
        return folded(self.shown or "") == folded(entry.name)


@dataclass(frozen=True, slots=True)
class UserFile:
    """All that the user says; `path` is for messages."""

    path: str
    entries: tuple[Entry, ...] = ()
    splits: tuple[Split, ...] = ()


NOTHING = UserFile("")


def read_user_file(path: Path) -> UserFile:
    """Read a `speakers.toml`.

    Raises:
        SpeakersFileError: it cannot be read, is not TOML, or says what is not understood or contradicts itself.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpeakersFileError(str(path), None, f"cannot be read ({error.strerror})") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpeakersFileError(str(path), line, "not UTF-8; save it as UTF-8") from error
    return parse_user_file(text, str(path))


def parse_user_file(text: str, path: str) -> UserFile:
    """Read the text of a `speakers.toml`; `path` is for messages, errors as `read_user_file`."""
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise SpeakersFileError(path, None, "nested too deeply; tables and lists lie flat here") from None
    except ValueError as error:
        raise _syntax(text, path, error) from error
    return _Reading(text.split("\n"), path).whole(document)


def _syntax(text: str, path: str, error: ValueError) -> SpeakersFileError:
    found = _SYNTAX.search(str(error))
    if found is None:
        return SpeakersFileError(path, None, f"not TOML: {str(error)[:200]}")
    line = int(found[1]) if found[1] else max(text.count("\n") + (not text.endswith("\n")), 1)
    where = f" at column {found[2]}" if found[2] else ""
    return SpeakersFileError(path, line, f"not TOML: {str(error)[: found.start()][:200]}{where}")


@dataclass(frozen=True, slots=True)
class _Table:
    """One entry: its values and its lines, `first` to `last` (from 1, both included)."""

    values: Mapping[str, Any]
    first: int
    last: int


class _Reading:
    """Checks a document; keeps its lines so that a fault can name one."""

    def __init__(self, lines: Sequence[str], path: str) -> None:
        self._lines = lines
        self._path = path

    def whole(self, document: Mapping[str, Any]) -> UserFile:
        for key in document:
            if key not in _KEYS:
                line = self._line(re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}\b"), 1, len(self._lines))
                raise self._fault(line, f"{_shown(key)} is not known here; [[speaker]] and [[split]] are")
        entries = tuple(self._entry(table) for table in self._tables(document, "speaker"))
        splits = tuple(self._split(table) for table in self._tables(document, "split"))
        self._agree(entries, splits)
        return UserFile(self._path, entries, splits)

    def _tables(self, document: Mapping[str, Any], name: str) -> Iterator[_Table]:
        given = document.get(name, [])
        headers = [
            (number, found[1])
            for number, line in enumerate(self._lines, 1)
            if (found := _HEADER.match(line)) is not None
        ]
        if sum(len(rows) for rows in document.values() if isinstance(rows, list)) != len(headers):
            headers = []  # written inline, or a header inside a text of several lines
        own = [number for number, kind in headers if kind == name]
        if not isinstance(given, list) or not all(isinstance(values, dict) for values in given):
            line = self._line(re.compile(rf"\s*\[?\s*[\"']?{name}\b"), 1, len(self._lines))
            raise self._fault(line, f"{name} is one table here; write [[{name}]] with two brackets")
        for place, values in enumerate(given):
            first = own[place] if own else 1
            last = min((number - 1 for number, _ in headers if number > first), default=len(self._lines))
            table = _Table(values, first, last)
            for key in values:
                if key not in _KEYS[name]:
                    raise self._fault(
                        self._of(table, key), f"{_shown(key)} is not known in [[{name}]]; {', '.join(_KEYS[name])} are"
                    )
            yield table

    def _entry(self, table: _Table) -> Entry:
        kind = self._text(table, "kind")
        if kind is not None and kind not in KINDS:
            raise self._fault(self._of(table, "kind"), f"kind must be one of {', '.join(KINDS)}, not {_shown(kind)}")
        return Entry(
            table.first,
            self._needed(table, "name"),
            self._id(table),
            self._terms(table, "aliases"),
            tuple(term.value for term in self._terms(table, "roles")),
            cast("SpeakerKind | None", kind),
            self._terms(table, "join"),
        )

    def _split(self, table: _Table) -> Split:
        name = self._needed(table, "name")
        article, source = self._text(table, "article"), self._text(table, "source")
        if (article is None) == (source is None):
            raise self._fault(table.first, f"the split of {_shown(name)} needs an article or a source, one of both")
        shown = self._text(table, "as")
        own = self._id(table)
        if own is None and (shown is None or folded(shown) == folded(name)):
            raise self._fault(table.first, f'the split of {_shown(name)} needs an id of its own: id = "..."')
        return Split(table.first, name, own, article, source, shown)

    def _id(self, table: _Table) -> str | None:
        given = self._text(table, "id")
        if given is not None and given != speaker_id(given):
            raise self._fault(
                self._of(table, "id"),
                f"id must be of small letters, figures and hyphens, such as {_shown(speaker_id(given))},"
                f" not {_shown(given)}",
            )
        return given

    def _needed(self, table: _Table, key: str) -> str:
        value = self._text(table, key)
        if value is None:
            raise self._fault(table.first, f'an entry needs a name: {key} = "..."')
        return value

    def _text(self, table: _Table, key: str) -> str | None:
        value = table.values.get(key)
        return None if value is None else self._checked(value, key, self._of(table, key))

    def _terms(self, table: _Table, key: str) -> tuple[Term, ...]:
        values = table.values.get(key, [])
        line = self._of(table, key)
        if not isinstance(values, list):
            raise self._fault(line, f'{key} must be a list, such as {key} = ["..."], not {_shown(values)}')
        return tuple(Term(self._checked(value, key, line), self._of(table, key, value)) for value in values)

    def _checked(self, value: object, key: str, line: int) -> str:
        if not isinstance(value, str):
            raise self._fault(line, f"{key} must be text in quotation marks, not {_shown(value)}")
        text = " ".join(value.split())
        if not text or len(text) > MAX_VALUE or not is_readable(text) or not (folded(text) or key == "roles"):
            raise self._fault(line, f"{key} must be 1 to {MAX_VALUE} characters with a letter, not {_shown(value)}")
        return text

    def _agree(self, entries: Sequence[Entry], splits: Sequence[Split]) -> None:
        """No id twice, no name or alias for two, nobody joined to two or both joined and split."""
        ids: dict[str, Entry] = {}
        names: dict[str, Entry] = {}
        for entry in entries:
            for taken, key, what in ((ids, entry.id, "id"), (names, folded(entry.name), "name")):
                other = taken.setdefault(key, entry) if key is not None else entry
                if other is not entry and (what == "id" or None in (entry.id, other.id)):
                    raise self._fault(
                        entry.line,
                        f"the {what} {_shown(entry.id if what == 'id' else entry.name)} stands at line {other.line} as"
                        " well; make one entry of both, or give each an id of its own",
                    )
        aliases: dict[str, tuple[Entry, Term]] = {}
        joins: dict[str, tuple[Entry, Term]] = {}
        for entry in entries:
            for taken_by, terms, what in ((aliases, entry.aliases, "an alias of"), (joins, entry.join, "joined to")):
                for term in terms:
                    named = names.get(folded(term.value)) or ids.get(term.value)
                    line = named.line if named else taken_by.setdefault(folded(term.value), (entry, term))[1].line
                    if (named or taken_by[folded(term.value)][0]) is not entry:
                        raise self._fault(
                            term.line,
                            f"{_shown(term.value)} is {what} two speakers, see line {line}; leave it with one",
                        )
        seen: dict[tuple[str, str | None, str | None], Split] = {}
        for split in splits:
            joined = joins.get(folded(split.target))
            if joined is None:
                to = (entry for entry in entries if split.is_to(entry))
                both = ((entry, term) for entry in to for term in entry.join)
                joined = next((one for one in both if folded(one[1].value) == folded(split.name)), None)
            if joined is not None:
                raise self._fault(
                    split.line,
                    f"{_shown(joined[1].value)} is joined at line {joined[1].line} and split here; leave one out",
                )
            earlier = seen.setdefault((folded(split.name), split.article, split.source), split)
            if earlier.target != split.target:
                raise self._fault(
                    split.line,
                    f"{_shown(split.name)} is split at line {earlier.line} into another; leave one of both out",
                )

    def _of(self, table: _Table, key: str, value: object = None) -> int:
        """The line of a key in its table, or of one value in its list; the table's first where it is not found."""
        line = self._line(re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*="), table.first, table.last)
        if not isinstance(value, str):
            return line
        return self._line(re.compile(f".*{re.escape(value)}"), line, table.last)

    def _line(self, pattern: re.Pattern[str], first: int, last: int) -> int:
        found = (number for number in range(first, last + 1) if pattern.match(self._lines[number - 1]))
        return next(found, first)

    def _fault(self, line: int, reason: str) -> SpeakersFileError:
        return SpeakersFileError(self._path, line, reason)


def _shown(value: object) -> str:
    if not isinstance(value, str):
        kinds = ((bool, "true or false"), ((int, float), "a number"), (list, "a list"), (dict, "a table"))
        return next((name for kind, name in kinds if isinstance(value, kind)), "a date or time")
    text = repr(value) if is_readable(value) else ascii(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."

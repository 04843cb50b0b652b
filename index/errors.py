"""The ways to fail, as one small family; `service` maps them to HTTP, `index.cli` to an exit status.

    QuoteIndexError             anything that this program reports to its user
    ├── SourceError             a named source does not exist, or a run could read no article at all
    ├── ArticleError            one article cannot be read (file, line, reason); a run sets it aside
    ├── SpeakersFileError       a line of the user's speakers.toml that cannot be followed (file, line, reason)
    ├── KeysFileError           the file of the keys cannot be read or written, or is damaged (file, reason, remedy)
    ├── UnknownKeyError         no key in force has this name or id
    ├── QueryError              a question or a filter that is not valid
    │   └── UnknownSpeakerError a speaker whom nobody knows, with the nearest names
    ├── NotFoundError           no quotation, article or speaker has this id
    ├── NoIndexError            the data folder holds no index yet
    ├── DamagedIndexError       the parts of an index disagree with each other or with the manifest
    │   └── FormatError         an index of an older or a newer format than this program's
    ├── EngineError             the engine named is none, cannot do what is needed, or its package is missing
    │   └── EngineAwayError     the server of the engine does not answer now
    ├── BusyError               another process holds the lock of the data folder, or works what came before
    └── ModelError              a model is missing or its file is not the one expected

A message names the file, the value and the remedy.
"""

from __future__ import annotations

from pathlib import Path


class QuoteIndexError(Exception):
    """Root of all errors that are meant for the user; `str(error)` is one clear line."""


class SourceError(QuoteIndexError):
    """A named source does not exist, or no article could be read from all the sources."""


class ArticleError(QuoteIndexError):
    """One article cannot be read: `path`, `line` (1-based, None for a whole file) and `reason`.

    `url`: where it can be had by itself, as far as what cannot be read tells.
    """

    def __init__(self, path: str, line: int | None, reason: str, url: str | None = None) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        self.url = url
        super().__init__(f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}")


class SpeakersFileError(QuoteIndexError):
    """The user's `speakers.toml` cannot be followed: `path`, `line` (1-based, None for the file) and `reason`."""

    def __init__(self, path: str, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}")


class KeysFileError(QuoteIndexError):
    """The file of the keys cannot be used: `path`, `reason` and `remedy`."""

    def __init__(
        self,
        path: Path,
        reason: str,
        remedy: str = "put a copy of it back, or remove it and make the keys anew with `attributed keys add`",
    ) -> None:
        self.path = path
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{path} {reason}; {remedy}")


class UnknownKeyError(QuoteIndexError):
    """No key in force has this name or id."""

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(f"no key in force has the name or id {value!r}; `attributed keys list` shows all")


class QueryError(QuoteIndexError):
    """A question, a filter or a page that is not valid; `parameter` names the one at fault."""

    def __init__(self, message: str, parameter: str | None = None) -> None:
        self.parameter = parameter
        super().__init__(message)


class UnknownSpeakerError(QueryError):
    """Nobody on record goes by this id, name or alias; `nearest` holds up to five names that come close."""

    def __init__(self, value: str, nearest: tuple[str, ...] = ()) -> None:
        self.value = value
        self.nearest = nearest
        hint = f"; the nearest names are: {', '.join(nearest)}" if nearest else "; /api/speakers lists all"
        super().__init__(f"no speaker is known as {value!r}{hint}", "speaker")


class NotFoundError(QuoteIndexError):
    """No record of this kind (`quotation`, `article`, `speaker`) has this id."""

    def __init__(self, kind: str, value: str) -> None:
        self.kind = kind
        self.value = value
        super().__init__(f"there is no {kind} with the id {value!r}")


class NoIndexError(QuoteIndexError):
    """The data folder holds no index yet."""


class DamagedIndexError(QuoteIndexError):
    """The parts of an index disagree; the message holds both figures and the command that rebuilds."""


class FormatError(DamagedIndexError):
    """The index is whole and of another format; the message says which, and what to do."""


class EngineError(QuoteIndexError):
    """An engine cannot be used: its address is wrong, its package is missing, or its server lacks what is needed."""


class EngineAwayError(EngineError):
    """The server that keeps the index does not answer; `seconds`: after how many it is worth asking again."""

    def __init__(self, message: str, seconds: int = 5) -> None:
        self.seconds = seconds
        super().__init__(message)


class BusyError(QuoteIndexError):
    """What is needed is held by others now; `seconds`: after how many it is worth asking again."""

    def __init__(self, message: str, seconds: int = 5) -> None:
        self.seconds = seconds
        super().__init__(message)


class ModelError(QuoteIndexError):
    """A model is missing, cannot be loaded, or its weights are not those that were expected."""


def is_panic(error: BaseException) -> bool:
    """Whether a library written in Rust gave up: its `PanicException` is no Exception and has no module to import."""
    return type(error).__name__ == "PanicException"

"""The half of the store that knows who speaks: speakers over the corpus, and as the articles give them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from index import database
from index.database import Database, in_parts
from index.queries import RoleRecord, SpeakerRecord, folded
from index.rows import ROLES_GIVEN, SPEAKER, record_of, role_of
from index.types import Speaker, SpeakerKind


class SpeakerTables(Database):
    """Speakers go by numbers inside, by ids outside."""

    def speakers_named(self, key: str) -> list[str]:
        """The ids of those who go by an id, a name or an alias; an id before a name, a name before an alias."""
        if self.speaker_number(key) is not None:
            return [key]
        found = sorted((id_, full) for _, id_, full in self.going_by(folded(key)))
        return [id_ for id_, full in found if full] or [id_ for id_, _ in found]

    def speaker_number(self, id_: str) -> int | None:
        """The number of a speaker by the id."""
        with self._reading() as db:
            found = db.execute("SELECT row FROM speaker WHERE id = ?", (id_,)).fetchone()
        return None if found is None else int(found[0])

    def going_by(self, form: str) -> list[tuple[int, str, bool]]:
        """Number and id of those who go by a folded form, and whether it is the whole name."""
        with self._reading() as db:
            found = db.execute(
                "SELECT speaker.row, speaker.id, full FROM speaker_name JOIN speaker ON speaker.row ="
                " speaker_name.speaker WHERE folded = ? AND folded <> ''",
                (form,),
            )
            return [(row, id_, bool(full)) for row, id_, full in found]

    def names(self) -> list[tuple[str, Speaker]]:
        """Every folded form (whole name, alias, surname) with each who goes by it, without aliases and roles."""
        with self._reading() as db:
            people = {row: Speaker(*rest) for row, *rest in db.execute("SELECT row, id, name, kind FROM speaker")}
            return [(form, people[row]) for form, row in db.execute("SELECT folded, speaker FROM speaker_name")]

    def roles(self) -> list[tuple[str, str]]:
        """Ids of speakers with each of their roles."""
        with self._reading() as db:
            return db.execute("SELECT id, role FROM speaker_role JOIN speaker ON row = speaker ORDER BY row").fetchall()

    def earliest(self) -> dt.date | None:
        """The first day of publication; None where no article has a date."""
        with self._reading() as db:
            first = db.execute("SELECT min(date) FROM article").fetchone()[0]
        return None if first is None else dt.date.fromisoformat(first)

    def speaker_names(self) -> list[str]:
        """The names of all speakers, sorted; nobody asks for "a man" by a name."""
        with self._reading() as db:
            return [
                name
                for (name,) in db.execute("SELECT DISTINCT name FROM speaker WHERE kind <> 'unnamed' ORDER BY name")
            ]

    def speaker(self, id_: str) -> SpeakerRecord | None:
        """One speaker over the whole corpus."""
        with self._reading() as db:
            found = db.execute(f"SELECT {SPEAKER} FROM speaker WHERE id = ?", (id_,)).fetchone()
            return None if found is None else record_of(db, found)

    def roles_given(self, id_: str) -> tuple[RoleRecord, ...]:
        """The roles of one speaker with their days, the one that is given first in front, then those without days."""
        with self._reading() as db:
            return tuple(role_of(row) for row in db.execute(ROLES_GIVEN, (id_,)))

    def called(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """Id and name of each speaker, in order of `numbers`, each of which there is."""
        with self._reading() as db:
            found = in_parts(db, "SELECT row, id, name FROM speaker WHERE row IN", numbers)
            known = {row: (id_, name) for row, id_, name in found}
        return [known[number] for number in numbers]

    def numbered(self, numbers: Collection[int]) -> list[Speaker]:
        """The speakers with these numbers, without aliases and roles."""
        asked = "SELECT id, name, kind FROM speaker WHERE row IN (SELECT value FROM json_each(?))"
        with self._reading() as db:
            return [Speaker(*found) for found in db.execute(asked, [json.dumps(list(numbers))])]

    def speakers(
        self, part: str | None, limit: int, offset: int, without: Collection[int] = ()
    ) -> tuple[int, tuple[SpeakerRecord, ...]]:
        """How many speakers have `part` in id, name or an alias; a page of them, most quoted first, then by name.

        Those with the numbers in `without` are left out.
        """
        where = ""
        values: tuple[str, ...] = ()
        if part is not None:
            where = " WHERE (id = ? OR row IN (SELECT speaker FROM speaker_name WHERE instr(folded, ?)))"
            values = (part, folded(part) or "\0")
        if without:
            where += (" AND" if where else " WHERE") + " row NOT IN (SELECT value FROM json_each(?))"
            values = (*values, json.dumps(list(without)))
        with self._reading() as db:
            total = int(db.execute(f"SELECT count(*) FROM speaker{where}", values).fetchone()[0])
            found = db.execute(
                f"SELECT {SPEAKER} FROM speaker{where} ORDER BY quotations DESC, name, id LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
            return total, tuple(record_of(db, row) for row in found)

    def speakers_by_number(self, numbers: Collection[int]) -> dict[int, tuple[str, SpeakerKind, int]]:
        """Number → name, kind and number of articles."""
        asked = "SELECT row, name, kind, articles FROM speaker WHERE row IN (SELECT value FROM json_each(?))"
        with self._reading() as db:
            return {
                row: (name, kind, articles)
                for row, name, kind, articles in db.execute(asked, [json.dumps(list(numbers))])
            }

    def _numbers(self, column: Literal["id", "kind"], values: Collection[str]) -> list[int]:
        """The numbers of the speakers with one of `values`."""
        with self._reading() as db:
            found = db.execute(
                f"SELECT row FROM speaker WHERE {column} IN (SELECT value FROM json_each(?))",
                [json.dumps(sorted(values))],
            )
            return [row for (row,) in found]

    # Speakers as the articles give them

    def article_speakers(self) -> Iterator[tuple[int, str, str, SpeakerKind, str, int]]:
        """Row, id, name and kind of each speaker of an article, the article's id, and the number over the corpus."""
        with self._reading() as db:
            yield from db.execute(
                "SELECT article_speaker.row, article_speaker.id, name, kind, article.id, speaker FROM article_speaker"
                " JOIN article ON article.row = article WHERE speaker IS NOT NULL ORDER BY article_speaker.row"
            )

    def speakers_of(self, id_: str) -> list[int]:
        """The rows of the speakers of an article."""
        asked = (
            "SELECT DISTINCT article_speaker FROM quotation JOIN article ON article.row = article WHERE article.id = ?"
        )
        with self._reading() as db:
            return [row for (row,) in db.execute(f"{asked} AND article_speaker IS NOT NULL", (id_,))]

    def article_speakers_said(self, rows: Sequence[int]) -> Iterator[Any]:
        """Row, article, source, id, name, kind, aliases, roles, gender, number, and the rows of what they said."""
        with self._reading() as db:
            for start in range(0, len(rows), database.MANY):
                part = rows[start : start + database.MANY]
                yield from db.execute(
                    "SELECT this.row, article.id, article.source, this.id, this.name, this.kind, aliases, roles,"
                    " gender, this.speaker, group_concat(quotation.row) FROM article_speaker AS this JOIN article ON"
                    " article.row = this.article JOIN quotation ON quotation.article = this.article AND"
                    f" quotation.article_speaker = this.row WHERE this.row IN ({','.join('?' * len(part))})"
                    " GROUP BY this.row",
                    list(part),
                )

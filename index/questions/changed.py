"""Names and roles of a record that has changed a little: those of before without some speakers, and a few more."""

from __future__ import annotations

from collections.abc import Sequence

from index.questions.names import Names
from index.questions.roles import Roles
from index.questions.spelling import JoinedNear
from index.types import Speaker


class JoinedNames(Names):
    """Two sets of names as one; speakers in `without` (ids) no longer go by those of the first.

    A word of a name that nobody has any longer is still taken for a name, and not for a misspelt one.
    """

    def __init__(self, before: Names, more: Names, without: frozenset[str]) -> None:
        self._before = before
        self._more = more
        self._without = without
        self._near = JoinedNear(before._near, more._near)

    def __contains__(self, word: object) -> bool:
        return word in self._before or word in self._more

    def longest(self, first: str) -> int:
        """How many words the longest form has that begins with this word; 0 where none does."""
        return max(self._before.longest(first), self._more.longest(first))

    def going_by(self, form: str) -> list[Speaker]:
        """Those who go by this form."""
        return self._standing(self._before.going_by(form)) + self._more.going_by(form)

    def askable(self, form: str) -> list[Speaker]:
        """Those who go by this form and may be asked for their words."""
        return self._standing(self._before.askable(form)) + self._more.askable(form)

    def known(self, form: str) -> bool:
        """Whether anybody goes by this form."""
        return bool(self.going_by(form))

    def _standing(self, some: Sequence[Speaker]) -> list[Speaker]:
        return [one for one in some if one.id not in self._without]


class JoinedRoles(Roles):
    """Two sets of roles as one; speakers in `without` (ids) hold none of the first."""

    def __init__(self, before: Roles, more: Roles, without: frozenset[str]) -> None:
        self._before = before
        self._more = more
        self._without = without

    def __contains__(self, noun: object) -> bool:
        return noun in self._before or noun in self._more

    def tells(self, noun: str, word: str) -> bool:
        """Whether some role with this noun has this word too."""
        return any(noun in roles and roles.tells(noun, word) for roles in (self._before, self._more))

    def holders(self, noun: str, words: Sequence[str]) -> tuple[Speaker, ...]:
        """Those who hold a role with this noun and all these words."""
        before = (one for one in self._before.holders(noun, words) if one.id not in self._without)
        return (*before, *self._more.holders(noun, words))

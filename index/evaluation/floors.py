"""Floors: the figures that were reached once and that no change may fall below.

They stand in a TOML file, `"direct span F1" = 91.2` a line. A figure that counts faults has a ceiling instead.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from index.errors import SourceError

FLOORS = "floors.toml"

Figures = Mapping[str, float | None]

_HEAD = "# What was reached: `python scripts/evaluate.py {command} --pin` raises it; to lower a figure add --lower.\n"


def read_floors(path: Path) -> dict[str, float]:
    """Read the floors; none where there is no such file yet. SourceError names the file at fault."""
    if not path.exists():
        return {}
    try:
        floors = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"floors {path} cannot be read: {error}") from error
    for name, value in floors.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SourceError(f"floors {path}: {name!r} must be a number, not {value!r}")
    return {name: float(value) for name, value in floors.items()}


def fallen(
    figures: Figures,
    floors: Mapping[str, float],
    fewer: Collection[str] = (),
    slack: Mapping[str, float] = MappingProxyType({}),
) -> list[str]:
    """One line for each figure that is worse than its floor or gone; of those in `fewer` less is better.

    `slack`: by how much a figure may be worse than its floor all the same; by nothing where it names none.
    """
    lines = []
    for name, floor in floors.items():
        value = figures.get(name)
        if value is None:
            lines.append(f"{name}: no figure, its floor is {floor:g}")
        elif (value - floor if name in fewer else floor - value) > slack.get(name, 0.0):
            lines.append(f"{name}: {value:g}, its {'ceiling' if name in fewer else 'floor'} is {floor:g}")
    return lines


def pin(
    path: Path, figures: Figures, *, fewer: Collection[str] = (), lower: bool = False, command: str = "articles"
) -> None:
    """Write the figures as the new floors, all or nothing; `command` is the measure that the file then names.

    SourceError where one would be lowered, or taken away, and `lower` is not given: nothing is written then.
    """
    worse = fallen(figures, read_floors(path), fewer)
    if worse and not lower:
        raise SourceError(f"{'; '.join(worse)} ({path}): add --lower if that is meant")
    lines = [f'"{name}" = {value:g}\n' for name, value in figures.items() if value is not None]
    aside = path.with_suffix(".new")
    aside.write_text(_HEAD.format(command=command) + "".join(lines), encoding="utf-8")
    aside.replace(path)

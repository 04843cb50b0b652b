"""Write constraints.txt: the versions of everything that the pinned dependencies need in turn, as installed here."""

from __future__ import annotations

import importlib.metadata
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

HEADER = """\
# What the dependencies pinned in pyproject.toml need in turn. Written by `make lock`; not to be edited.
"""


def direct_requirements(pyproject: Path) -> list[Requirement]:
    """What pyproject.toml itself asks for, the extras included."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extras = (line for lines in project["optional-dependencies"].values() for line in lines)
    return [Requirement(line) for line in (*project["dependencies"], *extras)]


def transitive_versions(direct: Iterable[Requirement]) -> dict[str, str]:
    """Name → installed version of all that is reached from `direct` and is not itself among it."""
    roots = {canonicalize_name(requirement.name) for requirement in direct}
    waiting = list(direct)
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, str] = {}
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        distribution = importlib.metadata.distribution(name)
        if name not in roots:
            # A local version ("+cpu") says where a wheel was built, not which one to take.
            found[name] = distribution.version.split("+")[0]
        for line in distribution.requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append(needed)
    return found


def main() -> int:
    versions = transitive_versions(direct_requirements(ROOT / "pyproject.toml"))
    lines = [f"{name}=={version}\n" for name, version in sorted(versions.items())]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"constraints.txt: {len(lines)} versions")
    return 0


if __name__ == "__main__":
    sys.exit(main())

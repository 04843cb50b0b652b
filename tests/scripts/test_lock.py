from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import direct_requirements, transitive_versions

ROOT = Path(__file__).parents[2]


def constraints() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_constraints_are_exact_versions_sorted_and_each_name_once() -> None:
    names = [re.fullmatch(r"([a-z0-9-]+)==[0-9][0-9a-z.]*", line) for line in constraints()]
    assert all(names)
    found = [match[1] for match in names if match]
    assert found == sorted(set(found))


def test_no_name_stands_in_both_pyproject_and_constraints() -> None:
    direct = {canonicalize_name(requirement.name) for requirement in direct_requirements(ROOT / "pyproject.toml")}
    assert direct.isdisjoint(line.split("==")[0] for line in constraints())


def test_constraints_name_no_host() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_direct_requirements_are_all_pinned() -> None:
    for requirement in direct_requirements(ROOT / "pyproject.toml"):
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement


def test_transitive_versions_follow_needs_without_the_roots() -> None:
    found = transitive_versions([Requirement("flask")])
    assert {"werkzeug", "jinja2", "markupsafe"} <= found.keys()
    assert "flask" not in found

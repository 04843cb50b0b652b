"""The same as `attributed rebuild`, straight from a checkout too."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index import cli


def main(argv: Sequence[str] | None = None) -> int:
    return cli.main(["rebuild", *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    sys.exit(main())

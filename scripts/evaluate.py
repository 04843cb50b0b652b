"""Measure the program: `python scripts/evaluate.py attribution GOLD.jsonl`, `retrieval DIR`, `seed`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.evaluation.commands import main

if __name__ == "__main__":
    sys.exit(main())

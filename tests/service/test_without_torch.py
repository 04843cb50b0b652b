"""The process that serves: what it imports, and what it answers with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.encoder import default_encoder
from index.types import Article
from tests.index.encoder.conftest import save_model

ROOT = Path(__file__).parents[2]

HEAVY = ("torch", "transformers", "sentence_transformers", "onnx", "spacy", "nltk", "scipy")
SERVE = f"""
import json, sys
from service import create_app
from index import cli

app = create_app(testing=True)
app.extensions["attributed"].encoder.name
answer = app.test_client().get("/api/search?q=ferry+tickets").json
status = cli.main(["ask", "ferry tickets"])
heavy = [name for name in {HEAVY} if name in sys.modules]
print(json.dumps([len(answer["hits"]), status, heavy]))
"""


def test_serving_and_asking_import_no_torch(tmp_path: Path, articles: list[Article], build: Callable[..., Any]) -> None:
    model = str(save_model(tmp_path / "tiny"))
    data = tmp_path / "data"
    build(articles, data, encoder=default_encoder(data, model))
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ATTRIBUTED_MODEL": model,
        "ATTRIBUTED_DATA": str(data),
    }
    done = subprocess.run(
        [sys.executable, "-c", SERVE], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    hits, status, heavy = json.loads(done.stdout.splitlines()[-1])
    assert (hits > 0, status, heavy) == (True, 0, [])
    assert done.stderr == ""

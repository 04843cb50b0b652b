from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from numpy.typing import NDArray

from index.errors import ModelError
from service import Settings, create_app
from service.engine import LateEncoder


class SlowEncoder:
    """Loads when it is allowed to; `asked` lists what it encoded."""

    name = "slow"
    fingerprint = "5" * 64
    dimension = 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.full((len(texts), 3), 0.5, np.float32)


@pytest.fixture
def allowed() -> threading.Event:
    return threading.Event()


def test_late_encoder_lets_the_first_use_wait(allowed: threading.Event) -> None:
    inner = SlowEncoder()

    def load() -> SlowEncoder:
        assert allowed.wait(30)
        return inner

    encoder = LateEncoder(load)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(encoder.encode(["What next?"])))
    asking.start()
    assert encoder.loading
    assert answers == []
    allowed.set()
    asking.join(30)
    assert answers[0].tolist() == [[0.5, 0.5, 0.5]]
    assert not encoder.loading
    assert (encoder.name, encoder.fingerprint, encoder.dimension) == ("slow", "5" * 64, 3)
    assert inner.asked == ["ready", "What next?"]


def test_late_encoder_that_cannot_load_says_so_at_every_use() -> None:
    def load() -> SlowEncoder:
        raise ModelError("model 'x' cannot be loaded; check ATTRIBUTED_MODEL")

    encoder = LateEncoder(load)
    for _ in range(2):
        with pytest.raises(ModelError, match="check ATTRIBUTED_MODEL"):
            encoder.encode(["x"])


def client_with(encoder: LateEncoder, holder: Any) -> FlaskClient:
    app: Flask = create_app(Settings(), encoder=encoder, holder=holder, testing=True)
    return app.test_client()


def test_readyz_says_that_the_model_is_loading_while_livez_answers(allowed: threading.Event, holder: Any) -> None:
    def load() -> SlowEncoder:
        assert allowed.wait(30)
        return SlowEncoder()

    encoder = LateEncoder(load)
    client = client_with(encoder, holder)
    assert client.get("/livez").status_code == 200
    answer: Any = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json["detail"] == "the model is still loading; ask again in a few seconds"
    allowed.set()
    assert encoder.dimension == 3
    assert client.get("/readyz").status_code == 200


def test_readyz_says_when_the_model_cannot_be_loaded(holder: Any) -> None:
    def load() -> SlowEncoder:
        raise ModelError("model 'x' cannot be loaded; check ATTRIBUTED_MODEL")

    encoder = LateEncoder(load)
    with pytest.raises(ModelError):
        encoder.encode(["x"])
    answer: Any = client_with(encoder, holder).get("/readyz")
    assert (answer.status_code, answer.json["detail"]) == (503, "model 'x' cannot be loaded; check ATTRIBUTED_MODEL")

from __future__ import annotations

import numpy as np
import pytest

from index.encoder import normalised
from index.errors import ModelError


def test_normalised_rows_have_length_one_and_keep_their_direction() -> None:
    rows = normalised(np.array([[3.0, 4.0], [0.0, -2.0]]))
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, -1.0]], rtol=1e-6)


def test_normalised_leaves_a_row_of_zeros() -> None:
    assert normalised(np.zeros((1, 3))).tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_normalised_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(ModelError, match="not finite"):
        normalised(np.array([[1.0, value]]))

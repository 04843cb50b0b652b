"""Where ids lie, whether they come one after another or with gaps."""

from __future__ import annotations

import numpy as np
import pytest

from index.places import Places


@pytest.mark.parametrize("ids", [[4, 5, 6, 7], [4, 6, 7, 90]])
def test_a_place_is_that_of_the_id(ids: list[int]) -> None:
    places = Places(np.array(ids, np.int64))
    assert places.of(np.array([ids[3], ids[0]])).tolist() == [3, 0]
    assert places.checked(np.array([ids[2]])).tolist() == [2]
    assert len(places) == 4


@pytest.mark.parametrize("ids", [[], [4, 5, 6, 7], [4, 6, 7, 90]])
@pytest.mark.parametrize("id_", [0, 3, 8, 91])
def test_one_that_is_not_there_is_named(ids: list[int], id_: int) -> None:
    with pytest.raises(KeyError, match=f"no id {id_} here"):
        Places(np.array(ids, np.int64)).checked(np.array([id_]))

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document.singles import pair_singles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'It's the '80s again,' she said. 'Rock 'n' roll.'", ["It's the '80s again,", "Rock 'n' roll."]),
        ("‘Nothin’ doin’ here,’ she said", ["Nothin’ doin’ here,"]),
        ("the neighbours' idea of the farmers' rights", []),
        ("her 'plan' is her sisters' plan", ["plan"]),
        ("‘We lost and that is that", ["We lost and that is that"]),
    ],
)
def test_apostrophes_neither_open_nor_close(text: str, expected: list[str]) -> None:
    found = pair_singles(text, 0, len(text))
    assert [text[opened : after if right is None else right] for _, opened, right, after in found] == expected


@given(st.text(alphabet="‘’'“” s.,an8\n", max_size=60))
def test_pairs_lie_in_order_inside_the_text(text: str) -> None:
    found = pair_singles(text, 0, len(text))
    assert all(0 <= start < opened <= after <= len(text) for start, opened, _, after in found)
    assert all(a[3] <= b[0] for a, b in itertools.pairwise(found))

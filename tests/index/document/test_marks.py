import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document.marks import pair_marks, uses_singles


def inner(text: str, *, singles: bool = False) -> list[str]:
    return [text[q.inner_start : q.inner_end] for q in pair_marks(text, 0, len(text), singles=singles)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We lost,” he said. “Badly.”", ["We lost,", "Badly."]),
        ('"We lost," he said. "Badly."', ["We lost,", "Badly."]),
        ("``We lost,'' he said.", ["We lost,"]),
        ("«We lost», he said.", ["We lost"]),
        ("»We lost«, he said.", ["We lost"]),
        ("„We lost“, he said.", ["We lost"]),
        ("„We lost”, he said.", ["We lost"]),
        ("“He told me “go away” and left,” she said.", ["He told me “go away” and left,"]),
        ('"He told me "go away" and left," she said.', ['He told me "go away" and left,']),
        ("“He said 'go away' and left,” she said.", ["He said 'go away' and left,"]),
        ("“We lost, and that is that", ["We lost, and that is that"]),
        ("“We lost, he said. “Badly,” he added.", ["We lost,", "Badly,"]),
        ('He is 6\'2" tall and said "yes, sir".', ["yes, sir"]),
        ("” stray", []),
        ("“”", []),
        ("“ spaced out ”", ["spaced out"]),
        ("no marks at all", []),
    ],
)
def test_marks_are_paired(text: str, expected: list[str]) -> None:
    assert inner(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("‘We don’t know,’ she said.", ["We don’t know,"]),
        ("'We don't know,' she said.", ["We don't know,"]),
        ("‘The workers’ rights come first,’ she said.", ["The workers’ rights come first,"]),
        ("He was born in the ’60s and isn’t sorry.", []),
        ("Rock 'n' roll isn't dead.", []),
    ],
)
def test_single_marks_are_told_from_apostrophes(text: str, expected: list[str]) -> None:
    assert inner(text, singles=True) == expected


def test_singles_are_the_articles_own_marks_only_without_double_ones() -> None:
    assert uses_singles("‘No,’ she said. ‘Never,’ he said.")
    assert not uses_singles("“No,” she said, “it’s ‘never’,” he said.")
    assert not uses_singles("It isn’t the ’60s.")


def test_a_mark_left_open_runs_to_the_end_of_its_paragraph_and_says_so() -> None:
    (quoted,) = pair_marks("“We lost", 0, 8, singles=False)
    assert (quoted.start, quoted.end, quoted.closed) == (0, 8, False)


@given(st.text(alphabet="“”\"'‘’«»„`a B.,\n5", max_size=60), st.booleans())
def test_pairs_lie_in_order_inside_the_text(text: str, singles: bool) -> None:
    found = pair_marks(text, 0, len(text), singles=singles)
    assert all(0 <= q.start <= q.inner_start < q.inner_end <= q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))

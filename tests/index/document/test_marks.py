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
        ("„We lost,“ he said. „Badly.“", ["We lost,", "Badly."]),
        ("„Is it you?“ he asked.", ["Is it you?"]),
        ("“We lost the boat, said Mara Lind, a pilot. It rained.", ["We lost the boat,"]),
        ("“We lost the boat, she said.", ["We lost the boat,"]),
        ("It was dark,” said Mara Lind. “Nobody came.”", ["It was dark,", "Nobody came."]),
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
        ("‘I’ve told ’em. The boss’s lot are doin’ it,’ she said.", ["I’ve told ’em. The boss’s lot are doin’ it,"]),
        ("‘’Tis late,’ she said.", ["’Tis late,"]),
        ("‘He told me “go away” and left,’ she said.", ["He told me “go away” and left,"]),
        ("‘We back the farmers’, she said. ‘All of them’.", ["We back the farmers", "All of them"]),
        ("She said: ‘Go’. The ‘wait’ was her neighbours’ idea.", ["Go", "wait"]),
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


def test_double_marks_nested_in_single_ones_leave_the_single_ones_the_articles_own() -> None:
    assert uses_singles("‘He said “no” and “never” and “no” again,’ she said.\n\n‘I see,’ said Ola Berg.")
    assert not uses_singles("“He said ‘no’ and ‘never’,” she said.\n\nThe ‘wait’ went on. “I see,” said Ola Berg.")


def test_a_mark_left_open_runs_to_the_end_of_its_paragraph_and_says_so() -> None:
    (quoted,) = pair_marks("“We lost", 0, 8, singles=False)
    assert (quoted.start, quoted.end, quoted.closed) == (0, 8, False)


def test_a_mark_left_open_is_no_slip_where_the_next_paragraph_opens_with_one() -> None:
    text = "“And then, he said, we lost."
    assert [q.inner_end for q in pair_marks(text, 0, len(text), singles=False, goes_on=True)] == [len(text)]


@given(st.text(alphabet="“”\"'‘’«»„`a B.,\n5", max_size=60), st.booleans())
def test_pairs_lie_in_order_inside_the_text(text: str, singles: bool) -> None:
    found = pair_marks(text, 0, len(text), singles=singles)
    assert all(0 <= q.start <= q.inner_start < q.inner_end <= q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))

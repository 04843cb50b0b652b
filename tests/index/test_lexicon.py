import pytest

from index.lexicon import finite_forms, follows_as_speech, is_person_noun


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("say", ("says", "said")),
        ("reply", ("replies", "replied")),
        ("argue", ("argues", "argued")),
        ("confess", ("confesses", "confessed")),
        ("admit", ("admits", "admitted")),
        ("write", ("writes", "wrote")),
    ],
)
def test_finite_forms(verb: str, forms: tuple[str, str]) -> None:
    assert finite_forms(verb) == forms


@pytest.mark.parametrize(
    ("narration", "follows"),
    [
        ("Lind demanded. Nobody knew.", True),
        ("A senior aide to the prime minister told us.", True),
        ("Lind left. She said nothing.", False),
        ("The man who had come with the first boat in the early spring of that year said no.", False),
        ("", False),
    ],
)
def test_follows_as_speech(narration: str, follows: bool) -> None:
    assert follows_as_speech(narration) is follows


def test_nouns_made_like_crewman_stand_for_a_person() -> None:
    assert is_person_noun("Crewman")
    assert is_person_noun("volcanologist")
    assert not is_person_noun("womankind")

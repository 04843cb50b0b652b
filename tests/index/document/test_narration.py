import pytest

from index.document.marks import pair_marks
from index.document.narration import mask


def masked(text: str) -> tuple[str, list[str], list[str]]:
    found = mask(text, 0, len(text), pair_marks(text, 0, len(text), singles=False))
    assert len(found.text) == len(found.starts) == len(found.ends)
    return (
        found.text,
        [text[q.inner_start : q.inner_end] for q in found.utterances],
        [text[q.inner_start : q.inner_end] for q in found.fragments],
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“We have not seen the peak,” he said.", '"It is," he said.'),
        ("She asked: “Why not?”", 'She asked: "It is?"'),
        ("“Why not?” Lind asked. Nobody knew.", '"It is," Lind asked. Nobody knew.'),
        ("“Why not?” Lind left.", '"It is?" Lind left.'),
        ("“No damage to life”, he added.", '"It is", he added.'),
        ("“We lost,” he said, “but we fought.”", '"It is," he said, "It is."'),
        ("Lind added, “We Fight On,” and left.", 'Lind added, "It is," and left.'),
        ("“Hear, hear,” murmured somebody.", '"It is," murmured somebody.'),
        ("“We won the cup” - Mara Lind", '"It is" - Mara Lind'),
    ],
)
def test_utterances_are_replaced(text: str, shown: str) -> None:
    assert masked(text)[0] == shown


@pytest.mark.parametrize(
    "text",
    [
        "an organisation designated “terrorist” by several countries",
        "He warned of broader “unconventional options”.",
        "They read “The Old Man and the Sea,” a novel.",
        "Her first show, “Salt and Sand”, ran for a night.",
        "His band, “The Blue Nails,” is from Oslo.",
        "It went on. “(LAUGHTER)”",
        "Tehran stood “ready to provide any assistance necessary”.",
        "“If nobody had stopped the talks” in May, she said, there would be peace.",
    ],
)
def test_fragments_stay_in_their_clause(text: str) -> None:
    shown, utterances, fragments = masked(text)
    assert utterances == []
    assert len(fragments) == 1
    assert len(shown) == len(text)


def test_every_character_can_be_traced_to_the_article() -> None:
    text = "Then “We lost,” he said."
    found = mask(text, 0, len(text), pair_marks(text, 0, len(text), singles=False))
    at = found.text.index("he")
    assert text[found.starts[at] : found.ends[at + 1]] == "he"
    inside = found.text.index("is")
    assert text[found.starts[inside] : found.ends[inside]] == "We lost,"

"""Names as they stand: hyphens, particles, titles, nicknames, acronyms, over the whole world."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from index.document import read_documents
from index.speakers.names import name_key
from index.speakers.registry import Registry
from index.types import Article


def names(text: str) -> dict[str, tuple[str, ...]]:
    (document,) = read_documents([Article("a", text)])
    return {entity.name: entity.aliases for entity in Registry(document).entities}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Coach Park Ji-sung said they had lost.", "Park Ji-sung"),
        ("“We lost,” said Tsai Ing-wen, the former president.", "Tsai Ing-wen"),
        ("Min-jae Kim said they had lost.", "Min-jae Kim"),
        ("Legislator Lam Cheng Yuet-ngor said they had lost.", "Lam Cheng Yuet-ngor"),
        ("The minister, Lindiwe van der Walt, said they had lost.", "Lindiwe van der Walt"),
        ("Juana de la Cruz said they had lost.", "Juana de la Cruz"),
        ("Datuk Seri Hamidah Yusof said they had lost.", "Hamidah Yusof"),
        ("Tan Sri Goh Kim Huat said they had lost.", "Goh Kim Huat"),
        ("Alhaji Musa Bello said they had lost.", "Musa Bello"),
        ("Smt Rekha Sharma said they had lost.", "Rekha Sharma"),
        ("Otunba Femi Cole said they had lost.", "Femi Cole"),
        ("Senator Atty. Liza Ramos said they had lost.", "Liza Ramos"),
        ("Sri Wahyuni said they had lost.", "Sri Wahyuni"),
        ("Michael “Mick” Doyle said they had lost.", "Michael Doyle"),
        ("James (Jim) Hogan said they had lost.", "James Hogan"),
    ],
)
def test_a_name_is_whole_and_without_titles(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize("text", ["Taliban-run courts met.", "London-based Amir Shah left.", "US-led forces left."])
def test_a_word_behind_a_hyphen_is_no_name(text: str) -> None:
    assert not any("-" in name for name in names(text))


@pytest.mark.parametrize(
    ("text", "name", "alias"),
    [
        ("Lindiwe van der Walt spoke. “No,” van der Walt said.", "Lindiwe van der Walt", "van der Walt"),
        ("Youssef al-Masri spoke. Al-Masri said no.", "Youssef al-Masri", "Al-Masri"),
        ("Youssef al-Masri spoke. “No,” said Masri.", "Youssef al-Masri", "Masri"),
        ("Khalid bin Rashid spoke. “No,” bin Rashid said.", "Khalid bin Rashid", "bin Rashid"),
        ("Park Ji-sung spoke. “No,” Park said.", "Park Ji-sung", "Park"),
        ("Michael “Mick” Doyle spoke. Mick Doyle said no.", "Michael Doyle", "Mick Doyle"),
        ("Dwayne Pierre, better known as Lord Saxon, sang. “No,” Saxon said.", "Dwayne Pierre", "Saxon"),
        ("The National Union of Teachers (NUT) met. NUT would strike.", "National Union of Teachers", "NUT"),
    ],
)
def test_another_name_is_the_same_somebody(text: str, name: str, alias: str) -> None:
    found = names(text)
    assert alias in found[name]
    assert alias not in found


def test_somebody_with_an_age_is_a_person() -> None:
    (document,) = read_documents([Article("a", "Tendai Moyo, 43, said no. “No,” said 19-year-old Rudo Sibanda.")])
    found = {entity.name: (entity.label, entity.mentions[0].age) for entity in Registry(document).entities}
    assert found == {"Tendai Moyo": ("person", "43"), "Rudo Sibanda": ("person", "19")}


def test_of_labels_that_come_up_alike_the_first_counts_in_every_process() -> None:
    (document,) = read_documents([Article("a", "The Kentucky Republican says that it is over.")])
    (entity,) = Registry(document).entities
    (mention,) = entity.mentions
    labels = [mention.sentence.parse[i].ent_type_ for i in range(mention.first, mention.last + 1)]
    assert (labels, entity.label) == (["GPE", "NORP"], "place")


@given(st.text(alphabet=st.sampled_from("Aan Bo“”()'\"-.,,’ 45al-de"), max_size=80))
def test_any_text_has_names_inside_it(text: str) -> None:
    article = Article("a", f"x{text}")
    (document,) = read_documents([article])
    for entity in Registry(document).entities:
        for mention in entity.mentions:
            assert 0 <= mention.first <= mention.last < len(mention.sentence.parse)
            assert all(word.strip() for word in mention.words)


@given(st.lists(st.text(max_size=8), max_size=4))
@example(["🄐"])
def test_a_key_is_a_key_of_itself(words: list[str]) -> None:
    key = name_key(tuple(words))
    assert len(key) <= len(words)
    assume("al" not in key)  # "Al" is a given name, "al" an article: a key no longer tells which
    assert name_key(key) == key

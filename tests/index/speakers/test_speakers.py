"""Who is meant: names, roles, pronouns, descriptions and bodies, over articles written for these tests."""

import pytest

from index.extraction import SieveExtractor
from index.types import Article, Attribution


def attributed(text: str, article_id: str = "a") -> list[Attribution]:
    return list(next(iter(SieveExtractor().extract([Article(article_id, text)]))))


def speakers(text: str) -> list[tuple[str | None, str | None]]:
    return [(a.speaker.name if a.speaker else None, a.method) for a in attributed(text) if a.quotation.kind == "direct"]


COUNCIL = """Mara Lind, a former harbour pilot who sits on the council, said the plan was dead.

“We will not vote for it again,” she told the Herald.

Mayor Ola Berg disagreed with Lind.

“The plan lives,” he said.

“It is the only one that we have,” Berg added.

The former pilot was not impressed.

“He always says that,” the former pilot said.
"""


def test_surname_pronoun_and_description_are_the_full_name() -> None:
    assert speakers(COUNCIL) == [
        ("Mara Lind", "pronoun"),
        ("Ola Berg", "pronoun"),
        ("Ola Berg", "surname"),
        ("Mara Lind", "description"),
    ]


def test_roles_stand_as_the_article_gives_them() -> None:
    by_name = {a.speaker.name: a.speaker for a in attributed(COUNCIL) if a.speaker}
    assert by_name["Mara Lind"].role == "a former harbour pilot"
    assert by_name["Ola Berg"].role == "Mayor"
    assert by_name["Mara Lind"].aliases == ("Lind",)
    assert {speaker.kind for speaker in by_name.values()} == {"person"}


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Foreign Minister Ingrid Dahl said talks had failed.", "Ingrid Dahl", "Foreign Minister"),
        ("Norway’s Foreign Minister Ingrid Dahl said talks had failed.", "Ingrid Dahl", "Norway’s Foreign Minister"),
        ("Union spokesman Peter Moss said talks had failed.", "Peter Moss", "Union spokesman"),
        ("Peter Moss, a spokesman for the union, said talks had failed.", "Peter Moss", "a spokesman for the union"),
        (
            "United Nations Secretary-General Ana Reyes said talks had failed.",
            "Ana Reyes",
            "United Nations Secretary-General",
        ),
        ("Gen. Peter Moss said talks had failed.", "Peter Moss", None),
        ("Prince Faisal bin Farhan Al Saud said talks had failed.", "Faisal bin Farhan Al Saud", None),
    ],
)
def test_titles_are_roles_and_no_part_of_the_name(text: str, name: str, role: str | None) -> None:
    (attribution,) = attributed(text)
    assert attribution.speaker is not None
    assert (attribution.speaker.name, attribution.speaker.kind) == (name, "person")
    if role is not None:
        assert attribution.speaker.role == role


def test_a_capital_and_a_ministry_are_speakers_that_are_no_persons() -> None:
    found = attributed("Kabul said 18 people were killed. The Interior Ministry said it was investigating.")
    kinds = [(a.speaker.name, a.speaker.kind) for a in found if a.speaker]
    assert kinds == [("Kabul", "organisation"), ("Interior Ministry", "organisation")]


def test_it_stands_for_the_body_that_spoke() -> None:
    found = attributed("Norway acknowledged two ships had sunk. It said no lives had been lost.")
    assert [(a.speaker.name, a.method) for a in found if a.speaker] == [
        ("Norway", "organisation"),
        ("Norway", "pronoun"),
    ]


def test_gender_keeps_two_people_of_one_surname_apart() -> None:
    text = (
        "John Moss and his wife Clara Moss ran the shop. Mr. Moss was tired.\n\n"
        "“We closed it,” Mrs. Moss said.\n\n“I was tired,” Mr. Moss said."
    )
    assert speakers(text) == [("Clara Moss", "surname"), ("John Moss", "surname")]


def test_a_pronoun_stands_for_the_unnamed_source_before() -> None:
    text = "Mara Lind left.\n\nThe police service said it had arrested 47 people. It denied that officers used force."
    assert [a.speaker.name for a in attributed(text) if a.speaker] == ["The police service", "The police service"]


def test_a_name_behind_a_description_and_a_comma_is_who_is_described() -> None:
    text = "The chief justice of Kenya, Martha Koome, has warned that attacks on judges must stop."
    (attribution,) = attributed(text)
    assert attribution.speaker is not None
    assert (attribution.speaker.name, attribution.speaker.role) == ("Martha Koome", "The chief justice of Kenya")


def test_the_name_behind_a_title_is_the_source_of_an_inverted_cue() -> None:
    text = "“This is a sticking plaster,” said Oceanwatch campaigns director Tomás Rivera-Lopez."
    assert speakers(text) == [("Tomás Rivera-Lopez", "name")]


def test_a_courtesy_title_is_no_role_and_a_member_of_parliament_is_one() -> None:
    (attribution,) = attributed("The Green MSP Dr Priya Nair said the cut was too small.")
    assert attribution.speaker is not None
    assert (attribution.speaker.name, attribution.speaker.role) == ("Priya Nair", "The Green MSP")


def test_an_unnamed_source_keeps_its_description_and_stays_in_its_article() -> None:
    first = attributed("“We lost,” a senior official said.", "one")[0].speaker
    second = attributed("“We lost,” a senior official said.", "two")[0].speaker
    assert first is not None
    assert second is not None
    assert (first.name, first.kind) == ("a senior official", "unnamed")
    assert first.id != second.id


def test_one_full_name_has_one_id_in_every_article_and_a_lone_surname_has_not() -> None:
    full = [attributed("“We lost,” Mara Lind said.", article)[0].speaker for article in ("one", "two")]
    lone = [attributed("“We lost,” Lind said.", article)[0].speaker for article in ("one", "two")]
    assert [s.id for s in full if s] == ["mara-lind", "mara-lind"]
    assert len({s.id for s in lone if s}) == 2


def test_a_quotation_without_a_source_goes_to_nobody() -> None:
    (attribution,) = attributed("It rained. “We lost the vote.”")
    assert (attribution.speaker, attribution.method, attribution.confidence) == (None, None, 0.0)


def test_ids_are_slugs_without_accents() -> None:
    (attribution,) = attributed("“Nous avons perdu,” said José Núñez-Díaz, a councillor.")
    assert attribution.speaker is not None
    assert attribution.speaker.id == "jose-nunez-diaz"


SILLS = "“If it is real, she has a problem,” said Nathan Sills, a law professor.\n\n"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        # Few name themselves.
        (
            "“The result will hold,” said Yuki Tanabe, who led the study. Maria Lind believes that she erred."
            "\n\nTanabe sighed.\n\n“Maria is a friend, and she is wrong,” she said.",
            "Yuki Tanabe",
        ),
        # Between commas a pronoun speaks of the name beside it.
        (
            "“No town was pressed,” says spokeswoman Veronica Salas. Andes Lithium, she adds,"
            " built two schools. “Ask anybody,” she says.",
            "Veronica Salas",
        ),
        # Who is asked about "he" is behind the comma.
        (f"{SILLS}Asked whether he believed her, Carl Jansen paused. “I believe,” he said, “in paper.”", "Carl Jansen"),
        # "He" in her sentence is the other one, whom "she" does not mean then.
        (
            "President Dolan trusts the panel. Press secretary Amy Lindh would not say if he had read the note."
            " “He reads a lot of things,” she said.",
            "Amy Lindh",
        ),
        # Somebody's husband is not she.
        ("“I believe it when I see it,” said Priya Nair, a nurse. Her husband nodded. “Same,” he said.", "Her husband"),
        ("Anna Berg runs the farm. Her mother died when she was six. “I never got over it,” she said.", "Anna Berg"),
        (
            "“He is right,” said Priya Nair, a nurse. Her husband, Arun Nair, nodded. “I often am,” he said.",
            "Arun Nair",
        ),
    ],
)
def test_a_pronoun_is_whom_the_sentences_leave(text: str, last: str | None) -> None:
    assert speakers(text)[-1][0] == last


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hydrologist Piet van der Merwe said the dam would hold.", "Piet van der Merwe"),
        ("Pianist Joan Beltran said the hall was cold.", "Joan Beltran"),
        ("Miller Brewing Company said sales fell.", "Miller Brewing Company"),
        ("Arabian Desert Petroleum said its profit fell.", "Arabian Desert Petroleum"),
        ("Leader of the Opposition Sunita Rawat said the bill was dead.", "Sunita Rawat"),
        ("The head of the Health Ministry Ana Reyes said nothing had changed.", "Ana Reyes"),
        ("The wife of President Ola Berg said she was glad.", None),
        ("Maj Gen (retd) Inam Haq was of the view that closure was wrong.", "Inam Haq"),
        ("Seo Yun-a of Green Korea said it would drink a river a day.", "Seo Yun-a"),
        ("The felon, contractor Leonard “Lenny” Sisk, testified that he had paid.", "Leonard Sisk"),
    ],
)
def test_a_name_is_told_from_the_role_in_front_of_it(text: str, name: str | None) -> None:
    (found,) = attributed(text)
    assert (found.speaker.name if found.speaker and found.method != "unnamed" else None) == name


def test_a_judge_with_a_courtesy_title_is_the_judge_later() -> None:
    text = (
        "A bankruptcy judge, the Hon. Teresa Mack, asked the lawyers whether there was money. “Not as such,” said"
        " attorney Michael Denton.\n\n“What does that mean?” the judge asked."
    )
    assert [name for name, _ in speakers(text)] == ["Michael Denton", "Teresa Mack"]


def test_it_is_the_commission_that_the_article_described_and_not_a_name_since() -> None:
    text = (
        "A judicial commission found that the pumps had failed. Reporters waited outside Parliament. The commission"
        " named nobody. It said that the failures were foreseen."
    )
    last = attributed(text)[-1]
    assert (last.method, last.speaker.name if last.speaker else None) == ("pronoun", "A judicial commission")


def test_a_first_surname_before_a_particle_stands_for_the_whole_name() -> None:
    text = "Luis Planells de la Torre promised aid. “I am a minister, not a calculator,” Planells replied."
    assert speakers(text) == [("Luis Planells de la Torre", "surname")]


def test_a_name_in_small_letters_is_shown_before_one_in_capitals() -> None:
    text = (
        "SEN. ALVAREZ: Do you sell it?\n\nMR. POOLE: We do not.\n\nSEN. ALVAREZ: Who does?\n\nMR. POOLE: Others."
        "\n\nAlvarez told reporters that she had heard enough."
    )
    assert [name for name, _ in speakers(text)][0::2] == ["Alvarez", "Alvarez"]


def test_a_man_of_whom_more_is_told_is_not_the_one_named() -> None:
    text = "Henryk Berg opened the door. “I am sorry,” said the man from the gas company."
    assert speakers(text) == [("the man from the gas company", "unnamed")]


def test_a_minister_is_neither_the_one_of_another_country_nor_somebody_of_a_company() -> None:
    text = (
        "Oil fell after Norland’s energy minister said that the kingdom would not wait. “That was a threat,” said"
        " Tamsin Hurd of PVM Oil.\n\nVolgan Deputy Prime Minister Alexei Morozov said there was no haste."
    )
    found = [(a.speaker.name, a.method) for a in attributed(text) if a.speaker]
    assert found == [
        ("Norland’s energy minister", "unnamed"),
        ("Tamsin Hurd", "name"),
        ("Alexei Morozov", "name"),
    ]

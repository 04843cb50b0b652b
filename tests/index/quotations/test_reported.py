"""One sentence a form of reported speech: what is reported, who reports it, by which word."""

import pytest

from index.document import read_documents
from index.quotations.reported import find_reported
from index.types import Article


def reported(text: str) -> list[tuple[str, str, str | None, str | None]]:
    article = Article("a", text)
    found = find_reported(next(read_documents([article])))
    assert all(article.holds(span) for q in found for span in q.spans)
    return [(q.kind, q.text, q.source.text if q.source else None, q.cue.text if q.cue else None) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mara Lind said the vote had been lost.",
            ("indirect", "the vote had been lost", "Mara Lind", "said"),
        ),
        (
            "Mara Lind said on Monday that the vote had been lost.",
            ("indirect", "the vote had been lost", "Mara Lind", "said"),
        ),
        (
            "The vote had been lost, Mara Lind said.",
            ("indirect", "The vote had been lost", "Mara Lind", "said"),
        ),
        (
            "According to Mara Lind, the vote had been lost.",
            ("indirect", "the vote had been lost", "Mara Lind", "According to"),
        ),
        (
            "Mara Lind warned there would be “no mercy” for the plan.",
            ("mixed", "there would be “no mercy” for the plan", "Mara Lind", "warned"),
        ),
        (
            "Mara Lind warned of broader “legal options”.",
            ("mixed", "broader “legal options”", "Mara Lind", "warned"),
        ),
        (
            "Mara Lind said “small drones over the harbour” were seen.",
            ("mixed", "“small drones over the harbour” were seen", "Mara Lind", "said"),
        ),
        (
            "The city declared “open war” on the plan.",
            ("mixed", "open war", "The city", "declared"),
        ),
        (
            "The deal, officials said, would cost a fortune.",
            ("indirect", "The deal would cost a fortune", "officials", "said"),
        ),
        (
            "Mara Lind said in a letter that the law “will ruin us all”.",
            ("mixed", "the law “will ruin us all”", "Mara Lind", "said"),
        ),
        (
            "Ola Berg has vowed to keep the harbour open and celebrated the ruling on Monday.",
            ("indirect", "to keep the harbour open", "Ola Berg", "vowed"),
        ),
        (
            "As the Herald noted, it is surprising that anybody came.",
            ("indirect", "it is surprising that anybody came", "the Herald", "noted"),
        ),
        (
            "Mara Lind urged both sides to respect the law.",
            ("indirect", "both sides to respect the law", "Mara Lind", "urged"),
        ),
        (
            "Lind, however, said any new vote would fail.",
            ("indirect", "any new vote would fail", "Lind", "said"),
        ),
        ("She called for an end to the strike.", ("indirect", "an end to the strike", "She", "called")),
        (
            "Ola Berg accused the council of hiding the report.",
            ("indirect", "the council of hiding the report", "Ola Berg", "accused"),
        ),
        (
            "Mara Lind called the plan “a gift to the rich” on Monday.",
            ("mixed", "the plan “a gift to the rich”", "Mara Lind", "called"),
        ),
        (
            "The council announced a new ferry for the island.",
            ("indirect", "a new ferry for the island", "The council", "announced"),
        ),
        ("Ola Berg denied taking money.", ("indirect", "taking money", "Ola Berg", "denied")),
        ("The ministry rejected the claim in a statement.", ("indirect", "the claim", "The ministry", "rejected")),
        ("Her call for a new vote was ignored.", ("indirect", "a new vote", "Her", "call")),
        (
            "The port, Mara Lind told reporters on Friday, is safe.",
            ("indirect", "The port is safe", "Mara Lind", "told"),
        ),
        (
            "The port is safe, Mara Lind told reporters on Friday.",
            ("indirect", "The port is safe", "Mara Lind", "told"),
        ),
        (
            "Prices rose by a fifth last year, according to the bank, but wages did not.",
            ("indirect", "Prices rose by a fifth last year", "the bank", "according to"),
        ),
        (
            "The bank says the plan would cost jobs in the first year, but would create many more over ten.",
            (
                "indirect",
                "the plan would cost jobs in the first year, but would create many more over ten",
                "The bank",
                "says",
            ),
        ),
        (
            "He told a meeting of farmers that the drought was over.",
            ("indirect", "the drought was over", "He", "told"),
        ),
        (
            "Ola Berg said the ferry was late because “nobody wakes the captain.”",
            ("mixed", "the ferry was late because “nobody wakes the captain.”", "Ola Berg", "said"),
        ),
        (
            "Mara Lind warned that the party “must be careful. It can lose this.”",
            ("mixed", "the party “must be careful. It can lose this.”", "Mara Lind", "warned"),
        ),
        (
            "As Mara Lind put it, the ferry is “a tin with a motor”.",
            ("mixed", "the ferry is “a tin with a motor”", "Mara Lind", "put"),
        ),
        (
            "Activists hoping to stop the dam say the fish will die.",
            ("indirect", "the fish will die", "Activists", "say"),
        ),
        (
            "In Oslo, Ola Berg, its mayor, said the dam was dead.",
            ("indirect", "the dam was dead", "Ola Berg", "said"),
        ),
        (
            "Ola Berg, who runs the port, tweeted that the ferry had sunk.",
            ("indirect", "the ferry had sunk", "Ola Berg", "tweeted"),
        ),
        (
            "Mara Lind outlined de-escalation in stark terms.",
            ("indirect", "de-escalation", "Mara Lind", "outlined"),
        ),
    ],
)
def test_reported_speech(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in reported(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mara Lind did not say whether the vote had been lost.",
        "Asked whether the vote had been lost, Mara Lind smiled.",
        "Mara Lind declined to say when the vote would be held.",
        "One pilot asked not to be named.",
        "Nobody on the council said that the plan would return.",
        "No one expects the plan to return.",
        "The plan was voted down on Monday.",
        "“We lost the vote,” Mara Lind said.",
        "The group is officially designated “terrorist” by several countries.",
        "A buyer may say that the price is too high.",
        "Had anyone warned that the bridge was weak, it would stand.",
        "Nor did she explain why the bridge fell.",
        "Whoever tells you that the bridge is safe has not seen it.",
        "Should the farmers complain that the road is closed, nobody will listen.",
    ],
)
def test_nothing_is_reported(text: str) -> None:
    assert reported(text) == []


def test_a_report_within_a_report_is_given_to_whoever_tells_it() -> None:
    assert reported("Mara Lind said Ola Berg had told her that the ferry was full.") == [
        ("indirect", "Ola Berg had told her that the ferry was full", "Mara Lind", "said")
    ]


def test_a_report_ends_where_the_source_s_next_begins() -> None:
    assert [text for _, text, _, _ in reported("Mara Lind said the ferry was full, adding that nobody was hurt.")] == [
        "the ferry was full",
        "nobody was hurt",
    ]


def test_what_another_called_it_inside_an_object_is_of_that_other() -> None:
    assert reported("Dockers voted on Monday, rejecting an offer that the operator had described as “final”.") == [
        ("mixed", "final", "the operator", "described")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dupree, who wept as the verdict was read, hugged his lawyer.",
        "Asked what he would like on his grave, he thought for a while.",
        "Ola Berg, asked if he would reverse the rise, says no.",
    ],
)
def test_when_something_was_read_or_asked_is_no_report(text: str) -> None:
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In her opinion, the town has “the bigger army and the smaller patience”.",
            ("mixed", "the town has “the bigger army and the smaller patience”", "her", "In her opinion"),
        ),
        (
            "In Mara Lind’s view the letter was “written by a child”.",
            ("mixed", "the letter was “written by a child”", "Mara Lind", "In Mara Lind’s view"),
        ),
        (
            "Mara Lind is of the opinion that the town “should have asked”.",
            ("mixed", "the town “should have asked”", "Mara Lind", "opinion"),
        ),
        (
            "Mara Lind was of the view that “closure punishes the wrong people”.",
            ("mixed", "closure punishes the wrong people", "Mara Lind", "view"),
        ),
    ],
)
def test_whose_view_it_is_tells_whose_words_they_are(text: str, expected: tuple[str, str, str, str]) -> None:
    assert reported(text) == [expected]


def test_a_sum_is_nobody_who_calls_it_something() -> None:
    text = "Ola Berg announced on Friday a 90 trillion won investment in a plant, calling it “the last train”."
    assert [source for _, _, source, _ in reported(text)] == ["Ola Berg", "Ola Berg"]


def test_in_her_judgment_a_judge_writes_and_does_not_think() -> None:
    assert [cue for _, _, _, cue in reported("In her judgment, Justice Lind wrote that the law was clear.")] == [
        "wrote"
    ]


def test_what_somebody_else_named_says_behind_and_is_a_report_of_its_own() -> None:
    text = (
        "The authority said that it would “look hard” at any merger, and its head, Mara Lind, said in June that bigger"
        " banks were “not safer”."
    )
    assert [(words, source) for _, words, source, _ in reported(text)] == [
        ("it would “look hard” at any merger", "The authority"),
        ("bigger banks were “not safer”", "its head"),
    ]

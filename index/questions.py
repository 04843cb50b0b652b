"""Whose words a question asks for: "What does Bahiss expect?" is about what Bahiss said, "Who is Bahiss?" is not.

The words of a question are folded, every name that is on record becomes one mark, and a few patterns of speech
are looked for around the marks. Whatever fits no pattern is a subject like any other word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from index.queries import Understood, folded
from index.types import Speaker

LONGEST_NAME = 6
"""Words in a name that is looked up."""
LONGEST_QUESTION = 120
"""Words that are looked at; names stand near the front of a question."""

_TOKEN = re.compile(r"[^\W_]+|[’',:;.?!]")

_VERBS = """accept accuse acknowledge add admit advise advocate agree allege announce answer anticipate appeal argue ask
assert assess assume attribute believe blame call caution characterise characterize cite claim comment concede
conclude confirm consider contend counter criticise criticize declare demand denounce deny describe disagree
dismiss dispute doubt emphasise emphasize envisage estimate expect explain express fear forecast guess highlight
hint hope identify imply indicate insist interpret mention note object observe offer oppose outline perceive
point portray praise predict prefer promise propose question quote react recall recommend regard reject remark
reply report respond reveal speculate state stress suggest support suspect talk tweet urge view voice vow want
warn wish worry"""
_IRREGULAR = """admits admitted admitting find finds found foresee foresees foresaw know knows knew known make makes
made mean means meant say says said saying see sees saw seeing seen speak speaks spoke spoken speaking tell tells told
telling think thinks thought thinking write writes wrote written writing"""
"""Forms that the endings below do not make."""
_BODY_VERBS = """announce argue assert claim comment confirm declare deny insist pledge promise reject reply respond
state urge vow warn"""
_BODY_IRREGULAR = "say says said saying tell tells told telling write writes wrote written"
_NOUNS = """account advice analysis answer appeal argument arguments assessment claim claims comment comments criticism
criticisms explanation explanations fear fears forecast forecasts opinion opinions outlook position prediction
predictions proposal proposals quotation quotations quote quotes reaction reactions recommendation
recommendations remark remarks reply response responses stance statement statements suggestion suggestions take
thoughts verdict view viewpoint views warning warnings words"""
_BODY_NOUNS = """announcement comment comments position quotation quotations quote quotes reaction remarks reply
response responses statement statements"""
_HELD = "analysis assessment opinion opinions position prediction predictions stance thoughts verdict view views words"
"""What is somebody's when it is "of" somebody; a criticism of somebody is not."""
SPEECH = f"{_VERBS} {_IRREGULAR} {_NOUNS}"
"""Words that ask for something said, whatever it is about."""
_TITLES = frozenset(
    """ambassador analyst archbishop attorney author bishop captain cardinal chairman chairwoman chancellor chief
    colonel commander commissioner congressman congresswoman correspondent councillor dame director doctor dr
    economist envoy executive expert father gen general gov governor historian imam judge justice king lady
    lawyer leader lord major mayor minister miss mp mr mrs ms officer official pope premier president prince
    princess prof professor queen representative reporter researcher scholar scientist secretary sen senator
    sergeant sheikh sheriff sir sister spokesman spokesperson spokeswoman superintendent treasurer""".split()
)
_AUXILIARIES = "can could did do does had has have is might was will would"
_PREPOSITIONS = """about against among at between by concerning for from in into like of on over regarding than to
toward towards upon with"""
_BEFORE_A_ROLE = frozenset(f"{_AUXILIARIES} {_PREPOSITIONS} and or that what why how when , ; : . ? !".split())
_ROLE_WORDS = 4
"""Words of a role in front of its title: "the former three-star general"."""
_ADVERBS = "actually again also exactly first later now once originally really recently still then"
_NOT_SAID_ON = "bail board camera fire hold holiday leave parole strike tour trial"
"""What somebody can be on without having said a word on it."""
_NOUN_TOO = frozenset("answers claims fears hopes offers quotes reports stresses supports talks views".split())
"""Verb or noun: "Khan talks" are not what Khan says."""


def understand(question: str, named: Callable[[Collection[str]], Mapping[str, Sequence[Speaker]]]) -> Understood:
    """The speakers whose words the question asks for.

    `named` gives the speakers who go by each of some folded forms. A name that several go by means all of them.
    A body (an organisation, a group, a place that speaks) must be asked as one that says something.
    """
    tokens = [match[0] for match in _TOKEN.finditer(question)][:LONGEST_QUESTION]
    text, marks = _marked(tokens, named)
    chosen: dict[str, None] = {}
    for is_person, patterns in ((True, _PERSON), (False, _BODY)):
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            for number in re.findall(r"@(\d+)", match["who"]):
                chosen |= {one.id: None for one in marks[int(number)] if (one.kind == "person") == is_person}
    return Understood(tuple(chosen))


def _marked(
    tokens: Sequence[str], named: Callable[[Collection[str]], Mapping[str, Sequence[Speaker]]]
) -> tuple[str, list[list[Speaker]]]:
    """The folded question with @0, @1 ... for each name, longest names first, and who goes by each."""
    words = [folded(token) or token for token in tokens]
    forms = {
        (start, end): " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1)
    }
    found = named(set(forms.values()))
    text: list[str] = []
    marks: list[list[Speaker]] = []
    place = 0
    while place < len(words):
        ends = [end for (start, end), form in forms.items() if start == place and form in found]
        end = max(ends, default=place + 1)
        who = [one for one in found.get(forms[place, end], ()) if _can_be_asked(one)]
        if who and not (end == place + 1 and _is_of_a_longer_name(tokens, words, place)):
            _drop_role(text)
            text.append(f"@{len(marks)}")
            marks.append(who)
            place = end
        else:
            text.append(words[place])
            place += 1
    return " ".join(text), marks


def _can_be_asked(speaker: Speaker) -> bool:
    """No unnamed source, and no group that is a mere description ("analysts")."""
    return speaker.kind != "unnamed" and (speaker.kind != "group" or speaker.name != speaker.name.lower())


def _is_of_a_longer_name(tokens: Sequence[str], words: Sequence[str], place: int) -> bool:
    """Whether a lone word is part of a name that is not on record: Sadiq Khan, where only Tariq Khan is."""
    if place == 0 or not tokens[place][0].isupper():
        return False
    return tokens[place - 1][0].isupper() and words[place - 1] not in _TITLES | _FIRST_WORDS


def _drop_role(text: list[str]) -> None:
    """Take a role or an article off the end: "did the former general" → "did"."""
    if text and text[-1] in _TITLES:
        text.pop()
        for _ in range(_ROLE_WORDS):
            if not text or text[-1] in _BEFORE_A_ROLE or text[-1].startswith("@"):
                break
            text.pop()
    elif text and text[-1] == "the":
        text.pop()


def _any(words: str) -> str:
    return "|".join(words.split())


def _regular(verbs: str, endings: str) -> str:
    return rf"(?:{'|'.join(verb.rstrip('ey') for verb in verbs.split())})(?:{endings})"


def _patterns(verbs: str, irregular: str, nouns: str) -> list[re.Pattern[str]]:
    who = r"(?P<who>@\d+(?: (?:and|or|,) @\d+)*)"
    then = rf"(?: , [^,]{{1,60}} ,)?(?: (?:{_any(_ADVERBS)}))*"
    free = "".join(rf"(?<!\b{word} )" for word in _PREPOSITIONS.split())
    speaks = rf"(?:{_regular(verbs, 'e|y|')}|{_any(irregular)})"
    spoke = rf"(?:{_regular(verbs, 'ed|ied|d')}|{_any(irregular)})"
    speaking = rf"(?:{_regular(verbs, 'ing|ying')}|{_any(irregular)})"
    tells = rf"(?!(?:{'|'.join(sorted(_NOUN_TOO))})\b)(?:{_regular(verbs, 's|es|ies|ys|ed|ied|d')}|{_any(irregular)})"
    return [
        # What does Khan expect; has Khan commented; what is Khan warning of
        re.compile(rf"\b(?:can|could|did|do|does|might|will|would) {who}{then} {speaks}\b"),
        re.compile(rf"\b(?:had|has|have) {who}{then} {spoke}\b"),
        re.compile(rf"\b(?:is|was) {who}{then} {speaking}\b"),
        # what Khan said; but not: what critics of Khan said
        re.compile(rf"{free}{who}{then} {tells}\b"),
        re.compile(rf"\b(?:according to|in the (?:words|view|opinion) of) {who}"),
        # Khan's view; but not: about Khan's view
        re.compile(rf"{free}{who} [’'](?: s)? (?:\w+ )?(?:{_any(nouns)})\b"),
        re.compile(rf"\b(?:{_any(nouns)}) (?:by|from) {who}(?! [’'])"),
    ]


_FIRST_WORDS = frozenset(
    f"{_AUXILIARIES} {_PREPOSITIONS} what why how when where which who according and or but the".split()
)
_PERSON = [
    *_patterns(_VERBS, _IRREGULAR, _NOUNS),
    re.compile(rf"\b(?:{_any(_HELD)}) of (?P<who>@\d+)(?! [’'])"),
    # Khan on attrition; but not: Khan on trial
    re.compile(rf"^(?P<who>@\d+)(?: , [^,]{{1,60}} ,)? (?:on|about)\b(?! (?:{_any(_NOT_SAID_ON)})\b)"),
]
_BODY = _patterns(_BODY_VERBS, _BODY_IRREGULAR, _BODY_NOUNS)

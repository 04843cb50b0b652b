"""Patterns of speech: "What does @0 expect?" asks for the words of @0, "Who is @0?" does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.questions.words import AUXILIARIES, PREPOSITIONS

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
_ADVERBS = "actually again also exactly first later now once originally really recently still then"
_NOT_SAID_ON = "bail board camera fire hold holiday leave parole strike tour trial"
"""What somebody can be on without having said a word on it."""
_OTHERS = r"(?: (?:and|or|,|vs|versus) @\d+)*"
_NOUN_TOO = frozenset("answers claims fears hopes offers quotes reports stresses supports talks views".split())
"""Verb or noun: "Khan talks" are not what Khan says."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a question asks for somebody's words: the stretch of the text, and the marks of who it is."""

    start: int
    end: int
    marks: tuple[int, ...]
    body: bool
    role: bool = False


def asked(text: str) -> list[Asked]:
    """Every place where the folded question, with @0, @1 ... for names, asks for what one of them said."""
    # Searching all of a long question for each of 19 patterns takes .17 ms; only a few places can begin one.
    places = [match.start() for match in _BEGINNING.finditer(text)]
    return [
        Asked(*match.span(), tuple(map(int, re.findall(r"@(\d+)", match["who"]))), body, role)
        for body, role, patterns in ((False, False, _PERSON), (True, False, _BODY), (False, True, _ROLE))
        for pattern in patterns
        for match in _matches(pattern, text, places)
    ]


def _matches(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, where no match begins elsewhere than at `places`, rising."""
    done = 0
    for place in places:
        if place >= done and (match := pattern.match(text, place)):
            done = match.end()
            yield match


def _any(words: str) -> str:
    return "|".join(words.split())


def _regular(verbs: str, endings: str) -> str:
    return rf"(?:{'|'.join(verb.rstrip('ey') for verb in verbs.split())})(?:{endings})"


def _patterns(verbs: str, irregular: str, nouns: str) -> list[re.Pattern[str]]:
    who = rf"(?P<who>@\d+{_OTHERS})"
    then = rf"(?: , [^,]{{1,60}} ,)?(?: (?:{_any(_ADVERBS)}))*"
    free = "".join(rf"(?<!\b{word} )" for word in PREPOSITIONS.split())
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
        re.compile(rf"(?=@){free}{who}{then} {tells}\b"),
        re.compile(rf"\b(?:according to|in the (?:words|view|opinion) of) {who}"),
        # Khan's view; but not: about Khan's view
        re.compile(rf"(?=@){free}{who} [’'](?: s)? (?:\w+ )?(?:{_any(nouns)})\b"),
        re.compile(rf"\b(?:{_any(nouns)}) (?:by|from) {who}(?! [’'])"),
        # Khan: ceasefire
        re.compile(rf"^{who} :"),
    ]


_PERSON = [
    *_patterns(_VERBS, _IRREGULAR, _NOUNS),
    re.compile(rf"\b(?:{_any(_HELD)}) of (?P<who>@\d+)(?! [’'])"),
    # Khan on attrition; but not: Khan on trial
    re.compile(rf"^(?P<who>@\d+{_OTHERS})(?: , [^,]{{1,60}} ,)? (?:on|about)\b(?! (?:{_any(_NOT_SAID_ON)})\b)"),
]
_BEGINNING = re.compile(r"@|\b\w(?=[^@]{0,40}@)")
"""Where a pattern can begin: at a name, or at a word not far before one ("recommendations from @0")."""
_BODY = _patterns(_BODY_VERBS, _BODY_IRREGULAR, _BODY_NOUNS)
# which analysts expect; a name would be the subject of a noun there: Thys support
_ROLE = [
    re.compile(rf"\b(?:which|what|how many|do|did) (?P<who>@\d+) (?:{_regular(_VERBS, 'e|y|')}|{_any(_IRREGULAR)})\b")
]


def _forms(verbs: str) -> list[str]:
    stems = [(verb, verb.rstrip("ey")) for verb in verbs.split()]
    made = [
        [verb, f"{verb}s", f"{stem}ied" if verb.endswith("y") else f"{stem}ed", f"{stem}ing"] for verb, stem in stems
    ]
    return [form for forms in made for form in forms]


_NEUTRAL = "comment declare mention note observe remark state talk reply respond tweet answer"
"""Verbs that tell that something was said, and nothing of what."""
FORMS = list(
    dict.fromkeys(
        [
            *"say says said did does do has have think thinks thought according".split(),
            *_forms(_NEUTRAL),
            *f"what which who why how {_IRREGULAR} {AUXILIARIES}".split(),
            *_forms(_VERBS),
            *_NOUNS.split(),
        ]
    )
)
"""Words around who is asked, the common ones first."""
NEUTRAL = frozenset(f"{_IRREGULAR} comments remarks statement statements words quote quotes".split()) | frozenset(
    _forms(_NEUTRAL)
)
TELLING = frozenset(_forms(_VERBS)) - NEUTRAL
"""Verbs that also tell what was said: "What does Selim fear?"."""

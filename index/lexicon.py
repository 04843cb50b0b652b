"""Words that the text side knows: what reports speech, what comes before a name, what stands for a person.

They are general English (VerbNet's say, tell and manner-of-speaking classes; the style books of news agencies) and
hold no name of any article. All are lower case; verbs are lemmas.
"""

from __future__ import annotations

import re

SPEECH_VERBS = frozenset(
    """
    accuse acknowledge add address admit advise advocate affirm agree allege announce answer apologise apologize
    appeal applaud argue ask assert assure attest avow bark begin bellow bemoan bet blame blast blog boast brag
    brand broadcast call caution challenge chant characterise characterize chide chime cite claim clarify
    commend comment compare complain concede conclude concur condemn confess confide confirm congratulate
    contend continue contradict counter credit criticise criticize cry declare decree decry deem defend demand
    demur denounce deny deplore describe detail disclose dismiss dispute dub echo elaborate email emphasise
    emphasize enquire enthuse estimate exclaim explain express fume gloat groan growl grumble gush hail
    highlight hint hiss howl imply inform inquire insinuate insist instruct interject interrupt intone invoke
    jest joke label lament laugh lecture liken maintain mention mock mumble murmur muse mutter note object
    observe offer opine order outline plead pledge point ponder portray post praise pray preach predict press
    proclaim promise pronounce propose protest quip quote rant read reason reassure rebuke rebut recall recite
    reckon recommend recount refer refute reiterate reject rejoin relate remark remember remind repeat reply
    report request respond retort reveal ridicule roar rule say scoff scold scream shoot shout shrug sigh signal
    slam snap snarl sneer sob speak specify speculate spit state stress submit suggest sum summarise summarize
    surmise swear tell testify text thank theorise theorize thunder tout trumpet tweet underline underscore urge
    utter venture vow wail warn welcome whisper wonder worry write yell
    """.split()
)
"""Verbs that report what somebody said."""

SAY_VERBS = frozenset(
    """
    acknowledge add admit advise affirm agree allege announce answer argue ask assert bark begin believe bellow
    bemoan blurt boast breathe cackle call caution chant chide chime chirp chorus chuckle claim clarify comment
    complain concede conclude confess confide confirm contend continue counter croak crow cry deadpan declare
    demand deny describe disclose drawl elaborate email emphasise emphasize enthuse exclaim explain fret fume gasp
    giggle go grin groan growl grumble gush hint hiss holler howl implore inform insist interject intone joke
    lament laugh maintain marvel moan mumble murmur muse mutter note object observe offer opine order plead pledge
    point post predict promise propose protest put quip rage rant rasp read reason recall reckon recommend recount
    reflect reiterate rejoin remark remind repeat reply report respond retort reveal roar say scoff scream shout
    shrug sigh sing smile snap snarl sneer snort sob speak speculate stammer state stress suggest summarise
    summarize surmise swear tell testify text theorise theorize think thunder tweet underline underscore urge
    venture volunteer vow wail warn weep whine whisper wonder worry write yell yelp
    """.split()
)
"""Verbs that stand beside a direct quotation."""

_REPORTING_VERBS = frozenset(
    """
    acknowledge add admit advise affirm agree allege announce argue ask assert assure attest bet blog boast brag
    caution charge claim clarify comment complain concede conclude confess confide confirm contend continue
    counter declare decree demand deny disclose elaborate email emphasise emphasize enquire estimate explain
    find forecast go hint imply indicate inform inquire insist joke lament learn maintain mention muse note
    object observe opine order plead pledge point post predict proclaim project promise pronounce propose
    protest question quip read reason reassure recall reckon recommend reiterate relate remark remind repeat
    reply report request respond retort reveal rule say shout show signal specify speculate state stress suggest
    surmise swear tease tell testify text theorise theorize tout tweet underline underscore urge venture vow
    warn whisper wonder worry write
    """.split()
)
BELIEF_VERBS = frozenset(
    """
    assume believe determine doubt expect fear feel hop hope recognise recognize suspect think understand wonder worry
    """.split()
)
"""Stances, not speech: reported only where somebody is their subject. The lemmatizer makes "hop" of "hopes"."""
CLAUSE_VERBS = _REPORTING_VERBS | BELIEF_VERBS | {"texte"}
"""Verbs that take a reported clause ("said the talks had failed"); "texte" is the lemmatizer's for "texted"."""

THING_VERBS = frozenset(
    """
    acknowledge address admit allege announce applaud argue assail assert attack back blast cite claim condemn
    confirm criticise criticize declare decry defend demand denounce deny describe disclose discuss dismiss echo
    emphasise emphasize endorse explain express fault hail insist insult lambast lambaste mention mock note oppose
    outline pledge post praise predict prefer promise propose question raise recall recite recognise recognize
    recommend recount reject repeat report reveal ridicule slam stress suggest tout tweet urge voice vow warn
    welcome
    """.split()
)
"""Verbs whose plain object is what was said ("announced a ceasefire", "questioned his motives")."""

TOPIC_VERBS = {
    "advocate": frozenset(("for",)),
    "agree": frozenset(("on", "with")),
    "argue": frozenset(("for", "against")),
    "boast": frozenset(("of", "about")),
    "call": frozenset(("for",)),
    "campaign": frozenset(("against", "for")),
    "comment": frozenset(("on",)),
    "complain": frozenset(("of", "about")),
    "hint": frozenset(("at",)),
    "joke": frozenset(("about",)),
    "point": frozenset(("to",)),
    "push": frozenset(("for",)),
    "refer": frozenset(("to",)),
    "insist": frozenset(("on",)),
    "react": frozenset(("to",)),
    "speak": frozenset(("about", "of")),
    "talk": frozenset(("about", "of")),
    "warn": frozenset(("of", "about", "against")),
    "write": frozenset(("about",)),
}
"""Verbs that reach what was said by a preposition ("called for calm")."""

TO_VERBS = frozenset(
    """
    advise agree ask beg call claim commit demand encourage implore instruct invite offer order plead pledge promise
    request swear tell threaten urge vow warn
    """.split()
)
"""Verbs that carry what is said as an infinitive ("urged both sides to talk")."""
AS_VERBS = frozenset(
    """
    brand cast characterise characterize cite condemn denounce depict describe dismiss frame hail label paint portray
    refer regard see view
    """.split()
)
"""Verbs that say what something is by "as" ("described him as a coward")."""
NAMING_VERBS = frozenset("brand call deem dub label name".split())
"""Verbs that say it without ("called it a mistake")."""
CHARGING_VERBS = frozenset("accuse attack blame blast charge criticise criticize mock praise slam thank".split())
"""Verbs with whom and what for ("accused them of lying")."""
DOING_VERBS = frozenset("acknowledge admit deny describe mention propose recall recommend report suggest".split())
"""Verbs that carry what is said as a participle ("denied taking bribes")."""

SPEECH_NOUNS = frozenset(
    """
    accusation admission allegation announcement answer argument assertion assessment belief briefing call caption
    claim comment complaint concern contention criticism declaration demand denial description e-mail email fear
    headline interview letter memo mention message motto pledge post prediction promise question release remark reply
    report request response sign slogan speech statement suggestion testimony threat tweet view vow warning word words
    """.split()
)
VIEWS = frozenset("assessment estimation opinion telling view word".split())
"""What somebody's words are set off by: "in her opinion", "in his own words", "was of the view that"."""

CUE_VERBS = (
    SPEECH_VERBS
    | SAY_VERBS
    | CLAUSE_VERBS
    | THING_VERBS
    | TOPIC_VERBS.keys()
    | TO_VERBS
    | AS_VERBS
    | NAMING_VERBS
    | CHARGING_VERBS
    | DOING_VERBS
)
"""Every verb that may be a cue."""

TOPIC_NOUNS = frozenset(
    """
    accusation allegation announcement call claim comment complaint criticism demand description mention promise
    question remark statement suggestion warning
    """.split()
)
"""Nouns of speech that reach what was said by a preposition ("her call for calm")."""
PLAN_NOUNS = frozenset("call demand offer plan plea pledge promise request threat vow".split())
"""Nouns of speech with an infinitive ("his promise to resign")."""

PERSON_PRONOUNS = frozenset("he she him her his hers himself herself".split())
MALE_PRONOUNS = frozenset("he him his himself".split())
FEMALE_PRONOUNS = frozenset("she her hers herself".split())
PLURAL_PRONOUNS = frozenset("they them their theirs themselves".split())
FIRST_PRONOUNS = frozenset("i we me us my our mine ours myself ourselves you your yours".split())
PRONOUNS = (
    PERSON_PRONOUNS
    | PLURAL_PRONOUNS
    | FIRST_PRONOUNS
    | frozenset("it its itself who whom which that this these those".split())
)

TITLES = frozenset(
    """
    acp adm admiral adv advocate alderman alderwoman alhaja alhaji ambassador analyst apostle archbishop archdeacon
    asp assemblyman assemblywoman attorney atty baron baroness barrister bishop brig brigadier brother capt captain
    cardinal cde chairman chairwoman chancellor chief cllr cmdr cmdt coach col colonel commander commodore comrade
    congressman congresswoman constable corporal councillor councilman councilor councilwoman cpl cr dame datin dato
    datuk dcp deacon defence defense deputy detective director dr dsp duchess duke emir emperor encik engr
    evangelist ex-minister ex-president father finance foreign former fr gen general gov governor hafiz hajia hon
    igp imam information insp inspector interior judge justice kagawad king lady late lieutenant lord lt madam
    madame maj major mallam marshal maulana mayor minister miss mme monsignor mr mrs ms msgr mufti mullah mx mzee
    officer otunba pastor pope premier pres president prime prince princess private prof professor puan pvt qari
    queen rabbi rep representative rev reverend secretary sen senator sergeant sgt sheikh sheikha sheriff shri
    shrimati sir sister smt speaker spokesman spokesperson spokeswoman ssp sultan superintendent supt swami tengku
    thiru tunku ustad ustadz ustaz ven vice vice-admiral vice-president
    """.split()
)
"""Words before a name that are not part of it."""

HONORIFICS = frozenset(
    """
    adm alhaja alhaji atty capt cde cllr cmdr col cpl dame datin dato datuk dr engr gen gov hajia hon insp lady lord
    lt maj miss mme mr mrs ms msgr mx otunba pres prof pvt rep rev sen sgt shri shrimati sir smt supt
    """.split()
)

MALE_WORDS = frozenset(
    """
    actor alhaji anchorman baron bishop boy boyfriend brother businessman cameraman cardinal chairman congressman
    councilman dad duke emperor encik father fiancé fireman fisherman gentleman grandfather grandson husband imam
    king lord mallam man monk mr nephew policeman pope prince rabbi salesman sheikh shri sir son spokesman
    stepfather stepson sultan uncle waiter widower
    """.split()
)
FEMALE_WORDS = frozenset(
    """
    actress alhaja aunt baroness businesswoman chairwoman congresswoman councilwoman dame datin daughter duchess
    fiancée girl girlfriend granddaughter grandmother hajia lady miss mme mom mother mrs ms mum niece nun
    policewoman princess puan queen shrimati sister smt spokeswoman stepdaughter stepmother waitress widow wife
    woman
    """.split()
)
"""Nouns that say what somebody is, and with it the pronoun that stands for her or him."""

PERSON_NOUNS = (
    MALE_WORDS
    | FEMALE_WORDS
    | frozenset(
        """
        accountant activist actor adviser advisor agent aide ally ambassador analyst architect artist
        assistant associate athlete attorney author banker biologist boss campaigner candidate captain
        chair chairperson chairwoman chef chief citizen cleric clerk climatologist co-author co-founder
        coach cofounder colleague columnist commander commentator commissioner commuter congressperson
        conservationist consultant contender coordinator correspondent councillor counsel counselor
        critic customer dean defendant delegate deputy designer detective developer diplomat director
        doctor driver ecologist economist editor educator employee engineer entrepreneur envoy
        epidemiologist executive expert farmer father fellow filmmaker firefighter fisherman founder
        friend general geologist governor guard guide head historian host immigrant insider inspector
        instructor investigator investor journalist judge justice landlady landlord lawmaker lawyer
        leader lecturer legislator librarian lieutenant lobbyist manager mayor mediator member mep
        merchant migrant militant minister missionary mla mp msp musician negotiator neighbor neighbour
        neuroscientist nominee novelist nurse observer officer official operative opponent organiser
        organizer owner painter paramedic parent partner passenger pastor patient pediatrician
        philosopher photographer physician physicist pilot planner player poet police politician
        pollster premier presenter president priest principal prisoner producer professor prosecutor
        protester psychiatrist psychologist publisher refugee reporter representative rescuer researcher
        resident retiree rival scholar scientist secretary senator senior sheriff shopkeeper singer
        skipper sociologist soldier source speaker specialist spokesperson staffer strategist student
        superintendent supervisor supporter surgeon survivor teacher technician tenant tourist trader
        trainer treasurer trustee undersecretary vet veteran victim villager virologist volunteer voter
        warden whistleblower witness worker writer zoologist
    """.split()
    )
)
"""Nouns for one person."""

GROUP_NOUNS = frozenset(
    """
    administration agency alliance army association authorities authority bank board body bureau cabinet
    campaign charity church club coalition college commission committee community company congress consortium
    corporation council court department embassy federation firm force forces foundation government group
    hospital institute institution junta kremlin league legislature magazine media military ministry mission
    movement navy network news newspaper ngo office opposition organisation organization outlet panel parliament
    party pentagon police poll polls post press regime regulator report school senate service side spokespeople
    staff state study survey taliban team think-tank times tribunal union university watchdog website
    white-house
    """.split()
)
"""Nouns for bodies that speak as one."""


RETIRED = frozenset("retd ret'd ret rtd retired".split())
"""What stands in brackets between a rank and a name ("Maj Gen (retd) Inam Haq")."""


def is_retired(words: str) -> bool:
    """Whether the words are one of these in its brackets."""
    return words[:1] == "(" and words[-1:] == ")" and words[1:-1].strip(" .").lower() in RETIRED


def is_person_noun(lemma: str) -> bool:
    """Whether the noun stands for one person: one of PERSON_NOUNS, or made like "crewman", "saleswoman"."""
    word = lemma.lower()
    return word in PERSON_NOUNS or (len(word) > 5 and word.endswith(("man", "woman", "person", "ologist", "ographer")))


_IRREGULAR = {
    "say": "said",
    "tell": "told",
    "write": "wrote",
    "think": "thought",
    "speak": "spoke",
    "begin": "began",
    "go": "went",
    "read": "read",
    "put": "put",
    "quip": "quipped",
    "sing": "sang",
    "grin": "grinned",
    "swear": "swore",
    "weep": "wept",
    "admit": "admitted",
    "snap": "snapped",
}


def finite_forms(verb: str) -> tuple[str, str]:
    """Third person and past of an English verb ("replies", "replied")."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        third, past = verb[:-1] + "ies", verb[:-1] + "ied"
    elif verb.endswith(("s", "sh", "ch", "x", "o")):
        third, past = verb + "es", verb + "ed"
    else:
        third, past = verb + "s", verb + ("d" if verb.endswith("e") else "ed")
    return third, _IRREGULAR.get(verb, past)


SAY_FORMS = frozenset(form for verb in SAY_VERBS for form in finite_forms(verb))
"""Finite forms of the verbs beside direct quotations."""
_SPEECH_FORMS = re.compile(rf"\b(?:{'|'.join(sorted(SAY_FORMS))})\b")
_GOING_ON = frozenset("about and as at because but by for from if in of on or that to when while with".split())
"""Words that go on with the sentence that was quoted (“If nobody stops them” in May, she said, ...)."""
_SUBJECT_WORDS = 8
"""Words of a subject at most ("a senior aide to the prime minister said")."""


def follows_as_speech(narration: str) -> bool:
    """Whether narration right after a closing mark goes on with who spoke ("Trump asked.", "a senior aide told us").

    Used where the quotation ends in a question or exclamation mark and no small letter shows that the sentence goes on.
    """
    found = _SPEECH_FORMS.search(narration[:80])
    if found is None:
        return False
    subject = narration[: found.start()]
    if subject.split(" ", 1)[0] in _GOING_ON:
        return False
    return not any(stop in subject for stop in ".;:?!\n") and len(subject.split()) <= _SUBJECT_WORDS

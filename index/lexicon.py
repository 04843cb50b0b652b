"""Words that the text side knows: what reports speech, what comes before a name, what stands for a person.

They are general English (VerbNet's say, tell and manner-of-speaking classes; the style books of news agencies) and
hold no name of any article. All are lower case; verbs are lemmas.
"""

from __future__ import annotations

import re

SPEECH_VERBS = frozenset(
    """
    accuse acknowledge add address admit advise affirm agree allege announce answer appeal argue ask assert assure avow
    bark begin bellow bemoan blame blast blog boast brag broadcast call caution challenge chant chide chime claim clarify
    comment complain concede conclude confess confide confirm contend continue counter cry declare decry defend demand
    denounce deny describe detail disclose dismiss dispute echo elaborate email emphasise emphasize enthuse estimate exclaim
    explain express fume gloat groan grumble growl gush hint hiss howl imply inform insinuate insist instruct interject
    interrupt intone jest joke lament laugh lecture maintain mention mumble murmur muse mutter note object observe offer
    opine order plead pledge point ponder post praise pray preach predict press proclaim promise pronounce propose protest
    quip quote rant read reason reassure rebut recall recite reckon recommend recount refute reiterate rejoin relate remark
    remember remind repeat reply report request respond retort reveal roar rule say scoff scold scream shoot shout shrug sigh slam
    snap snarl sneer sob speak specify speculate spit state stress submit suggest summarise summarize surmise swear tell
    testify text theorise theorize thunder tweet underline underscore urge utter venture vow wail warn whisper wonder
    worry write yell criticise criticize condemn mock joke label brand dub characterise characterize portray compare
    advocate apologise apologize applaud attest bet conclude congratulate cite credit caution commend concur contradict
    credit decree deem demur deplore enquire inquire hail highlight invoke liken outline rebuke reject refer ridicule
    signal sum thank tout trumpet welcome
    """.split()
)
"""Verbs that report what somebody said."""

SAY_VERBS = frozenset(
    """
    say tell add write tweet continue ask reply respond answer declare state explain note recall conclude argue warn insist
    admit acknowledge announce claim observe remark comment shout yell cry exclaim joke quip stress recount repeat reiterate
    concede contend maintain post promise pledge vow suggest predict confirm read go begin
    caution complain confess counter interject muse object opine protest retort reveal snap whisper wonder assert boast
    lament mutter plead point put testify urge call describe think believe report text email chant agree advise emphasise
    emphasize clarify elaborate affirm allege confide disclose fume groan hint inform laugh offer propose remind shrug sigh speak
    underline underscore venture recommend summarise summarize rejoin deny reckon demand order scoff thunder scream roar bark
    """.split()
)
"""Verbs that stand beside a direct quotation."""

CLAUSE_VERBS = frozenset(
    """
    say tell add write tweet note argue claim suggest report announce acknowledge warn insist admit explain declare state
    reveal recall predict contend confirm conclude concede allege assert maintain promise vow pledge reply respond observe
    remark stress emphasise emphasize reiterate repeat complain boast brag caution clarify comment confess confide counter deny disclose
    estimate hint imply indicate inform lament mention muse opine point post protest quip reason reassure reckon relate
    remind retort shout signal specify speculate surmise swear testify text underline underscore venture whisper wonder
    worry assure advise affirm agree propose recommend joke tout proclaim pronounce tease propose email blog continue
    demand ask inquire enquire question urge order request write theorise theorize attest bet charge read go elaborate object
    plead decree rule find learn show estimate project forecast
    believe think hope expect fear feel doubt consider know hold understand suspect assume see
    """.split()
)
"""Verbs that take a reported clause ("said the talks had failed"); the last line holds stances, see BELIEF_VERBS."""

BELIEF_VERBS = frozenset(
    "believe think hope expect fear feel doubt consider know hold understand suspect assume see worry wonder".split()
)
"""Stances, not speech: reported only where somebody is their subject, and trusted less."""

OBJECT_VERBS = frozenset(
    """
    accuse describe call label brand dub characterise characterize portray denounce condemn criticise criticize blast
    slam mock reject dismiss deny promise pledge announce demand propose cite urge ask tell warn invite advise order
    compare blame praise quote defend outline invoke question express recommend hail claim predict
    """.split()
)
"""Verbs whose object or complement is what was said ("called it a mistake", "urged both sides to talk")."""

SPEECH_NOUNS = frozenset(
    """
    statement message tweet letter email e-mail post interview speech remark comment claim warning assertion allegation
    announcement declaration argument contention suggestion complaint testimony reply response answer question report
    briefing memo release caption slogan headline sign motto word words pledge promise vow
    """.split()
)

PERSON_PRONOUNS = frozenset("he she him her his hers himself herself".split())
MALE_PRONOUNS = frozenset("he him his himself".split())
FEMALE_PRONOUNS = frozenset("she her hers herself".split())
PLURAL_PRONOUNS = frozenset("they them their theirs themselves".split())
FIRST_PRONOUNS = frozenset("i we me us my our mine ours myself ourselves you your yours".split())
PRONOUNS = PERSON_PRONOUNS | PLURAL_PRONOUNS | FIRST_PRONOUNS | frozenset("it its itself who whom which that this these those".split())

TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof sir dame lord lady sheikh sheikha hon rev fr father sister brother imam rabbi bishop
    archbishop cardinal pope king queen prince princess duke duchess baron baroness emperor sultan emir
    sen senator rep representative gov governor pres president vice vice-president mayor premier chancellor
    minister secretary ambassador judge justice attorney general gen lt lieutenant col colonel maj major capt captain
    cmdr commander adm admiral sgt sergeant cpl corporal pvt private officer detective chief inspector superintendent sheriff
    constable professor coach councillor councilor councilman councilwoman congressman congresswoman speaker chairman
    chairwoman director analyst spokesman spokeswoman spokesperson deputy prime foreign defence defense interior
    finance information former ex-president ex-minister late
    """.split()
)
"""Words before a name that are not part of it."""

HONORIFICS = frozenset(
    "mr mrs ms miss mx dr prof sir dame lord lady hon rev sen rep gov pres gen lt col maj capt cmdr adm sgt cpl pvt".split()
)

MALE_WORDS = frozenset(
    """
    mr sir lord king prince duke baron emperor sultan sheikh father brother son husband uncle grandfather nephew man boy
    gentleman widower imam pope rabbi spokesman chairman congressman businessman policeman fireman salesman councilman
    anchorman cameraman fisherman actor waiter bishop cardinal monk stepfather stepson boyfriend fiancé dad
    """.split()
)
FEMALE_WORDS = frozenset(
    """
    mrs ms miss lady dame queen princess duchess baroness mother sister daughter wife aunt grandmother niece woman girl
    widow spokeswoman chairwoman congresswoman businesswoman policewoman councilwoman actress waitress nun stepmother
    stepdaughter girlfriend fiancée mum mom
    """.split()
)
"""Nouns that say what somebody is, and with it the pronoun that stands for her or him."""

PERSON_NOUNS = (
    MALE_WORDS
    | FEMALE_WORDS
    | frozenset(
        """
    accountant activist actor adviser advisor agent aide ally ambassador analyst architect artist assistant associate
    athlete attorney author banker biologist boss campaigner candidate captain chairperson chair chief chef citizen cleric
    climatologist clerk co-author coach co-founder cofounder colleague columnist commander commentator commissioner
    congressperson conservationist consultant coordinator correspondent councillor counsel counselor critic dean defendant
    delegate deputy designer detective developer diplomat director doctor driver ecologist economist editor educator employee
    engineer entrepreneur epidemiologist executive expert farmer father fellow filmmaker firefighter fisherman founder friend
    general geologist governor guard guide head historian host immigrant inspector instructor investigator investor
    journalist judge justice lawmaker lawyer leader lecturer legislator librarian lieutenant lobbyist manager mayor mediator
    member merchant migrant militant minister missionary mp musician negotiator neighbor neighbour neuroscientist novelist
    nurse observer officer official officer operative opponent organiser organizer owner painter paramedic parent
    partner passenger pastor patient pediatrician philosopher photographer physician physicist pilot planner player poet
    police politician pollster premier presenter president priest principal prisoner producer professor prosecutor
    protester psychiatrist psychologist publisher refugee reporter representative rescuer researcher resident retiree
    scholar scientist secretary senator senior sheriff shopkeeper singer sociologist soldier source speaker specialist
    spokesperson staffer strategist student supervisor supporter surgeon survivor teacher technician tenant tourist
    trader trainer trustee veteran vet victim villager virologist volunteer voter witness worker writer zoologist
    nominee contender rival insider organizer superintendent treasurer warden whistleblower commuter customer
    """.split()
    )
)
"""Nouns for one person."""

GROUP_NOUNS = frozenset(
    """
    administration agency alliance army association authority authorities board body bank bureau cabinet campaign charity
    church club coalition college commission committee community company congress consortium corporation council court
    department embassy federation firm force forces foundation government group hospital institute institution
    junta kremlin league legislature magazine media military ministry mission movement navy network news newspaper
    ngo office opposition organisation organization outlet panel parliament party police pentagon polls poll post
    press regime regulator report school senate service side spokespeople staff state study survey taliban team think-tank
    times tribunal union university white-house watchdog website
    """.split()
)
"""Nouns for bodies that speak as one."""


_SPEECH_FORMS = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|t(?:old|ells?|elling)|wr(?:ote|ites?|iting)|add(?:ed|s|ing)?|ask(?:ed|s|ing)?|"
    r"repl(?:ied|ies|ying)|(?:tweet|respond|answer|continu|declar|stat|explain|not|recall|conclud|argu|warn|insist|"
    r"admitt|acknowledg|announc|claim|observ|remark|comment|shout|yell|cri|exclaim|jok|quipp|stress|recount|repeat|"
    r"reiterat|conced|contend|maintain|post|promis|suggest|predict|confirm|asks|wonder|mus|snapp|retort|complain)"
    r"(?:ed|es|s|ing))\b"
)


def follows_as_speech(narration: str) -> bool:
    """Whether narration right after a closing mark goes on with who spoke ("Trump asked.", "a senior aide told us").

    Used where the quotation ends in a question or exclamation mark and no small letter shows that the sentence goes on.
    """
    head = narration[:80]
    found = _SPEECH_FORMS.search(head)
    return bool(found) and not any(stop in head[: found.start()] for stop in ".;:?!\n") and len(head[: found.start()].split()) <= 8

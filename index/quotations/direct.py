"""Direct quotations: a sieve of steps from sure to unsure that gives each quoted utterance its cue and its source.

    label       Khan: “...”                          the mention alone before a colon
    cue         “...,” he told / Khan said: “...”    a reporting word beside the marks
    colon       his message: “...”                   a colon, and a noun or subject before it
    dash        “...” — Tariq Khan                   the name behind a dash
    paragraph   “...,” he said. “...”                another utterance, or the sentence before, in the same paragraph
    continued   “...                                 the paragraph before was quoted and goes on here
    introduced  Khan outlined his terms. ¶ “...”     the paragraph before speaks of somebody

The first step that answers decides. Steps look at marks, parse and order alone; who is meant is for
`index.speakers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.document import Block, Document, Quoted, Sentence
from index.lexicon import (
    GROUP_NOUNS,
    PERSON_PRONOUNS,
    PLURAL_PRONOUNS,
    SAY_VERBS,
    SPEECH_NOUNS,
    SPEECH_VERBS,
    is_person_noun,
)
from index.quotations.cues import Cue, find_cues
from index.quotations.sources import mention_range, source_of
from index.types import Article, Quotation, Span

_NOT_SPEAKERS = frozenset(
    ("DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "EVENT", "LAW", "LANGUAGE")
)
_ENDS = ".?!…"
_DASHES = " \t\xa0-—–―~"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step found: the cue, the mention of the source, and the step's name."""

    step: str
    source: Span | None
    cue: Span | None = None


@dataclass(slots=True)
class Piece:
    """One quoted utterance in its sentence; `first:last` are the tokens that stand for it there."""

    block: Block
    sentence: Sentence
    quoted: Quoted
    first: int
    last: int
    cues: Sequence[Cue]
    finding: Finding | None = field(default=None)


def find_direct(document: Document) -> list[Quotation]:
    """Every direct quotation of the article in order, with cue and source where a step finds them."""
    article = document.article
    paragraphs = [(block, _pieces(block)) for block in document.body]
    for _, pieces in paragraphs:
        for piece in pieces:
            piece.finding = (
                _label(article, piece) or _cue(article, piece) or _colon(article, piece) or _dash(article, piece)
            )
    before: list[Piece] = []
    previous: Block | None = None
    for block, pieces in paragraphs:
        _share(article, block, pieces)
        if pieces and pieces[0].finding is None and previous is not None:
            found = _continued(pieces[0], before) or _introduced(article, pieces[0], previous)
            pieces[0].finding = found
            for piece in pieces[1:]:
                if piece.finding is None and found is not None:
                    piece.finding = Finding("paragraph", found.source)
        previous, before = block, pieces
    return [quotation for _, pieces in paragraphs for quotation in _joined(article, pieces)]


def _pieces(block: Block) -> list[Piece]:
    found = []
    for sentence in block.sentences:
        cues = find_cues(sentence) if sentence.utterances else ()
        for quoted in dict.fromkeys(sentence.utterances.values()):
            tokens = [i for i, q in sentence.utterances.items() if q is quoted]
            found.append(Piece(block, sentence, quoted, min(tokens), max(tokens), cues))
    return found


def _mention(article: Article, sentence: Sentence, head: int) -> Span:
    first, last = mention_range(sentence.parse, head)
    return sentence.span(article, first, last)


def _label(article: Article, piece: Piece) -> Finding | None:
    parse = piece.sentence.parse
    words = [t for t in parse[: piece.first] if not t.is_punct and not t.is_space and t.text != '"']
    if not 0 < len(words) <= 5 or not _follows_colon(piece):
        return None
    if any(t.pos_ in ("VERB", "AUX") and t.tag_ not in ("VBG", "VBN") for t in words):
        return None
    if words[-1].tag_ not in ("NNP", "NNPS") or not all(
        t.tag_ in ("NNP", "NNPS", "NN", "DT", "POS", "JJ") for t in words
    ):
        return None
    return Finding("label", piece.sentence.span(article, words[0].i, words[-1].i))


def _cue(article: Article, piece: Piece) -> Finding | None:
    rated = [(rating, -abs(cue.at - piece.first), cue) for cue in piece.cues if (rating := _beside(piece, cue)) > 0]
    if not rated:
        return None
    cue = max(rated, key=lambda r: r[:2])[2]
    if cue.source is None:
        return None
    source = _mention(article, piece.sentence, cue.source)
    return Finding("cue", source, piece.sentence.span(article, cue.first, cue.last))


def _beside(piece: Piece, cue: Cue) -> float:
    """How well the cue fits the utterance: 3 right behind, 2.5 right before, less with words between, 0 not at all."""
    parse = piece.sentence.parse
    if cue.token.pos_ == "NOUN" and cue.lemma in SPEECH_NOUNS:
        return 0.0  # the step for colons reads these
    if cue.lemma not in SAY_VERBS and not (
        cue.token.lower_ == "according" or _governs(piece, cue) or _follows_colon(piece)
    ):
        return 0.0
    if cue.at > piece.last:
        return _behind(piece, cue)
    between = [t for t in parse[cue.last + 1 : piece.first] if not t.is_punct and not t.is_space and t.text != '"']
    others = [i for i in range(cue.last + 1, piece.first) if i in piece.sentence.utterances]
    if others:
        return 0.3 if len(between) < 20 and not _a_verb_between(piece, cue) else 0.0
    if _a_verb_between(piece, cue):
        return 0.0
    introduced = not between or parse[piece.first - 1].text in (",", ":", "-", "—", "that", "--")
    if not introduced and not _governs(piece, cue):
        return 0.4 if len(between) <= 3 else 0.0
    return max(0.5, 2.5 - 0.1 * len(between)) + _governs(piece, cue)


def _behind(piece: Piece, cue: Cue) -> float:
    parse = piece.sentence.parse
    if any(i in piece.sentence.utterances for i in range(piece.last + 1, cue.at)):
        return 0.0
    of_source: set[int] = set()
    if cue.source is not None:
        of_source = {t.i for t in parse[cue.source].subtree} | set(range(*mention_range(parse, cue.source)))
        if cue.source > piece.last and any(
            t.pos_ in ("SCONJ", "VERB") or t.lower_ in ("when", "as", "after", "while", "where")
            for t in parse[piece.last + 1 : min(cue.at, *of_source)]
            if t.i != cue.at
        ):
            return 0.0
    stray = sum(
        1
        for t in parse[piece.last + 1 : cue.at]
        if not t.is_punct
        and not t.is_space
        and t.text != '"'
        and t.i not in of_source
        and t.pos_ not in ("ADV", "AUX", "PART")
    )
    return max(0.0, 3.0 - 0.6 * stray) + _governs(piece, cue)


def _governs(piece: Piece, cue: Cue) -> bool:
    """Whether the parse makes the utterance the complement of the cue."""
    root = piece.sentence.parse[piece.first : piece.last + 1].root
    return root.head.i == cue.at or (cue.token.head.i == root.i and cue.token.dep_ in ("parataxis", "ccomp", "dep"))


def _a_verb_between(piece: Piece, cue: Cue) -> bool:
    for token in piece.sentence.parse[cue.last + 1 : piece.first]:
        if token.i in piece.sentence.utterances or token.pos_ != "VERB":
            continue
        if token.tag_ in ("VBD", "VBZ", "VBP") and token.dep_ not in ("relcl", "advcl", "acl", "ccomp"):
            return True
        if token.lemma_.lower() in SAY_VERBS and token.tag_ == "VBG":
            return True
    return False


def _follows_colon(piece: Piece) -> bool:
    i = piece.first - 1
    while i >= 0 and (piece.sentence.parse[i].text == '"' or piece.sentence.parse[i].is_space):
        i -= 1
    return i >= 0 and piece.sentence.parse[i].text == ":"


def _colon(article: Article, piece: Piece) -> Finding | None:
    if not _follows_colon(piece):
        return None
    parse = piece.sentence.parse
    owners = [cue for cue in piece.cues if cue.at < piece.first and cue.token.pos_ == "NOUN" and cue.source is not None]
    if owners:
        cue = owners[-1]
        assert cue.source is not None
        span = piece.sentence.span(article, cue.first, cue.last)
        return Finding("colon", _mention(article, piece.sentence, cue.source), span)
    verbs = [t for t in parse[: piece.first] if t.pos_ in ("VERB", "AUX") and t.i not in piece.sentence.utterances]
    for verb in reversed(verbs):
        source = source_of(piece.sentence, verb)
        if source is not None and source < piece.first and can_speak(piece.sentence, source):
            return Finding("colon", _mention(article, piece.sentence, source))
    return None


def _dash(article: Article, piece: Piece) -> Finding | None:
    """A name behind a dash that closes the paragraph."""
    text, block = article.text, piece.block
    behind = text[piece.quoted.end : block.paragraph.end]
    name = behind.lstrip()
    if not name or name[0] not in _DASHES.strip():
        return None
    name = name.lstrip(_DASHES).rstrip()
    words = name.split()
    if not words or len(words) > 12 or not words[0][0].isupper() or name[-1] in "?!":
        return None
    cut = next((i for i, c in enumerate(name) if c in ",;(" or (c == "." and i == len(name) - 1)), len(name))
    start = piece.quoted.end + behind.index(name[:1], len(behind) - len(behind.lstrip(_DASHES)))
    return Finding("dash", article.span(start, start + len(name[:cut].rstrip())))


def _share(article: Article, block: Block, pieces: Sequence[Piece]) -> None:
    """Fill in, from the same paragraph, the findings that no surer step made."""
    order = {id(sentence): i for i, sentence in enumerate(block.sentences)}
    later: Piece | None = None
    nearest: list[Piece | None] = []
    for piece in reversed(pieces):
        nearest.append(later)
        later = piece if piece.finding is not None and piece.finding.step == "cue" else later
    earlier: Piece | None = None
    for piece, behind in zip(pieces, reversed(nearest), strict=True):
        if piece.finding is None:
            since = -1 if earlier is None else order[id(earlier.sentence)]
            told = block.sentences[since + 1 : order[id(piece.sentence)]][-1:]
            piece.finding = _paragraph(article, piece, told, earlier, behind)
        earlier = piece if piece.finding is not None else earlier


def _paragraph(
    article: Article, piece: Piece, told: Sequence[Sentence], earlier: Piece | None, later: Piece | None
) -> Finding | None:
    """The sentence right before, the utterance before, the rest of its own sentence, or the utterance behind."""
    for sentence in told:
        source = None if sentence.utterances else spoken_of(sentence)
        if source is not None:
            return Finding("paragraph", _mention(article, sentence, source))
    if earlier is not None and earlier.finding is not None:
        return Finding("paragraph", earlier.finding.source)
    own = spoken_of(piece.sentence)
    if own is not None:
        return Finding("paragraph", _mention(article, piece.sentence, own))
    if later is not None and later.finding is not None:
        return Finding("paragraph", later.finding.source)
    return None


def _continued(piece: Piece, before: Sequence[Piece]) -> Finding | None:
    """A paragraph that opens with a mark goes on with the speaker whose utterance ended the one before."""
    if not before or piece.quoted.start != piece.block.paragraph.start:
        return None
    last = before[-1]
    if last.finding is None:
        return None
    behind = [s for s in last.block.sentences if s.start > last.sentence.start and not s.utterances]
    if behind and spoken_of(behind[-1]) is not None and last.quoted.closed:
        return None
    return Finding("continued", last.finding.source)


def _introduced(article: Article, piece: Piece, previous: Block) -> Finding | None:
    """The paragraph right before speaks of somebody, and this one opens with his or her words."""
    if piece.block.index != previous.index + 1:
        return None
    for sentence in reversed(previous.sentences[-2:]):
        source = spoken_of(sentence)
        if source is not None:
            return Finding("introduced", _mention(article, sentence, source))
    return None


def spoken_of(sentence: Sentence) -> int | None:
    """Whom a sentence of narration speaks of: the source of its last cue, else the subject of its main verb."""
    for cue in reversed(find_cues(sentence)):
        if cue.source is None or cue.token.dep_ not in ("ROOT", "conj"):
            continue
        if cue.lemma in SPEECH_VERBS or can_speak(sentence, cue.source):
            return cue.source
    for token in sentence.parse:
        if token.dep_ == "ROOT" and token.i not in sentence.utterances:
            source = source_of(sentence, token)
            if source is not None and can_speak(sentence, source):
                return source
    return None


def can_speak(sentence: Sentence, head: int) -> bool:
    """Whether the noun can be a source: a pronoun for people, a name that is no date or sum, a noun for people."""
    token = sentence.parse[head]
    if token.i in sentence.utterances:
        return False
    if token.lower_ in PERSON_PRONOUNS | PLURAL_PRONOUNS or token.lower_ == "who":
        return True
    if token.tag_ in ("NNP", "NNPS"):
        return token.ent_type_ not in _NOT_SPEAKERS
    if any(child.dep_ == "appos" and child.tag_ in ("NNP", "NNPS") for child in token.children):
        return True
    return is_person_noun(token.lemma_) or token.lemma_.lower() in GROUP_NOUNS


def _joined(article: Article, pieces: Sequence[Piece]) -> list[Quotation]:
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _goes_on(article, groups[-1][-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_quotation(article, group) for group in groups]


def _goes_on(article: Article, piece: Piece, later: Piece) -> bool:
    """Whether `later` is the rest of the same quoted sentence ("“...,” he said, “...”")."""
    between = article.text[piece.quoted.end : later.quoted.start].rstrip()
    if piece.sentence is not later.sentence or not between or len(between.split()) > 15:
        return False
    inner = article.text[piece.quoted.inner_start : piece.quoted.inner_end]
    if between[-1] in _ENDS + ":" or inner[-1] in _ENDS:
        return False
    mine, theirs = piece.finding, later.finding
    return mine is not None and (theirs is None or theirs.cue is None or theirs.cue == mine.cue)


def _quotation(article: Article, group: Sequence[Piece]) -> Quotation:
    spans = tuple(article.span(p.quoted.inner_start, p.quoted.inner_end) for p in group)
    finding = group[0].finding
    if finding is None:
        return Quotation(article.id, "direct", spans)
    return Quotation(article.id, "direct", spans, finding.cue, finding.source, finding.step)

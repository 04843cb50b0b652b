"""Direct quotations: a sieve of steps from sure to unsure that gives each quoted utterance its cue and its source.

    label       Khan: “...”                          the mention alone before a colon
    cue         “...,” he told / Khan said: “...”    a reporting word beside the marks
    noun        “...” was how Khan put it            a noun for words behind the marks, and whose they are
    colon       his message: “...”                   a colon, and a noun or subject before it
    verbless    Enter Khan: “...”                    a colon, and somebody before it
    dash        “...” — Tariq Khan                   the name behind a dash or in brackets
    signed      “...” ¶ — Tariq Khan, mayor          the line below that names whose it is
    announced   She wrote: ¶ “...”                   the paragraph before ends in a colon
    paragraph   “...,” he said. “...”                another utterance, or the sentence before, in the same paragraph
    turn        “Why?” he asked. ¶ “...”             two who speak by turns
    continued   “...                                 the paragraph before was quoted and goes on here
    introduced  Khan outlined his terms. ¶ “...”     the paragraph before speaks of somebody

The first step that answers decides. Steps look at marks, parse and order alone; who is meant is for
`index.speakers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.document import Block, Document, Sentence
from index.lexicon import SAY_VERBS, SPEECH_NOUNS
from index.quotations.apart import dash, is_bare, signed
from index.quotations.cues import Cue
from index.quotations.pieces import Finding, Piece, follows_colon, mention_of, pieces_of, spoken_of
from index.quotations.sources import mention_range
from index.quotations.verbless import announced, colon, noun, verbless
from index.types import Article, Quotation, Span

_STEPS = (colon, verbless, dash)
_REPLIES = frozenset("answer ask counter demand enquire inquire interject reply respond retort".split())
LONGEST_TURN = 40
"""Words of a paragraph at most that may be a turn in a conversation."""
_ENDS = ".?!…"


def find_direct(document: Document) -> list[Quotation]:
    """Every direct quotation of the article in order, with cue and source where a step finds them."""
    article = document.article
    paragraphs = [(block, pieces_of(block)) for block in document.body]
    for _, pieces in paragraphs:
        for piece in pieces:
            piece.finding = next(
                (found for step in (_label, _cue, noun, *_STEPS) if (found := step(article, piece)) is not None), None
            )
    _sign(document, paragraphs)
    _run_on(paragraphs)
    before: list[Sequence[Piece]] = []
    previous: Block | None = None
    for block, pieces in paragraphs:
        if pieces and pieces[0].finding is None and previous is not None and _opens(pieces[0]):
            pieces[0].finding = announced(article, previous) if block.index == previous.index + 1 else None
        _share(article, block, pieces)
        if pieces and pieces[0].finding is None and previous is not None:
            last = before[-1] if before and before[-1][0].block is previous else ()
            found = (
                _turn(article, pieces[0], before)
                or _continued(pieces[0], last)
                or _introduced(article, pieces[0], previous)
            )
            pieces[0].finding = found
            for piece in pieces[1:]:
                if piece.finding is None and found is not None:
                    piece.finding = Finding("paragraph", found.source)
        previous = block
        before = [*before[-2:], pieces] if pieces else before
    return [quotation for _, pieces in paragraphs for quotation in _joined(article, pieces)]


def _opens(piece: Piece) -> bool:
    return piece.quoted.start == piece.block.paragraph.start


def _sign(document: Document, paragraphs: Sequence[tuple[Block, Sequence[Piece]]]) -> None:
    """Give paragraphs that are quotation alone to whom the line below names, with those before left open to them."""
    article = document.article
    below = {block.index - 1: block for block in document.blocks}
    found: Finding | None = None
    for block, pieces in reversed(paragraphs):
        runs_on = found is not None and pieces and not pieces[-1].quoted.closed
        if not pieces or any(piece.finding is not None for piece in pieces) or not is_bare(article, block):
            found = None
        elif not runs_on:
            found = signed(article, below[block.index]) if block.index in below else None
        if found is not None:
            for piece in pieces:
                piece.finding = found


def _label(article: Article, piece: Piece) -> Finding | None:
    if not follows_colon(piece):
        return None
    parse = piece.sentence.parse
    words = [t for t in parse[: piece.first] if not t.is_punct and not t.is_space and t.text != '"']
    if not 0 < len(words) <= 5:
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
    source = _between(article, piece, cue) if cue.source is None else mention_of(article, piece.sentence, cue.source)
    if source is None:
        return None
    return Finding("cue", source, piece.sentence.span(article, cue.first, cue.last))


def _between(article: Article, piece: Piece, cue: Cue) -> Span | None:
    """The words between utterance and verb where the parser has no noun among them ("the 77-year-old said")."""
    tokens = [t for t in piece.sentence.parse[piece.last + 1 : cue.at] if t.i not in piece.sentence.utterances]
    while tokens and (tokens[0].is_punct or tokens[0].is_space):
        tokens = tokens[1:]
    plain = all(t.pos_ not in ("VERB", "AUX", "PUNCT") or t.text == "-" for t in tokens)
    if not 2 <= len(tokens) <= 9 or tokens[0].tag_ not in ("DT", "PRP$") or not plain:
        return None
    return piece.sentence.span(article, tokens[0].i, tokens[-1].i)


def _beside(piece: Piece, cue: Cue) -> float:
    """How well the cue fits the utterance: 3 right behind, 2.5 right before, less with words between, 0 not at all."""
    parse = piece.sentence.parse
    if cue.token.pos_ == "NOUN" and cue.lemma in SPEECH_NOUNS:
        return 0.0  # the step for colons reads these
    if cue.lemma not in SAY_VERBS and not (
        cue.token.lower_ == "according" or _governs(piece, cue) or follows_colon(piece)
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


def _share(article: Article, block: Block, pieces: Sequence[Piece]) -> None:
    """Fill in, from the same paragraph, the findings that no surer step made."""
    order = {id(sentence): i for i, sentence in enumerate(block.sentences)}
    own = {id(piece.sentence): piece.sentence for piece in pieces if piece.finding is None}
    spoken = {key: spoken_of(sentence) for key, sentence in own.items()}
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
            piece.finding = _paragraph(article, piece, told, earlier, behind, spoken)
        earlier = piece if piece.finding is not None else earlier


def _paragraph(
    article: Article,
    piece: Piece,
    told: Sequence[Sentence],
    earlier: Piece | None,
    later: Piece | None,
    spoken: Mapping[int, int | None],
) -> Finding | None:
    """The sentence right before, the utterance before, the rest of its own sentence, or the utterance behind."""
    own_words = [t for t in piece.sentence.parse[: piece.first] if t.i not in piece.sentence.utterances]
    # "News travelled. By noon there was a sign: “Shame.”" tells of the sign.
    another = follows_colon(piece) and any(t.tag_ in ("VBD", "VBZ", "VBP") for t in own_words)
    for sentence in told:
        source = None if sentence.utterances or another else spoken_of(sentence)
        if source is not None:
            return Finding("paragraph", mention_of(article, sentence, source))
    if another and spoken[id(piece.sentence)] is None:
        return None
    if earlier is not None and earlier.finding is not None:
        return Finding("paragraph", earlier.finding.source)
    own = spoken[id(piece.sentence)]
    if own is not None:
        return Finding("paragraph", mention_of(article, piece.sentence, own))
    if later is not None and later.finding is not None:
        return Finding("paragraph", later.finding.source)
    return None


def _turn(article: Article, piece: Piece, before: Sequence[Sequence[Piece]]) -> Finding | None:
    """The other of two who speak by turns, in short paragraphs, where one asks or answers."""
    if len(before) < 2 or not _opens(piece):
        return None
    other, first, last = before[-2][-1], before[-1][0], before[-1][-1]
    number = piece.block.index
    if last.block.index != number - 1 or other.block.index < number - 3 or not last.quoted.closed:
        return None
    if any(_words(p.block) > LONGEST_TURN for p in (piece, last, other)):
        return None
    theirs, mine = first.finding, other.finding
    if theirs is None or mine is None or theirs.source is None or mine.source is None:
        return None
    if theirs.source.text.lower() == mine.source.text.lower():
        return None
    cue = theirs.cue.text.lower() if theirs.cue is not None else ""
    by_turns = theirs.step == "turn" or any(cue.startswith(verb[:-1]) for verb in _REPLIES)
    settled = len(before) > 2 and _differ(before[-3][-1], before[-2][0])
    asks = settled or theirs.step == "turn" or "?" in (_final(article, last), _final(article, piece))
    return Finding("turn", mine.source) if by_turns and asks else None


def _differ(piece: Piece, later: Piece) -> bool:
    """Whether two pieces in paragraphs side by side have sources of different words."""
    first, second = piece.finding, later.finding
    if first is None or second is None or first.source is None or second.source is None:
        return False
    beside = later.block.index == piece.block.index + 1
    return beside and first.source.text.lower() != second.source.text.lower()


def _run_on(paragraphs: Sequence[tuple[Block, Sequence[Piece]]]) -> None:
    """Give a paragraph whose quotation stays open to whoever speaks in the next ("“We came. ¶ “We left,” he said")."""
    behind: Sequence[Piece] = ()
    for block, pieces in reversed(paragraphs):
        named = behind[0].finding if behind and behind[0].block.index == block.index + 1 else None
        stays_open = pieces and not pieces[-1].quoted.closed and all(piece.finding is None for piece in pieces)
        if named is not None and stays_open and _opens(behind[0]):
            pieces[-1].finding = Finding("continued", named.source)
        behind = pieces


def _final(article: Article, piece: Piece) -> str:
    return article.text[piece.quoted.inner_end - 1 : piece.quoted.inner_end]


def _words(block: Block) -> int:
    return sum(len(sentence.parse) for sentence in block.sentences) + sum(
        (quoted.inner_end - quoted.inner_start) // 6 for quoted in block.utterances
    )


def _continued(piece: Piece, before: Sequence[Piece]) -> Finding | None:
    """A paragraph that opens with a mark goes on with the speaker whose utterance ended the one before."""
    if not before or not _opens(piece):
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
    if piece.block.index != previous.index + 1 or not _opens(piece):
        return None
    for sentence in reversed(previous.sentences[-2:]):
        source = spoken_of(sentence)
        if source is not None:
            return Finding("introduced", mention_of(article, sentence, source))
    return None


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

"""What stands around a passage in its article: whole sentences, verbatim."""

from __future__ import annotations

from collections.abc import Sequence

from index.document.layout import lay_out
from index.queries import Context
from index.types import Article, Span

FARTHEST = 3000
"""Characters that are read on either side: two sentences of news have some 300, and so the longest article costs no
more than a short one."""


def surroundings(article: Article, passage: Span, sentences: int) -> Context:
    """The `sentences` (1 or more) before and after `passage`, fewer where the article has fewer; none of its header.

    What somebody says in one breath counts as one sentence, as it does where passages are made. One that cannot be read
    whole within FARTHEST is left out, with all that lies behind it.
    """
    text = article.text
    first, last = max(0, passage.start - FARTHEST), min(len(text), passage.end + FARTHEST)
    # Best read are whole paragraphs; where one of them is too long, its cut end is no whole sentence.
    first = text.find("\n", first, passage.start) + 1 or first if first else 0
    last = text.rfind("\n", passage.end, last) + 1 or last if last < len(text) else last
    cut_before, cut_after = first > 0 and text[first - 1] != "\n", last < len(text) and text[last - 1] != "\n"
    near = Article(
        article.id, text[first:last], article.title, body=min(max(0, article.body - first), last - first - 1)
    )
    layout = lay_out(near)
    found = [(first + low, first + high) for low, high in (layout.bounds(*one) for one in layout.sentences())]
    before = [one for one in found if one[1] <= passage.start and not (cut_before and one[0] == first)]
    after = [one for one in found if one[0] >= passage.end and not (cut_after and one[1] == last)]
    return Context(_joined(article, before[-sentences:]), _joined(article, after[:sentences]))


def _joined(article: Article, sentences: Sequence[tuple[int, int]]) -> Span | None:
    return article.span(sentences[0][0], sentences[-1][1]) if sentences else None

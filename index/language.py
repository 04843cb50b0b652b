"""The language of an article, told from its text.

What this program knows of quotations it knows of English. An article in another language is kept and can be searched by
its words; what stands in its quotation marks is quoted, and nobody is guessed to have said it.
"""

from __future__ import annotations

import functools
from typing import Any

from index.types import Article

ENGLISH = "en"
LOOKED_AT = 3000
"""Characters of the narration that are looked at: the identifier is sure after some two hundred."""
ENOUGH = 100
"""Letters below which a text is taken for English: a line of names is of any language."""
SURE = 0.98
"""Probability below which a text is taken for English; so all 134 of tests/ and PolNeAR's 924 are."""


def language_of(article: Article) -> str:
    """The ISO 639-1 code of an article's language: English unless it is surely another.

    By py3langid's naive Bayes over bytes (Lui and Baldwin, 2012).
    """
    text = article.text[article.body : article.body + LOOKED_AT]
    if sum(map(str.isalpha, text)) < ENOUGH:
        return ENGLISH
    code, probability = _identifier().classify(text)
    return str(code) if probability >= SURE else ENGLISH


@functools.cache
def _identifier() -> Any:
    # Half a second and 30 MB: loaded where articles are worked, never where questions are answered.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

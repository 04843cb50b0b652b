"""A quotation → its words as copies are compared: marks, case, accents, contractions, spelling and numbers made one.

Only what an editor's desk changes without changing what is said is made one. Beside the words stands what the text
shows between them: where something was left out, where a sentence or a clause ends, what an editor put in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from text_to_num import alpha2digit

GAP = 1
"""Something is left out right before this word: three dots."""
SENTENCE = 2
"""A sentence ends right before this word, or the text begins."""
CLAUSE = 4
"""A comma, colon, semicolon or dash stands right before this word; so does whatever ends a sentence."""
EDITED = 8
"""This word stands in brackets: an editor's."""
SEAM = 16
"""The narrator speaks right before this word; it may hide that something is left out."""


@dataclass(frozen=True, slots=True)
class Wording:
    """`words` in their order; `marks` has one more: the flags before each word, and behind the last."""

    words: tuple[str, ...]
    marks: bytes

    @property
    def key(self) -> str:
        """The words alone, for equality and for finding one in another."""
        return " ".join(self.words)


_DOTS = "\u2026"
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "′": "'",
        "–": "—",
        "―": "—",
        "‒": "—",
        "−": "-",
        "‐": "-",
        "‑": "-",
    }
    | {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
_ELLIPSIS = re.compile(r"[\[(]?\s*(?:…|\.\s?\.\s?\.(?:\s?\.)?)\s*[\])]?")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)|\u00ad")
_DASH = re.compile(r"\s-+\s|--+")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_CURRENCY = re.compile(
    r"(?:us|a|c|nz|hk)?([$£€₹])\s?(\d+(?:\.\d+)?(?:\s?(?:thousand|million|billion|trillion|k|m|mn|bn|tn)\b)?)"
)
_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros", "₹": "rupees"}
_FIGURE = re.compile(r"\d")
_SCALE = re.compile(r"(?<=\d)\s?(k|mn|m|bn|tn)\b")
_SCALES = {"k": " thousand", "m": " million", "mn": " million", "bn": " billion", "tn": " trillion"}
_SCALED = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) (1000(?:000)*)(?![\w.]*\d)")
_CONTRACTION = re.compile(
    r"\b(?:can(?:not|'t)|won't|shan't|let's|gonna|wanna)\b|(?<=\w)(?:n't|'re|'ll|'ve)\b|(?<=\bi)'m\b"
    r"|\b(?:it|he|she|who|that|what|here|there)'s\b|(?<!\w)'(?:em|cause|cos)\b"
)
_EXPANDED = {
    "cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not", "let's": "let us",
    "gonna": "going to", "wanna": "want to", "n't": " not", "'re": " are", "'ll": " will", "'ve": " have", "'m": " am",
    "'em": "them", "'cause": "because", "'cos": "because",
}  # fmt: skip
_TOKEN = re.compile(r"(\d+(?:\.\d+)*[a-z]*|[^\W_]+(?:'[^\W_]+)*)|([…\[\]().!?,;:—])")
_COMBINING = re.compile(r"[\u0300-\u036f]+")

_SPELLINGS = (
    (re.compile("practis"), "practic"),
    (re.compile(r"(?<=...)is(?=(?:e|ed|es|er|ers|ing|ingly|able|ably|ations?|ational|ance)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2}l)ys(?=(?:e|ed|es|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=..[^aeou])our(?=$|s$|ed$|ing|it|abl|ful|less|hood|al|er|li|ly|is|iz|an|y$|ies$)"), "or"),
    (re.compile(r"(?<=..[bt])re(?=s?$)|(?<=..[bt])re(?=d$)"), "er"),
    (re.compile(r"^(met|lit)re(?=s?$)"), r"\1er"),
    (re.compile(r"(?<=def|off|lic)enc(?=e|i)|(?<=pret)enc(?=e)"), "ens"),
    (re.compile(r"(?<=[a-z][a-z][aeiou])ll(?=(?:ed|ing|ingly|er|ers|or|ors|ous|ously|ery|est|ists?|ations?)$)"), "l"),
    (
        re.compile(r"^(enrol|fulfil|instal|instil|skil|wil|distil|appal|enthral)l?(?=(?:ment|ments|ful|fully|s|)$)"),
        r"\1l",
    ),
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),
    (re.compile(r"(?<=[a-z]{3}og)ue(?=[ds]?$)"), ""),
    (re.compile(r"(?<=dg)ement"), "ment"),
    (re.compile(r"ae(?=[a-z])"), "e"),
    (re.compile(r"^oe(?=st|d|s)|(?<=f)oe(?=t|d)|(?<=rrh)oe(?=a)|(?<=om)oe(?=o)"), "e"),
    (re.compile("oeuvre?"), "euver"),
    (re.compile(r"(?<=m)oul(?=[dt])"), "ol"),
    (re.compile("plough"), "plow"),
    (re.compile("draught"), "draft"),
    (re.compile("sceptic"), "skeptic"),
    (re.compile("sulph"), "sulf"),
    (re.compile("cheque"), "check"),
    (re.compile("grey"), "gray"),
    (re.compile("worshipp"), "worship"),
    (re.compile(r"^(to|for|back|after|down|up)wards$"), r"\1ward"),
)
"""British → American, whole families at a time: 1,500 of the 1,706 pairs in breame 0.1.2's list come to one key."""
_SPELLED = {
    "grey": "gray", "aluminium": "aluminum", "cosy": "cozy", "mum": "mom", "mums": "moms", "ageing": "aging",
    "tyre": "tire", "tyres": "tires", "kerb": "curb", "kerbs": "curbs", "odour": "odor", "odours": "odors",
    "jewellery": "jewelry", "pyjamas": "pajamas", "whilst": "while", "amongst": "among", "amidst": "amid",
    "learnt": "learned", "burnt": "burned", "spelt": "spelled", "dreamt": "dreamed", "tonne": "ton",
    "tonnes": "tons", "ok": "okay", "feb": "february", "jan": "january", "aug": "august", "sept": "september",
    "oct": "october", "nov": "november", "dec": "december", "mister": "mr", "yoghurt": "yogurt", "woollen": "woolen",
    "saviour": "savior", "sheikh": "sheik", "moustache": "mustache", "meagre": "meager", "disc": "disk",
}  # fmt: skip
"""What no rule covers: British → American, and what style books shorten."""

_keys: dict[str, str] = {}
"""Word → its key, as far as asked for; bounded."""
_KEPT = 200_000


def wording(pieces: Sequence[str]) -> Wording:
    """The words of a quotation, given as its pieces in order; empty where it has no letter and no figure."""
    words: list[str] = []
    marks = bytearray()
    before = SENTENCE | CLAUSE
    for number, piece in enumerate(pieces):
        if number:
            before |= SEAM | CLAUSE
        brackets = 0
        text = _plain(piece)
        for word, mark in _TOKEN.findall(text):
            if word:
                words.append(_keys.get(word) or _key(word))
                marks.append(before | (EDITED if brackets else 0))
                before = 0
            elif mark in "[(":
                brackets += 1
            elif mark in "])":
                brackets = max(0, brackets - 1)
            elif mark == _DOTS:
                before |= GAP | CLAUSE
            else:
                before |= CLAUSE | (SENTENCE if mark in ".!?" else 0)
    marks.append(before | SENTENCE | CLAUSE)
    return Wording(tuple(words), bytes(marks))


def _plain(text: str) -> str:
    """The text in small letters with one form for every mark, contraction, number and sum."""
    # Each pattern costs more than looking whether it can match at all, and most texts have none of this.
    if ".." in text or ". ." in text or _DOTS in text:
        text = _ELLIPSIS.sub(" \u2026 ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace(_DOTS, "\0")).casefold().replace("\0", _DOTS)
        text = _COMBINING.sub("", text).translate(_PLAIN)
    text = text.lower()
    if "-" in text or "\u00ad" in text:
        text = _HYPHEN.sub(" ", _DASH.sub(" — ", text))
    if "." in text:
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    if "'" in text or "cannot" in text or "nna" in text:
        text = _CONTRACTION.sub(_expanded, text)
    if "&" in text:
        text = text.replace("&", " and ")
    if _FIGURE.search(text):
        text = _SEPARATOR.sub("", text)
        text = _CURRENCY.sub(lambda found: f"{found[2]} {_CURRENCIES[found[1]]}", text)
        text = _SCALE.sub(lambda found: _SCALES[found[1]], text.replace("%", " percent"))
    text = text.replace("per cent", "percent")
    text = alpha2digit(text, "en", 0)
    return _SCALED.sub(_multiplied, text) if "000" in text else text


def _expanded(found: re.Match[str]) -> str:
    return _EXPANDED.get(found[0]) or found[0].replace("'s", " is")


def _multiplied(found: re.Match[str]) -> str:
    """`1.5 1000000` as one number: what the library makes of "1.5 million" where figures stand before the scale."""
    return f"{float(found[1]) * int(found[2]):.15g}" if len(found[1]) < 12 else found[0]


def _key(word: str) -> str:
    """One key for the spellings of a word."""
    key = _keys.get(word)
    if key is None:
        if len(_keys) >= _KEPT:
            _keys.clear()
        key = word.replace("'", "")
        if key in _SPELLED:
            key = _SPELLED[key]
        elif len(key) > 4 and key.isalpha():
            for pattern, spelled in _SPELLINGS:
                key = pattern.sub(spelled, key)
        _keys[word] = key
    return key

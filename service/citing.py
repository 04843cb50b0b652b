"""A quotation as others cite it: plain text, APA, Chicago, BibTeX, schema.org. Pure functions of a hit and its link.

What is cited is the article that carries the quotation, and the speaker as quoted in it: nobody here has heard the
speaker. Its authors are those whom its byline names, else the news agency whose it is; where it names neither, none is
invented: the style's rule for a work without an author applies. Of a date no more is cited than is known of it.

Quotation marks say "these very words". Direct speech stands in them, each run of the article's words in its own;
between the pieces of a split quotation stands an ellipsis for the narration that is left out. Reported speech
(`indirect`, and `mixed`, which keeps the marks that the article itself sets) is the article's wording and stands in
none: the citation says "as reported in". White space in a citation is one space; `json_ld` keeps every character.

`link` is the absolute address of the quotation's own page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from index.payloads import Payload
from index.types import Article, Hit, Speaker, SpeakerKind
from index.understanding import published, stated

NOBODY = "somebody whom the article does not name"
"""Who said it, where nobody can be named."""

_MONTHS = "January February March April May June July August September October November December".split()

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # An escaped brace still counts where BibTeX looks for the end of a field; these come in pairs.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)
"""What LaTeX would take for a command, or print as another character in its oldest font encoding."""

_IN_URL = "".join(map(chr, range(0x21, 0x7F))).translate(str.maketrans("", "", '"<>\\^`{|}'))
"""ASCII that stands for itself in an address (RFC 3986), with the percent sign of what is encoded already."""

_SCHEMA_TYPES: dict[SpeakerKind, str] = {
    "person": "Person",
    "unnamed": "Person",
    "organisation": "Organization",
    "group": "Organization",  # schema.org lets only persons and organisations say something
}

_SCRIPT = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def web_address(url: str | None) -> str | None:
    """An address that leads to a web page, http or https with a host; None for any other (javascript:).

    It is percent-encoded where RFC 3986 wants that, and is the same in every other character.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # [ without ] where the host should be
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return quote(url.strip(), safe=_IN_URL)


def quoted(hit: Hit, link: str) -> str:
    """The quotation with its attribution, one line: “...” — Name, role, *title*, source, day, link.

    Reported speech: Name, role, as reported: ... — *title*, source, day, link. What is not known is left out.
    """
    person, article = hit.passage.attribution.speaker, hit.article
    who = [_name(person), *([_line(person.role)] if person and person.role else [])]
    where = [
        *([f"*{title}*"] if (title := _line(article.title)) else []),
        *([source] if (source := _line(article.source)) else []),
        *([when] if (when := published(article)) else []),
        link,
    ]
    if _own_words(hit):
        return f"{_words(hit)} — {', '.join([*who, *where])}"
    return f"{_capital(', '.join(who))}, as reported: {_words(hit)} — {', '.join(where)}"


def apa(hit: Hit, link: str) -> str:
    """The words with their citation in the text, an empty line, and the entry of the reference list.

    APA Style, 7th edition. A speaker known through another's work is a secondary source, "as cited in" the work that
    was read, and that one alone is listed (8.6). An article is cited by its authors, from three on in the text by the
    first "et al." (8.17); without any the title takes their place, in the text between
    quotation marks (8.14, 9.12); without a title a description in square brackets does (9.22), without a date "n.d."
    (9.17). The source stands before the address; where the article has no address, the record's own is given,
    so that a reader finds the words. Names stay whole: which part is the surname differs from language to language.
    """
    article = hit.article
    title = _line(article.title)
    described = title or f"[Article that quotes {_name(hit.passage.attribution.speaker)}]"
    year = str(article.date.year) if article.date else "n.d."
    authors = _authors(article)
    carrier = f"“{title},”" if title else f"{described},"
    if authors:
        carrier = f"{' & '.join(authors) if len(authors) < 3 else f'{authors[0]} et al.'},"
    cited = f"{_words(hit)} ({_name(hit.passage.attribution.speaker)}, as {_how(hit, 'cited')} in {carrier} {year})."
    date = f"{year}, {known}" if (known := _month_day(article)) else year
    listed = f"{', '.join(authors[:-1])}, & {authors[-1]}" if len(authors) > 1 else "".join(authors)
    head = [_stop(listed), f"({date}).", _stop(described)] if authors else [_stop(described), f"({date})."]
    entry = [*head, *([_stop(source)] if (source := _line(article.source)) else [])]
    return f"{cited}\n\n{' '.join([*entry, web_address(article.url) or link])}"


def chicago(hit: Hit, link: str) -> str:
    """The words with a note: who said them, "quoted in" the article.

    Chicago Manual of Style, 17th edition. Words taken from another's work name both, the second behind "quoted in"
    (14.260); a news article begins with its authors, from four on the first "et al.", or without a byline with its
    title, then come the paper, the day and the address (14.76, 14.191, 14.199). Without a title a description without
    marks stands in its place, without a date "n.d." (14.145).
    Where the article has no address, the record's own is given.
    """
    article = hit.article
    title = _line(article.title)
    authors = _authors(article)
    by = f"{authors[0]} et al." if len(authors) > 3 else _listed(authors)
    parts = [
        _capital(_name(hit.passage.attribution.speaker)),
        f"{_how(hit, 'quoted')} in "
        + (f"{by}, " if by else "")
        + (f"“{title},”" if title else "an article without a title,"),
    ]
    note = ", ".join(parts)
    rest = [
        *([f"*{source}*"] if (source := _line(article.source)) else []),
        _american(article) or "n.d.",
        web_address(article.url) or link,
    ]
    return f"{_words(hit)}\n\n{note} {', '.join(rest)}."


def bibtex(hit: Hit, link: str) -> str:
    """An entry for BibTeX and for biblatex: the article, with speaker, words and the record's link in its `note`.

    `@misc` is the type of which neither asks for an author; `howpublished` holds the source, and `key` is what is
    sorted by. The entry's own key is made of the quotation's id alone, and so is the same as long as the text is.
    `date` is what biblatex reads a day from, `year` and the macro in `month` what BibTeX knows; biber warns that it
    sets these two again. Titles stand in two pairs of braces, so that no style changes their capitals. Characters that
    LaTeX reads as commands are escaped, all others kept: UTF-8, as biber and every LaTeX since 2018 read it.
    """
    article, person = hit.article, hit.passage.attribution.speaker
    title = _line(article.title) or f"Article that quotes {_name(person)}"
    fields = [("key", _latex(title)), ("title", "{" + _latex(title) + "}")]
    if authors := _authors(article):
        # In braces of their own: BibTeX takes no name apart, and none of them for two.
        fields.append(("author", " and ".join("{" + _latex(one) + "}" for one in authors)))
    if source := _line(article.source):
        fields.append(("howpublished", "{" + _latex(source) + "}"))
    written = [(name, "{" + value + "}") for name, value in fields]
    if article.date:
        written.append(("date", f"{{{stated(article)}}}"))
        written.append(("year", f"{{{article.date.year:04}}}"))
    if article.date and article.date_certainty != "year":
        written.append(("month", _MONTHS[article.date.month - 1][:3].lower()))
    written.append(("url", "{" + (web_address(article.url) or _encoded(link)) + "}"))
    said = f"{_capital(_name(person))}, {_how(hit, 'quoted')}: {_words(hit)}"
    written.append(("note", "{" + _latex(said) + r" \url{" + _encoded(link) + "}}"))
    width = max(len(name) for name, _ in written)
    lines = ",\n".join(f"  {name:<{width}} = {value}" for name, value in written)
    return f"@misc{{attributed-{hit.passage.attribution.quotation.id},\n{lines}\n}}\n"


def json_ld(hit: Hit, link: str) -> Payload:
    """The quotation as schema.org's `Quotation`, as JSON-LD: the exact words, who said them, and the article.

    Direct speech has a `creator`. The words of reported speech are not the speaker's: there only `spokenByCharacter`
    stands, which schema.org defines as whom the work attributes the quotation to, and a description says what it is.
    The article is what the quotation is part of (`isPartOf`). An address that a browser could run is left out.
    """
    attribution, article = hit.passage.attribution, hit.article
    carrier: Payload = {"@type": "NewsArticle", "identifier": article.id}
    if article.title:
        carrier["headline"] = article.title
    if article.date:
        carrier["datePublished"] = stated(article)
    if article.authors:
        carrier["author"] = [{"@type": "Person", "name": name} for name in article.authors]
    if article.agency:
        carrier["sourceOrganization"] = {"@type": "Organization", "name": article.agency}
    if article.section:
        carrier["articleSection"] = article.section
    if address := web_address(article.url):
        carrier["url"] = address
    if article.source:
        carrier["publisher"] = {"@type": "Organization", "name": article.source}
    found: Payload = {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "@id": link,
        "url": link,
        "identifier": attribution.quotation.id,
        "text": attribution.quotation.text,
    }
    if attribution.speaker:
        found["creator" if _own_words(hit) else "spokenByCharacter"] = _speaker(attribution.speaker)
    if not _own_words(hit):
        found["disambiguatingDescription"] = "Reported speech: the words are those of the article."
    found["isPartOf"] = carrier
    return found


def in_script(payload: Payload) -> str:
    """JSON that may stand inside `<script type="application/ld+json">`, the same when it is read again.

    `<`, `>` and `&` are written as escapes, so that nothing in it ends the script, opens a comment or is taken for an
    entity; so are U+2028 and U+2029, which older JavaScript took for the end of a line.
    """
    return json.dumps(payload, ensure_ascii=False, allow_nan=False).translate(_SCRIPT)


def said_by(hit: Hit) -> str:
    """Who said it, on one line; NOBODY where nobody can be named."""
    return _name(hit.passage.attribution.speaker)


def _own_words(hit: Hit) -> bool:
    """Whether the words are the speaker's own, as far as the article says."""
    return hit.passage.attribution.quotation.kind == "direct"


def _how(hit: Hit, said: str) -> str:
    return said if _own_words(hit) else "reported"


def _words(hit: Hit) -> str:
    """The words on one line; each piece between marks where they are the speaker's own."""
    pieces = [_line(span.text) for span in hit.passage.attribution.quotation.spans]
    return " … ".join(f"“{piece}”" if _own_words(hit) else piece for piece in pieces)


def _speaker(person: Speaker) -> Payload:
    found: Payload = {"@type": _SCHEMA_TYPES[person.kind], "name": person.name}
    if person.role:
        found["description"] = person.role
    return found


def _name(person: Speaker | None) -> str:
    return (person and _line(person.name)) or NOBODY


def _line(text: str | None) -> str:
    """A text on one line: one space for all white space and for each control character."""
    return " ".join("".join(" " if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 else c for c in text or "").split())


def _capital(text: str) -> str:
    """A text that opens a sentence. A name that begins in lower case is written so."""
    return text[:1].upper() + text[1:] if text.startswith(NOBODY) else text


def _stop(text: str) -> str:
    """A text closed by a full stop, unless it closes itself."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _authors(article: Article) -> list[str]:
    """Whom the byline names, else the agency; each on one line."""
    named = [name for one in article.authors if (name := _line(one))]
    return named or [name for name in [_line(article.agency)] if name]


def _listed(names: Sequence[str]) -> str:
    """Jane Doe; Jane Doe and John Roe; Jane Doe, John Roe, and Ann Poe."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def _month_day(article: Article) -> str | None:
    """February 27, or the month alone where no more is known; None where not even that is."""
    if article.date is None or article.date_certainty == "year":
        return None
    month = _MONTHS[article.date.month - 1]
    return month if article.date_certainty == "month" else f"{month} {article.date.day}"


def _american(article: Article) -> str | None:
    """February 27, 2026; February 2026; 2026."""
    if article.date is None:
        return None
    known = _month_day(article)
    if known is None:
        return f"{article.date.year}"
    return f"{known}{'' if article.date_certainty == 'month' else ','} {article.date.year}"


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def _encoded(link: str) -> str:
    return quote(link, safe=_IN_URL)

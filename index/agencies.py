"""News agencies: by which names they go, and where an article says that it is an agency's.

An article says so in its dateline ("KABUL (AP) — "), in its byline ("By Jane Doe, Associated Press"), as its source, or
in its last lines ("(Reporting by ...; Editing by ...)"). A mention in running text ("told Reuters") says nothing of
whose the article is, and neither does the usual "The Associated Press contributed to this report" below a paper's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_AGENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AP": (("AP",), ("Associated Press", "AP News")),
    "Reuters": (("Reuters",), ("Reuters", "Thomson Reuters", "Reuters News Agency")),
    "AFP": (("AFP",), ("Agence France-Presse", "Agence France Presse")),
    "dpa": (("dpa", "DPA"), ("Deutsche Presse-Agentur", "dpa international")),
    "UPI": (("UPI",), ("United Press International",)),
    "PA": (("PA",), ("PA Media", "Press Association", "PA News Agency")),
    "Bloomberg": (("Bloomberg",), ("Bloomberg News",)),
    "Xinhua": (("Xinhua",), ("Xinhua News Agency",)),
    "TASS": (("TASS", "ITAR-TASS", "Tass"), ("TASS Russian News Agency",)),
    "Interfax": (("Interfax",), ("Interfax News Agency",)),
    "Ukrinform": (("Ukrinform",), ()),
    "ANSA": (("ANSA",), ("Agenzia Nazionale Stampa Associata",)),
    "EFE": (("EFE",), ("Agencia EFE",)),
    "Lusa": (("Lusa",), ("Agência Lusa",)),
    "APA": (("APA",), ("Austria Presse Agentur",)),
    "ANP": (("ANP",), ("Algemeen Nederlands Persbureau",)),
    "Belga": (("Belga",), ("Belga News Agency",)),
    "NTB": (("NTB",), ("Norsk Telegrambyrå",)),
    "TT": (("TT",), ("Tidningarnas Telegrambyrå",)),
    "Ritzau": (("Ritzau",), ("Ritzaus Bureau",)),
    "PAP": (("PAP",), ("Polish Press Agency", "Polska Agencja Prasowa")),
    "ČTK": (("ČTK", "CTK"), ("Czech News Agency",)),
    "MTI": (("MTI",), ("Hungarian News Agency",)),
    "Anadolu": (("AA", "Anadolu"), ("Anadolu Agency", "Anadolu Ajansı")),
    "IRNA": (("IRNA",), ("Islamic Republic News Agency",)),
    "SANA": (("SANA",), ("Syrian Arab News Agency",)),
    "WAM": (("WAM",), ("Emirates News Agency",)),
    "SPA": (("SPA",), ("Saudi Press Agency",)),
    "MENA": (("MENA",), ("Middle East News Agency",)),
    "KUNA": (("KUNA",), ("Kuwait News Agency",)),
    "PTI": (("PTI",), ("Press Trust of India",)),
    "ANI": (("ANI",), ("Asian News International",)),
    "IANS": (("IANS",), ("Indo-Asian News Service",)),
    "UNI": (("UNI",), ("United News of India",)),
    "APP": (("APP",), ("Associated Press of Pakistan",)),
    "BSS": (("BSS",), ("Bangladesh Sangbad Sangstha",)),
    "Kyodo": (("Kyodo",), ("Kyodo News",)),
    "Jiji": (("Jiji",), ("Jiji Press",)),
    "Yonhap": (("Yonhap",), ("Yonhap News Agency", "Yonhap News")),
    "KCNA": (("KCNA",), ("Korean Central News Agency",)),
    "CNA": (("CNA",), ("Central News Agency",)),
    "Bernama": (("Bernama", "BERNAMA"), ("Malaysian National News Agency",)),
    "Antara": (("Antara", "ANTARA"), ("Antara News",)),
    "VNA": (("VNA",), ("Vietnam News Agency",)),
    "PNA": (("PNA",), ("Philippine News Agency",)),
    "AAP": (("AAP",), ("Australian Associated Press",)),
    "CP": (("CP",), ("Canadian Press",)),
    "NAN": (("NAN",), ("News Agency of Nigeria",)),
    "GNA": (("GNA",), ("Ghana News Agency",)),
    "KNA": (("KNA",), ("Kenya News Agency",)),
}  # fmt: skip
"""Agency as it is shown → how datelines and credits write it, letter for letter; its full names."""

_BY_MARK = {mark: shown for shown, (marks, _) in _AGENCIES.items() for mark in marks}
_BY_NAME = {name.casefold(): shown for shown, (marks, names) in _AGENCIES.items() for name in (shown, *marks, *names)}
"""Whole names; the marks among them too, for what is asked in small letters."""
_FULL = {name.casefold(): shown for shown, (_, names) in _AGENCIES.items() for name in names}

_MARKS = "|".join(sorted(map(re.escape, _BY_MARK), key=len, reverse=True))
_NAMES = "|".join(sorted((re.escape(name) for _, names in _AGENCIES.values() for name in names), key=len, reverse=True))
_DASH = r"(?:--?|[–—−_:])"
_DATELINE = re.compile(
    rf"(?P<place>[^\W\d_][^!?()\[\]\n“”\"]{{0,60}}?[ ,])?\((?P<mark>{_MARKS})\)[ \t]*{_DASH}(?=\s|\Z)"
)
_BARE = re.compile(r"(?P<mark>AP|AFP|dpa|PTI|TASS|UPI|Reuters|Xinhua) (?:--|[-–—]) (?=[A-Z“\"‘'])")
_SMALL = frozenset(
    "al am an and as d da de del della der di do du e el en in la las le les los near of on outside the upon van von y"
    " am pm".split()
)
"""Words in small letters that stand in the names of places and of days."""

_CREDIT = re.compile(
    rf"[(\[*]?[ \t]*(?:[–—-]{{1,2}}|©|Source:|Credit:)?[ \t]*(?:\d{{4}} )?"
    rf"(?:The )?(?P<name>{_MARKS}|{_NAMES})[ \t]*[.)\]*]{{0,2}}"
)
_REUTERS = re.compile(
    r"\(?(?:Additional )?[Rr]eporting by [^\n]{2,400}?[;.] ?(?:[Ww]riting|[Ee]diting) by [^\n;]{2,200}"
)
_WRITERS = re.compile(
    rf"(?:The )?(?P<name>{_NAMES}|{_MARKS})(?: [a-z-]+){{0,2}}"
    r" (?:[Ww]riters?|[Jj]ournalists?|[Rr]eporters?|[Cc]orrespondents?)"
    r" [^\n]{2,400} contributed(?: reporting)?(?: to this (?:report|story|article))?\."
)
_STAFF = re.compile(
    r"[ ,]+(?:staff |news )?(?:writers?|reporters?|correspondents?|staff|journalists?)\Z", re.IGNORECASE
)
_PARTS = re.compile(r"[,|/;()]|\bof\b|\bfor\b|\s[-–—]\s")

_FIRST, _LAST = 6, 3
"""Lines at the beginning and at the end of an article that may name its agency; headline and byline come first."""


def agency_named(value: str) -> str | None:
    """The agency of which this is the name, under the name by which it is shown; None: it is no agency's."""
    name = " ".join(value.split()).casefold()
    return _BY_NAME.get(name.removeprefix("the "))


def agency_in_byline(byline: str) -> str | None:
    """The agency that a byline names as where its authors are from, or as the author; None for none, or for several."""
    found = set()
    for part in _PARTS.split(byline):
        name = _STAFF.sub("", " ".join(part.split()).removeprefix("By ").removeprefix("by "))
        plain = name.removeprefix("The ").removeprefix("the ")
        agency = _BY_MARK.get(plain) or _FULL.get(plain.casefold())
        if agency is not None:
            found.add(agency)
    return found.pop() if len(found) == 1 else None


def agency_of(text: str, body: int = 0, byline: Sequence[str] = (), source: str | None = None) -> str | None:
    """The agency whose an article says to be, None where it says nothing of the kind.

    `body`: where the narration begins; `byline`: lines that name the authors, as they stand; `source`: the publisher.
    """
    for line in _lines_from(text, body, _FIRST):
        if agency := _of_dateline(line):
            return agency
    for line in byline:
        if agency := agency_in_byline(line):
            return agency
    if source and (agency := agency_named(source)):
        return agency
    for line in _last_lines(text, body, _LAST):
        if agency := _of_credit(line, signed=bool(byline)):
            return agency
    return None


def _of_dateline(line: str) -> str | None:
    if match := _BARE.match(line):
        return _BY_MARK[match["mark"]]
    match = _DATELINE.match(line)
    if match is None or not _is_place(match["place"] or "", match["mark"]):
        return None
    return _BY_MARK[match["mark"]]


def _is_place(place: str, mark: str) -> bool:
    """Whether a place and a day stand before the mark, and not what it is short for: "Palestinian Authority (PA)"."""
    words = re.findall(r"[^\W_]+", place)
    if any(word[0].islower() and word not in _SMALL for word in words):
        return False
    initials = "".join(word[0] for word in words if word not in _SMALL).upper()
    named = any(name in place.casefold() for name in _FULL)
    return not named and not (len(mark) > 1 and initials.endswith(mark.upper()))


def _of_credit(line: str, *, signed: bool) -> str | None:
    if match := _CREDIT.fullmatch(line):
        return _BY_MARK.get(match["name"]) or _FULL[match["name"].casefold()]
    if _REUTERS.fullmatch(line):
        return "Reuters"
    # Below the byline of a paper's own people it says that an agency helped them.
    if not signed and (match := _WRITERS.fullmatch(line)):
        return _BY_MARK.get(match["name"]) or _FULL[match["name"].casefold()]
    return None


def _lines_from(text: str, start: int, most: int) -> Iterator[str]:
    """The first lines that are not blank, `most` of them, each cut where no dateline reaches."""
    while most and start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if line := text[start : min(end, start + 200)].strip():
            yield line
            most -= 1
        start = end + 1


def _last_lines(text: str, start: int, most: int) -> Iterator[str]:
    """The last lines that are not blank, the last one first; none that is longer than any credit."""
    end = len(text)
    while most and end > start:
        begin = max(start, text.rfind("\n", start, end) + 1)
        if line := text[begin:end].strip():
            if len(line) <= 800:
                yield line
            most -= 1
        end = begin - 1

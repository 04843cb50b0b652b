"""The user's speakers.toml: what is understood, and how a fault is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SpeakersFileError
from index.speakers.userfile import Entry, Split, Term, UserFile, parse_user_file, read_user_file

ROOT = Path(__file__).parents[3]
WHOLE = """\
# who is who
[[speaker]]
name = "Tariq  Khan"
id = "tariq-khan"
aliases = [
  "General Khan",
  "the General",
]
roles = ["defence analyst"]
kind = "person"
join = ["T. Khan", "khan-1f2e3d4c"]

[[split]]
name = "Tariq Khan"
article = "cup-final-7"
id = "tariq-khan-cricketer"
as = "Tariq Khan (cricketer)"

[[split]]
name = "Khan"
source = "Sports Daily"
as = "Imran Khan"
"""


def test_everything_that_can_be_said_is_read() -> None:
    assert parse_user_file(WHOLE, "s.toml") == UserFile(
        "s.toml",
        (
            Entry(
                2,
                "Tariq Khan",
                "tariq-khan",
                (Term("General Khan", 6), Term("the General", 7)),
                ("defence analyst",),
                "person",
                (Term("T. Khan", 11), Term("khan-1f2e3d4c", 11)),
            ),
        ),
        (
            Split(13, "Tariq Khan", "tariq-khan-cricketer", "cup-final-7", None, "Tariq Khan (cricketer)"),
            Split(19, "Khan", None, None, "Sports Daily", "Imran Khan"),
        ),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "speaker = []"])
def test_a_file_may_say_nothing(text: str) -> None:
    assert parse_user_file(text, "s.toml") == UserFile("s.toml")


def test_inline_tables_are_read_too() -> None:
    assert parse_user_file('speaker = [{name = "Jo Hale"}, {name = "Ed Roe"}]', "s").entries == (
        Entry(1, "Jo Hale"),
        Entry(1, "Ed Roe"),
    )


JO = '[[speaker]]\nname = "Jo Hale"\n'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[[speaker]]\nname = "Jo\n', 2, "not TOML: Illegal character '\\n' at column 11"),
        ("[[speaker]]\nname =", 2, "not TOML: Invalid value"),
        ('[[speakers]]\nname = "Jo"', 1, "'speakers' is not known here; [[speaker]] and [[split]] are"),
        ('\n[speaker]\nname = "Jo"', 2, "speaker is one table here; write [[speaker]] with two brackets"),
        (f'{JO}nmae = "x"', 3, "'nmae' is not known in [[speaker]]; name, id, aliases, roles, kind, join are"),
        (f'{JO}\n[[speaker]]\nid = "jo"', 4, 'an entry needs a name: name = "..."'),
        ("[[speaker]]\nname = 3", 2, "name must be text in quotation marks, not a number"),
        ('[[speaker]]\nname = " "', 2, "name must be 1 to 300 characters with a letter, not ' '"),
        (f'{JO}kind = "unnamed"', 3, "kind must be one of person, organisation, group, not 'unnamed'"),
        (
            f'{JO}id = "Jo Hale"',
            3,
            "id must be of small letters, figures and hyphens, such as 'jo-hale', not 'Jo Hale'",
        ),
        (f'{JO}aliases = "Jo"', 3, "aliases must be a list, such as aliases = [\"...\"], not 'Jo'"),
        (f"{JO}roles = [1]", 3, "roles must be text in quotation marks, not a number"),
        (f"{JO}join = {{}}", 3, 'join must be a list, such as join = ["..."], not a table'),
        (f"{JO}\n{JO}", 4, "the name 'Jo Hale' stands at line 1 as well; make one entry of both,"),
        (f'{JO}id = "a"\n{JO}id = "a"', 4, "the id 'a' stands at line 1 as well"),
        (
            f'{JO}aliases = [\n"The Boss"]\n[[speaker]]\nname = "Ed"\naliases = ["Ed R",\n"the boss"]',
            8,
            "'the boss' is an alias of two speakers, see line 4; leave it with one",
        ),
        (
            f'{JO}[[speaker]]\nname = "Ed"\naliases = ["jo hale"]',
            5,
            "'jo hale' is an alias of two speakers, see line 1",
        ),
        (
            f'{JO}join = ["x-1"]\n[[speaker]]\nname = "Ed"\njoin = ["x-1"]',
            6,
            "'x-1' is joined to two speakers, see line 3",
        ),
        (f'{JO}[[split]]\nname = "Ed"\nid = "e"', 3, "the split of 'Ed' needs an article or a source, one of both"),
        ('[[split]]\nname = "Ed"\narticle = "a"', 1, "the split of 'Ed' needs an id of its own: id = \"...\""),
        ('[[split]]\nname = "Ed"\narticle = "a"\nas = "ED"', 1, "the split of 'Ed' needs an id of its own"),
        (
            f'{JO}join = ["ed-2"]\n\n[[split]]\nname = "Ed"\narticle = "a"\nid = "ed-2"',
            5,
            "'ed-2' is joined at line 3 and split here; leave one out",
        ),
        (
            f'{JO}id = "jo"\njoin = ["Ed"]\n[[split]]\nname = "Ed"\narticle = "a"\nid = "jo"',
            5,
            "'Ed' is joined at line 4 and split here; leave one out",
        ),
        (
            '[[split]]\nname = "Ed"\nsource = "S"\nid = "a"\n[[split]]\nname = "ed"\nsource = "S"\nid = "b"',
            5,
            "'ed' is split at line 1 into another; leave one of both out",
        ),
    ],
)
def test_a_fault_names_file_line_value_and_remedy(text: str, line: int, reason: str) -> None:
    with pytest.raises(SpeakersFileError) as caught:
        parse_user_file(text, "s.toml")
    assert (caught.value.path, caught.value.line) == ("s.toml", line)
    assert caught.value.reason.startswith(reason)
    assert str(caught.value).startswith(f"s.toml:{line}: ")


def test_the_example_of_the_readme_is_understood() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    read = parse_user_file(example, "s.toml")
    assert (read.entries[0].id, read.splits[0].target) == ("tariq-khan", "tariq-khan-batsman")


def test_two_of_one_name_may_stand_with_ids_of_their_own() -> None:
    assert len(parse_user_file(f'{JO}id = "jo"\n{JO}id = "jo-2"', "s").entries) == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeakersFileError, match="cannot be read"):
        read_user_file(tmp_path)
    path = tmp_path / "speakers.toml"
    path.write_bytes(b'# a\n# \xff\n[[speaker]]\nname = "Jo"')
    with pytest.raises(SpeakersFileError, match=r"speakers\.toml:2: not UTF-8; save it as UTF-8"):
        read_user_file(path)
    path.write_bytes(b'\xef\xbb\xbf[[speaker]]\r\nname = "Jo"\r\n')
    assert read_user_file(path).entries == (Entry(1, "Jo"),)


_pieces = st.sampled_from(
    [
        "[[speaker]]", "[[split]]", "[speaker]", "name", "id", "aliases", "join", "as", "article", "=", '"Jo"', "'x-1'",
        '["a", "b"]', "[", "]", "{", "}", "\n", "\n", "3", "0x" + "f" * 5000, "1979-05-27", '"""', "a.b.c", "#", "true",
    ]
)  # fmt: skip


@given(st.text(max_size=200) | st.lists(_pieces, max_size=30).map(" ".join))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    fault: SpeakersFileError | None = None
    try:
        assert all(entry.name for entry in parse_user_file(text, "s.toml").entries)
    except SpeakersFileError as error:
        fault = error
    if fault is not None:
        assert str(fault).startswith("s.toml")
        assert "\n" not in str(fault)
        assert fault.line is None or 1 <= fault.line <= text.count("\n") + 1


@pytest.mark.parametrize("text", ["a=" + "[" * 5000, "name." * 5000 + "a=1", "[[speaker]]\nname" + ".a" * 3000 + "=1"])
def test_what_is_nested_deeply_is_refused(text: str) -> None:
    with pytest.raises(SpeakersFileError):
        parse_user_file(text, "s.toml")

"""Detection of e-mail and Markdown by the beginning of a text, and `--input-format`."""

import re
from pathlib import Path

import pytest
from command_line import fails, piped
from invented import BRIDGE
from made_documents import stored
from reading import UsageError, read_bytes, run

from summarise import read_article

STORY = "The harbour of Brelmouth reopened on Monday.\nRepairs cost £3.2m, the council said.\n"
MARKDOWN = (
    "# Harbour reopens\n\n" + STORY,
    f"---\ntitle: Harbour reopens\ndate: 2026-03-14\n---\n{STORY}",
    f'+++\ntitle = "Harbour reopens"\n+++\n{STORY}',
    STORY.replace("Brelmouth", "[Brelmouth](https://example.org/brelmouth)"),
    STORY.replace("Brelmouth", "[Brelmouth](/places/brelmouth)"),
    f"![The harbour](harbour.jpg)\n\n{STORY}".replace("(harbour", "(./harbour"),
    STORY.replace("Brelmouth", "**Brelmouth**").replace("council", "**council**"),
    f"{STORY}\n## Costs\n\nThe **council** paid.\n",
    f"{STORY}\n| what | cost |\n|------|-----:|\n| quay | £1m |\n",
)
LETTERS = (
    f"From: Jane Doe <jane@courier.example>\nTo: desk@courier.example\nSubject: Harbour\n\n{STORY}",
    f"Return-Path: <jane@x.example>\nReceived: from a\n\tby b; Mon, 2 Mar 2026\nFrom: jane@x.example\n\n{STORY}",
    f"From jane@x.example Mon Mar  2 10:00:00 2026\nDate: Mon, 2 Mar 2026\nFrom: jane@x.example\nTo: x\n\n{STORY}",
    f"Subject: Harbour\r\nFrom: jane@x.example\r\nMIME-Version: 1.0\r\n\r\n{STORY}",
)
PLAIN_TEXTS = (
    STORY,
    BRIDGE,
    f"**UPDATE** {STORY}",
    f"**UPDATE**\n\n{STORY}\n**ENDS**\n",
    f"*** CORRECTED ***\n\n{STORY}",
    f"- The ferry sailed.\n- The mayor cut a ribbon.\n\n{STORY}",
    f"* * *\n\n{STORY}",
    f"1. Brelmouth\n2. Hexholm\n\n{STORY}",
    f"#harbour #news\n\n{STORY}",
    f"# 1 Brelmouth\n# 2 Hexholm\n\n{STORY}",
    f"Harbour reopens\n---------------\n\n{STORY}",
    f"Harbour reopens\n===============\n\n{STORY}\n```\ncode\n```\n",
    f"---\n{STORY}---\n",
    f"---\nUPDATE: The harbour reopened.\n---\n{STORY}",
    f"+++\n{STORY}+++\n",
    f"+++ BREAKING +++\n\n{STORY}",
    f"The harbour [sic] (see p. 3) reopened.\n{STORY}",
    f"The formula 2**3 and 3**2 and a_b_c and __init__ were used.\n{STORY}",
    f"Ratings: Smith**, Jones***, Brown**.\n{STORY}",
    f"> It is old, the mayor said.\n\n{STORY}",
    f"Brelmouth | 3 | 2\nHexholm | 1 | 0\n\n{STORY}",
    f"From: Harbour Board\nDate: 2 March 2026\nSubject: Harbour\n\n{STORY}",
    f"From: jane@x.example\n\n{STORY}",
    f"From: Jane Doe <jane@x.example> wrote to the board:\n{STORY}",
    f"By Jane Doe\nContact: jane@x.example\n\n{STORY}",
    f"Note: this was corrected.\nDate: 2 March 2026\n\n{STORY}",
    f"Subject: Harbour\nTo: all\n{STORY}",
    "From: jane@x.example\nTo: desk@x.example\nSubject: Harbour\n",
    f"Dear Sir: {STORY}",
    "",
    "\n",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((text, "markdown") for text in MARKDOWN),
        *((text, "email") for text in LETTERS),
        *((text, "text") for text in PLAIN_TEXTS if text.strip()),
    ],
)
def test_text_without_a_name_is_what_its_beginning_shows(text: str, found: str, tmp_path: Path) -> None:
    """Ambiguous prose is plain text, and so is every file named .txt."""
    assert read_bytes(text).format == found
    nameless, named = tmp_path / "story", tmp_path / "story.txt"
    for path in (nameless, named):
        path.write_bytes(text.encode())
    assert read_article(nameless).format == found
    assert read_article(named).format == "text"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_byte_order_mark_hides_no_markdown(encoding: str) -> None:
    assert read_bytes(MARKDOWN[0].encode(encoding)).format == "markdown"


@pytest.mark.parametrize(
    "name", ["columns.pdf", "story.docx", "story.odt", "talk.pptx", "book.epub", "story.rtf", "letter.eml"]
)
def test_the_command_reads_documents_from_standard_input(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, stored(name))
    assert run(["facts", "-", "--json", "--entailment", "off"]) == 0
    shown = capsys.readouterr()
    assert "Tessaly" in shown.out
    assert shown.err.startswith("read ")


def test_marks_and_encoded_characters_are_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Markdown marks are removed, and quoted-printable text is decoded."""
    letter = (
        "From: jane@x.example\nSubject: Harbour\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\nRepairs cost =C2=A33.2m, the council said.\n"
    )
    for text in (letter, STORY.replace("council", "**council**").replace("Repairs", "**Repairs**")):
        piped(monkeypatch, text.encode())
        assert run(["-", "--model", "extract", "--entailment", "off", "-q"]) == 0
        shown = capsys.readouterr().out
        assert "Repairs cost £3.2m, the council said." in shown


def test_the_named_format_goes_before_name_and_content(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For files and standard input, in every command that reads an article, and in Python."""
    Path("stars.txt").write_text(STORY.replace("council", "**council**"), encoding="utf-8")
    for name in ("stars.txt", "-"):
        piped(monkeypatch, Path("stars.txt").read_bytes())
        assert run([name, "--model", "extract", "--entailment", "off", "-q", "--input-format", "markdown"]) == 0
        assert "the council said" in capsys.readouterr().out
    assert read_article(Path("stars.txt"), input_format="markdown").format == "markdown"
    Path("plain.md").write_text(f"# 1 *{STORY}", encoding="utf-8")
    assert read_article(Path("plain.md"), input_format="text").text.startswith("# 1 *")
    run(["check", "stars.txt", "true.txt", "--entailment", "off", "--input-format", "markdown"])
    assert run(["facts", "stars.txt", "--entailment", "off", "--input-format", "markdown"]) == 0
    capsys.readouterr()
    assert "stars.txt should be a PDF" in fails(capsys, 3, "stars.txt", "--input-format", "pdf")
    Path("report.txt").write_bytes(stored("columns.pdf"))
    assert "report.txt is a PDF, not plain text" in fails(capsys, 3, "report.txt", "--input-format", "text")
    assert "pages" in fails(capsys, 2, "stars.txt", "--input-format", "pages")
    with pytest.raises(UsageError, match="unknown input format 'pages'"):
        read_article(Path("stars.txt"), input_format="pages")


def test_the_option_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as error:
        read_bytes("x", input_format="pages")
    assert run(["facts", "--help"]) == 0
    option = re.search(r"--input-format \[([a-z|]+)\]", capsys.readouterr().out)
    assert option is not None
    assert set(option[1].split("|")) == set(str(error.value).partition("choose one of ")[2].split(", "))


# front matter, and line numbers of Markdown files

FRONT = {
    "yaml": "---\ntitle: 'Harbour reopens'\nauthor: Jane Doe\ndate: 2026-03-14\ntags: [a]\n---\n",
    "toml": '+++\ntitle = "Harbour reopens"\nauthor = "Jane Doe"\ndate = 2026-03-14\ntags = ["a"]\n+++\n',
}
BODY = (
    "\n# Quay\n\nThe **harbour** of Brelmouth reopened on Monday. Repairs\nhad cost £3.2m, the [council](x) said.\n\n"
    "- A ferry of 300 seats\n  sailed at noon.\n- The mayor cut a ribbon.\n\n```\nFour cranes were moved.\n```\n"
    "\n| what | cost |\n|---|---|\n| The new quay | 1 |\n\n> It is old, the mayor said.\n"
)


@pytest.mark.parametrize("kind", FRONT)
def test_front_matter_gives_title_author_and_date(kind: str, tmp_path: Path) -> None:
    """YAML and TOML front matter is not part of the text."""
    path = tmp_path / "story.md"
    path.write_text(FRONT[kind] + BODY, encoding="utf-8")
    found = read_article(path)
    assert (found.title, found.author, found.date) == ("Harbour reopens", "Jane Doe", "2026-03-14")
    assert "tags" not in found.text
    assert "+++" not in found.text


@pytest.mark.parametrize("front", ["+++\nno = TOML =\n+++\n", f"+++\na = {'[' * 9000}\n+++\n", "+++\ntitle = 3\n+++\n"])
def test_front_matter_that_is_broken_is_no_fault(front: str, tmp_path: Path) -> None:
    """The text after invalid front matter is read."""
    path = tmp_path / "story.md"
    path.write_text(front + BODY, encoding="utf-8")
    assert read_article(path).text.startswith("Quay\n\nThe harbour of Brelmouth")


@pytest.mark.parametrize("front", ["", *FRONT.values()])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_those_of_the_file(
    front: str, newline: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line numbers count front matter, blank lines and tables, as in an editor."""
    path = tmp_path / "story.md"
    written = (front + BODY).replace("\n", newline)
    path.write_bytes(written.encode())
    before = front.count("\n")
    found = read_article(path)
    places = {found.quote(line).split("\n")[0].strip(): line.number - before for line in found.lines}
    assert places == {
        "Quay": 2,
        "The harbour of Brelmouth reopened on Monday. Repairs": 4,
        "had cost £3.2m, the council said.": 5,
        "A ferry of 300 seats": 7,
        "sailed at noon.": 8,
        "The mayor cut a ribbon.": 9,
        "Four cranes were moved.": 12,
        "what |": 15,
        "cost": 15,
        "The new quay |": 17,
        "1": 17,
        "It is old, the mayor said.": 19,
    }
    (tmp_path / "summary.txt").write_text("A ferry of 300 seats sailed at noon.")
    assert run(["check", str(path), str(tmp_path / "summary.txt"), "--explain", "--entailment", "off"]) == 0
    assert f"lines {before + 7}-{before + 8}" in capsys.readouterr().out


def test_invisible_characters_move_no_line(tmp_path: Path) -> None:
    path = tmp_path / "story.md"
    path.write_text("Rain\u200b fell\u200b.\n\nIt\u200b stopped.\n", encoding="utf-8")
    found = read_article(path)
    assert [(found.quote(line).strip(), line.number) for line in found.lines] == [("Rain fell.", 1), ("It stopped.", 3)]

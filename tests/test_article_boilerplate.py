"""Detection of boilerplate, bylines and datelines."""

from pathlib import Path

import pytest
from reading import boilerplate as boilerplate_of
from reading import sections, story

from summarise import read_article

BODY = "The harbour bridge closed on Friday after engineers found cracks."
MORE = "Repairs will take twelve weeks, the city said."

# Example lines by their kind.
LINES = {kind: text.splitlines() for kind, text in sections(Path(__file__).with_name("boilerplate.txt")).items()}


def boilerplate(text: str) -> list[str]:
    return boilerplate_of(read_article(text))


@pytest.mark.parametrize("line", LINES["anywhere"])
def test_boilerplate_is_in_no_sentence(line: str) -> None:
    """A button, a prompt or a notice is boilerplate within the story and after it."""
    for text in (f"Bridge closes\n\n{BODY}\n\n{line}\n\n{MORE}", f"Bridge closes\n\n{BODY}\n\n{MORE}\n\n{line}"):
        article = read_article(text)
        assert boilerplate_of(article) == [line]
        assert story(article) == ["Bridge closes", BODY, MORE]


@pytest.mark.parametrize("line", LINES["at the edges"])
def test_button_labels_are_boilerplate_only_at_the_edges(line: str) -> None:
    """Button labels are boilerplate below the headline or after the story, but not between paragraphs."""
    assert boilerplate(f"Bridge closes\n\n{line}\n\n{BODY}\n\n{MORE}") == [line]
    assert boilerplate(f"Bridge closes\n\n{BODY}\n\n{MORE}\n\n{line}") == [line]
    assert boilerplate(f"Bridge closes\n\n{BODY}\n\n{line}\n\n{MORE}") == []
    assert boilerplate(f"{line}\n\n{BODY}\n\n{MORE}") == []


@pytest.mark.parametrize("line", LINES["story that resembles boilerplate"])
def test_story_is_never_boilerplate(line: str) -> None:
    for lines in (["Bridge closes", line, BODY, MORE], ["Bridge closes", BODY, line, MORE], [BODY, MORE, line]):
        article = read_article("\n\n".join(lines))
        assert article.boilerplate == ()
        assert (article.author, article.date) == (None, None)


def test_links_below_the_story_are_boilerplate() -> None:
    """Short lines from "Related stories" to the end are boilerplate, unless prose follows."""
    below = ["Related stories", "Ferry fares rise", "Mayor opens school", "© 2026 The Example Courier"]
    assert boilerplate("\n\n".join(["Bridge closes", BODY, MORE, *below])) == below
    assert boilerplate("\n\n".join(["Bridge closes", BODY, *below[:2], MORE])) == below[:1]


@pytest.mark.parametrize(
    "widget", ["Share this withEmailFacebookTwitterCopy this link", "Media playback is not supported on this device"]
)
def test_widget_text_before_the_first_word_is_boilerplate(widget: str) -> None:
    """The text of a share bar or a player is recognised although a browser joins it to the first word."""
    article = read_article(f"{widget}{BODY}\n\n{MORE}")
    assert article.quote(article.sentences[0]) == BODY
    assert boilerplate_of(article) == [widget]


QUOTED = "On Wed, 11 Jun 2025 at 10:15, Tom Baker wrote:\n> Hi Laura,\n>\n> the bridge may open in June."
SIGNATURE = "--\nLaura Stein | Head of Bridges | +49 30 5550 123"


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        ([SIGNATURE, QUOTED], []),
        (["On Monday, 9 June,\nTom Baker wrote:", "> The bridge may open in June.", "> It rains."], []),
        (["Best,\n--\nLaura Stein\nHead of Bridges"], ["Best,"]),
        (["> The bridge may open in June."], ["> The bridge may open in June."]),
        (["On Monday Tom Baker wrote:", "The bridge opens."], ["On Monday Tom Baker wrote:", "The bridge opens."]),
        (["In 2025 Tom Baker wrote:\n> It opens."], ["In 2025 Tom Baker wrote:", "> It opens."]),
        (
            ["On 9 June the court met. Judge Ann Kay wrote:\n\n> It opens."],
            ["On 9 June the court met.", "Judge Ann Kay wrote:", "> It opens."],
        ),
        (["--\nThe bridge opens again in June, it said."], ["The bridge opens again in June, it said."]),
    ],
)
def test_quoted_messages_and_signatures_are_boilerplate(below: list[str], kept: list[str]) -> None:
    """Lines after ">" are a quoted message only below "On DATE, NAME wrote:". Prose is no signature."""
    assert story(read_article("\n\n".join([BODY, MORE, *below]))) == [BODY, MORE, *kept]


def test_a_quoted_message_is_the_story_if_there_is_no_other_prose() -> None:
    text = f"FYI\n\nOn 9 June, Tom Baker wrote:\n> {BODY}\n> {MORE}"
    assert any(BODY in line for line in story(read_article(text)))


def test_a_text_of_boilerplate_alone_is_the_story() -> None:
    for text in ("Advertisement", "Share this article\n\nLeave a Comment", "* * *"):
        article = read_article(text)
        assert article.boilerplate == ()
        assert article.sentences


@pytest.mark.parametrize("case", LINES["metadata, author and date"])
def test_bylines_and_dates_become_metadata(case: str) -> None:
    """A byline below the headline states the metadata and is boilerplate."""
    line, _, found = case.replace("\\t", "\t").partition(" => ")
    author, date = (part.strip() or None for part in found.split(";"))
    article = read_article("\n\n".join(["Bridge closes", line, BODY, MORE]))
    assert boilerplate_of(article) == [line]
    assert (article.author, article.date, article.title) == (author, date, "Bridge closes")


DECK = "Engineers have found cracks in two of its cables."


@pytest.mark.parametrize(
    ("paragraphs", "author", "date", "count"),
    [
        (["Bridge closes", DECK, "Jane Doe, 14 March 2026", BODY, MORE], "Jane Doe", "14 March 2026", 1),
        (["Bridge closes", "Updated: 15 March 2026", "Published: 14 March 2026", BODY], None, "14 March 2026", 2),
        (["How it went", "14 March 2026", BODY, "15 March 2026", MORE], None, None, 0),
        (["Bridge closes", BODY, MORE, f"BRUSSELS — {BODY}"], None, None, 0),
    ],
    ids=["under a deck", "published before updated", "a chronology", "a dateline below the beginning"],
)
def test_bylines_by_position(paragraphs: list[str], author: str | None, date: str | None, count: int) -> None:
    article = read_article("\n\n".join(paragraphs))
    assert (article.author, article.date, len(article.boilerplate)) == (author, date, count)


@pytest.mark.parametrize(
    ("prefix", "date"),
    [
        ("BRUSSELS, 14 March 2026 — ", "14 March 2026"),
        ("BRUSSELS — ", None),
        ("LONDON (Agency) - ", None),
        ("London (Example News) – ", None),
        ("Brussels, 14 March 2026 -- ", "14 March 2026"),
        ("NEW YORK, March 14 (Example News) – ", "March 14"),
        ("ST. PETERSBURG, Russia — ", None),
    ],
)
@pytest.mark.parametrize("first", [BODY, "“It is old,” the mayor said.", "30 people were hurt when the bridge closed."])
def test_the_dateline_is_cut_off_the_first_sentence(prefix: str, date: str | None, first: str) -> None:
    """Place, date and agency before the dash are boilerplate, not part of the sentence."""
    article = read_article(f"Bridge closes\n\n{prefix}{first}\n\n{MORE}")
    assert boilerplate_of(article) == [prefix.strip()]
    assert story(article) == ["Bridge closes", first, MORE]
    assert article.date == date


@pytest.mark.parametrize("first", LINES["no dateline"])
def test_text_that_resembles_a_dateline_is_kept(first: str) -> None:
    """An acronym, an insertion between dashes or a label such as "BREAKING" is no dateline."""
    article = read_article(f"Bridge closes\n\n{first}\n\n{MORE}")
    assert article.boilerplate == ()
    assert article.quote(article.sentences[1]) == first


def test_given_metadata_are_kept() -> None:
    """The author of the given article takes precedence over the byline."""
    article = read_article("Bridge closes\n\nBy Jane Doe\n\n14 March 2026\n\n" + BODY)
    again = read_article(article.model_copy(update={"sentences": (), "author": "John Roe", "date": None}))
    assert (again.author, again.date) == ("John Roe", "14 March 2026")

"""Sentence boundaries and roles."""

import pytest
from hypothesis import given, settings
from strategies import texts

from summarise import Article, read_article
from summarise.article.sentences import INVISIBLE
from summarise.article.text import visible
from summarise.errors import ArticleError, UsageError


def shown(text: str) -> list[str]:
    article = read_article(text)
    return [article.quote(sentence) for sentence in article.sentences]


def roles(text: str) -> list[tuple[str, str]]:
    article = read_article(text)
    return [(sentence.role, article.quote(sentence)) for sentence in article.sentences]


# Each case is one paragraph; " | " marks a sentence boundary.
CASES = {
    "stray opening mark": (
        "“By all accounts, the city’s aims are clear. | “The aim is to win,” Harrow told reporters."
    ),
    "closing mark stays": "“We cannot allow it. | We have to act.” | He left.",
    "German marks": "„Wir handeln.“ | Der Minister ging. | »Wir auch.« | Dann war Schluss.",
    "asked with a name": "“Will it hold?” Harrow asked. | “Stop!” the mayor shouted. | “Why?” Ms. Doe said.",
    "initials": "J. R. Harrow met George W. Doe. | They talked.",
    "two digits begin a sentence": "It grew by 3.5 per cent. | 12 people died.",
    "semicolons": "Three spoke: Jane Doe, mayor; John Roe, director; and Ann Poe. | It ended.",
    "question in brackets": "The mayor (who? Nobody knew her) left. | It rained.",
    "references": "See para. 5 and pp. 4-5 of Vol. 3. | It is long.",
    "abbreviated months": "It met in Nov. | Some came. | It meets on Sept. 6–7. | It closed in Dec. | Few left.",
    "Chinese": "会议举行了。| 会议很成功！| 他说：“好。”| 然后离开了。",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_sentences_end_where_a_reader_ends_them(case: str) -> None:
    """Quotation marks, abbreviations, initials, decimals and questions do not mislead."""
    expected = [part.strip() for part in case.split("|")]
    text = case.replace(" | ", " ").replace("| ", "")
    assert shown(text) == expected


@settings(max_examples=20)
@given(texts)
def test_sentences_and_furniture_cover_everything_visible(text: str) -> None:
    """Each visible character is in exactly one sentence or excluded span."""
    try:
        article = read_article(text)
    except (ArticleError, UsageError):  # no text, or a text in the form of a path
        assert not visible(text).strip(INVISIBLE)
        return
    covered = [0] * len(article.text)
    for span in (*article.sentences, *article.boilerplate, *article.addressed):
        for index in range(span.start, span.end):
            covered[index] += 1
    for character, count in zip(article.text, covered, strict=True):
        assert count == 1 or (count == 0 and character in INVISIBLE)
    end, paragraph = 0, -1
    for sentence in article.sentences:
        assert sentence.start >= end
        assert article.quote(sentence) == article.quote(sentence).strip(INVISIBLE) != ""
        assert sentence.paragraph in {paragraph, paragraph + 1}
        end, paragraph = sentence.end, sentence.paragraph
    assert article.sentences


@pytest.mark.parametrize(
    ("between", "within"),
    [
        *((line_end, " ") for line_end in ("\n", "\r\n\r\n", "\u2028", "\u2029", "\f", "\n \t\n", "\r")),
        *(("\n\n", space) for space in ("\xa0", "\t", "  ", "\u200b ")),
    ],
)
def test_offsets_hold_in_the_presence_of_odd_characters(between: str, within: str) -> None:
    """Astral characters, combining marks, line ends and spaces shift no offset."""
    first, second = "The 😀 cafe\u0301 closed𝔸.", "It reopened on “Friday”."
    article = read_article(f"{first}{within}{second}{between}{first}")
    assert [article.quote(sentence) for sentence in article.sentences] == [first, second, first]
    assert [sentence.paragraph for sentence in article.sentences] == [0, 0, 1]


WRAPPED = """Harbour Bridge Closes

The harbour bridge in Küstenstadt closed on Friday after engineers
found cracks in two of its cables, the city said. Repairs will take
twelve weeks and cost 3.5 million euros.

“We could not wait,” the mayor told reporters. The council of
Küstenstadt votes on Monday."""


def test_hard_wrapped_lines_are_joined() -> None:
    """Blank lines separate paragraphs, and sentences span lines."""
    article = read_article(WRAPPED)
    assert [sentence.paragraph for sentence in article.sentences] == [0, 1, 1, 2, 2]
    assert article.quote(article.sentences[2]) == "Repairs will take\ntwelve weeks and cost 3.5 million euros."
    assert article.sentences[0].role == "headline"
    kept = read_article(WRAPPED.replace("\n", "\r\n"))
    assert kept.quote(kept.sentences[2]) == "Repairs will take\r\ntwelve weeks and cost 3.5 million euros."


def test_hard_wrapped_text_without_blank_lines_parts_at_short_lines() -> None:
    """A line well short of the margin ends its paragraph."""
    article = read_article(WRAPPED.replace("\n\n", "\n"))
    assert [sentence.paragraph for sentence in article.sentences] == [0, 1, 1, 2, 2]


def test_hard_wrapped_text_parts_at_indented_lines() -> None:
    text = (
        "   The harbour bridge closed on Friday after the engineers\n"
        "found cracks in two of its cables, as the city said today.\n"
        "   Repairs will take twelve weeks, and the mayor has said\n"
        "that nobody could have waited for any longer than this.\n"
    )
    assert [sentence.paragraph for sentence in read_article(text).sentences] == [0, 1]


def test_lines_that_are_paragraphs_stay_apart() -> None:
    """Each line is a paragraph if nothing suggests wrapping."""
    lines = ["The bridge closed on Friday.", "Engineers found cracks.", "“We could not wait,” the mayor said."]
    for between in ("\n", "\n\n"):
        article = read_article(between.join(lines))
        assert [article.quote(sentence) for sentence in article.sentences] == lines
        assert [sentence.paragraph for sentence in article.sentences] == [0, 1, 2]


def test_of_many_first_lines_only_the_first_is_a_headline() -> None:
    """Captions and names at the top of a page are body."""
    lines = ["Bridge closes", "The Example Courier", "Picture of the bridge", "Küstenstadt today"]
    text = "\n\n".join([*lines, "The bridge closed on Friday."])
    assert [role for role, _ in roles(text)] == ["headline", "body", "body", "body", "body"]


def test_roles_tell_headline_heading_and_body() -> None:
    """First lines without a full stop are headlines."""
    text = (
        "Harbour Bridge Closes\n\nEngineers find cracks in two cables\n\nThe bridge closed on Friday.\n\n"
        "What happens next\n\nThe council votes on Monday. It will be long.\n\nmore text without a stop"
    )
    assert [role for role, _ in roles(text)] == ["headline", "headline", "body", "heading", "body", "body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "The bridge closed",
        "The bridge closed on Friday.\n\nIt reopened.",
        "“We could not wait”\n\nThe mayor said so on Friday.",
    ],
)
def test_a_sentence_is_no_headline(text: str) -> None:
    """Neither is a lone line or a quotation."""
    assert {role for role, _ in roles(text)} == {"body"}


def test_lists_are_no_headings() -> None:
    """A list is three or more short lines in a row."""
    text = "The bridge closed on Friday.\n\nNorth lane\n\nSouth lane\n\nFoot path\n\nThe council votes on Monday."
    assert {role for role, _ in roles(text)} == {"body"}


def test_a_headline_is_one_sentence() -> None:
    """A headline is not split, and becomes the title."""
    article = read_article("Mayor resigns. Council to vote\n\nThe mayor of Küstenstadt resigned on Friday.")
    assert article.quote(article.sentences[0]) == article.title == "Mayor resigns. Council to vote"


def test_an_article_without_sentences_is_given_them() -> None:
    """Existing sentences and metadata are kept."""
    bare = Article(text="The bridge closed. It rained.", title="Bridge", author="Jane Doe")
    read = read_article(bare)
    assert [read.quote(sentence) for sentence in read.sentences] == ["The bridge closed.", "It rained."]
    assert (read.title, read.author) == ("Bridge", "Jane Doe")
    assert read_article(read) is read

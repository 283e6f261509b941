"""Sentence boundaries and roles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import story
from strategies import texts

from summarise import Article, SummariseError, read_article

WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
LONGEST = 2_000


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
    "a month in lower case": "It opens on jan. 31, 2016. | It is new.",
    "captions without a full stop": (
        "Ann Lee scores for Sandry at the old ground in 1998 | The video shows how she ran past three men. | She left."
    ),
    "titles in a sentence": (
        "She heard the hit The mill by the river at the arena on a Sunday. | The question that they had to answer is "
        "whether The new law applies to the ferry at all."
    ),
    "Chinese": "会议举行了。| 会议很成功！| 他说：“好。”| 然后离开了。",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_sentence_boundaries(case: str) -> None:
    """Cases with quotation marks, abbreviations, initials, decimals and questions."""
    expected = [part.strip() for part in case.split("|")]
    text = case.replace(" | ", " ").replace("| ", "")
    assert story(read_article(text)) == expected


@settings(max_examples=10)
@given(texts)
def test_each_visible_character_is_in_one_span(text: str) -> None:
    """Each visible character is in exactly one sentence, boilerplate or addressed span."""
    try:
        article = read_article(text)
    except SummariseError:  # no text, or a text in the form of a path
        return
    covered = [0] * len(article.text)
    for span in (*article.sentences, *article.boilerplate, *article.addressed):
        for index in range(span.start, span.end):
            covered[index] += 1
    for character, count in zip(article.text, covered, strict=True):
        assert count == 1 or (count == 0 and character in WHITE_SPACE)
    end, paragraph = 0, -1
    for sentence in article.sentences:
        assert sentence.start >= end
        assert article.quote(sentence) == article.quote(sentence).strip(WHITE_SPACE) != ""
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
def test_offsets_are_right_with_unusual_characters(between: str, within: str) -> None:
    """Characters above U+FFFF, combining marks, and unusual line ends and spaces do not shift offsets."""
    first, second = "The 😀 cafe\u0301 closed𝔸.", "It reopened on “Friday”."
    article = read_article(f"{first}{within}{second}{between}{first}")
    assert story(article) == [first, second, first]
    assert [sentence.paragraph for sentence in article.sentences] == [0, 0, 1]


WRAPPED = """Harbour Bridge Closes

The harbour bridge in Küstenstadt closed on Friday after engineers
found cracks in two of its cables, the city said. Repairs will take
twelve weeks and cost 3.5 million euros.

“We could not wait,” the mayor told reporters. The council of
Küstenstadt votes on Monday."""


INDENTED = """   The harbour bridge closed on Friday after the engineers
found cracks in two of its cables, as the city said today.
   Repairs will take twelve weeks, and the mayor has said
that nobody could have waited for any longer than this.
"""
LINES = "The bridge closed on Friday.\nEngineers found cracks.\n“We could not wait,” the mayor said."


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        (WRAPPED, [0, 1, 1, 2, 2]),
        (WRAPPED.replace("\n", "\r\n"), [0, 1, 1, 2, 2]),
        (WRAPPED.replace("\n\n", "\n"), [0, 1, 1, 2, 2]),
        (INDENTED, [0, 1]),
        (LINES, [0, 1, 2]),
        (LINES.replace("\n", "\n\n"), [0, 1, 2]),
    ],
    ids=["blank lines", "CRLF", "short lines", "indents", "a line each", "a line each, and blank lines"],
)
def test_paragraphs_end_at_blank_short_and_indented_lines(text: str, paragraphs: list[int]) -> None:
    """Hard-wrapped lines are joined to paragraphs. In other texts each line is a paragraph."""
    article = read_article(text)
    assert [sentence.paragraph for sentence in article.sentences] == paragraphs
    assert not any(sentence[0].islower() for sentence in story(article))


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "Harbour Bridge Closes\nEngineers find cracks in two cables\nThe bridge closed on Friday.\n"
            "What happens next\nThe council votes on Monday. It will be long.\nmore text without a stop",
            "headline headline body heading body body body",
        ),
        (
            "Bridge closes\nThe Example Courier\nA picture\nKüstenstadt today\nThe bridge closed on Friday.",
            "headline body body body body",
        ),
        ("The bridge closed", "body"),
        ("The bridge closed on Friday.\nIt reopened.", "body body"),
        ("“We could not wait”\nThe mayor said so on Friday.", "body body"),
        (
            "The bridge closed on Friday.\nNorth lane\nSouth lane\nFoot path\nThe council votes on Monday.",
            "body body body body body",
        ),
        ("Mayor resigns. Council to vote\nThe mayor of Küstenstadt resigned on Friday.", "headline body"),
    ],
    ids=["all roles", "many first lines", "a lone line", "a sentence", "a quotation", "a list", "not split"],
)
def test_roles_of_sentences(text: str, roles: str) -> None:
    """Up to three first lines without a full stop are headlines. Successive short lines are a list, not headings."""
    article = read_article(text.replace("\n", "\n\n"))
    assert [sentence.role for sentence in article.sentences] == roles.split()
    headline = article.quote(article.sentences[0]) if roles.startswith("headline") else None
    assert article.title == headline


def test_an_article_without_sentences_is_given_them() -> None:
    """An article that has sentences is returned unchanged, and metadata are kept."""
    bare = Article(text="The bridge closed. It rained.", title="Bridge", author="Jane Doe")
    read = read_article(bare)
    assert story(read) == ["The bridge closed.", "It rained."]
    assert (read.title, read.author) == ("Bridge", "Jane Doe")
    assert read_article(read) is read


@given(st.text("ab ,;\u0301", max_size=60), st.integers(1, 400))
def test_the_parts_of_a_long_sentence_are_short_and_complete(piece: str, times: int) -> None:
    article = read_article(f"x{piece * times}")
    parts = story(article)
    assert all(0 < len(part) <= LONGEST for part in parts)
    assert "".join("".join(parts).split()) == "".join(article.text.split())


def test_a_long_sentence_is_divided_after_a_clause() -> None:
    """A clause ends at a semicolon or a comma."""
    parts = story(read_article("the council said that the bridge was old, and " * 100))
    assert len(parts) == 3
    assert all(part.endswith("old,") for part in parts[:-1])


def test_a_sentence_of_a_thousand_characters_is_not_divided() -> None:
    """Statutes have sentences of this length."""
    assert len(read_article(f"The law says that {'the owner of a bridge, ' * 40} must pay.").sentences) == 1

"""Reading and decoding files and bytes, and the errors for unreadable ones."""

import codecs
import contextlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import Article, read_article
from summarise.article import article_from_bytes
from summarise.article.files import unreadable
from summarise.errors import ArticleError, UsageError

STORY = "The bridge in Küstenstadt closed on Friday.\r\n\r\n“It is old,” the mayor said. 😀\n"


def said(error: pytest.ExceptionInfo[Exception]) -> str:
    """Return the error's message after checking that it is one line."""
    message = str(error.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_text_is_decoded_as_it_says(tmp_path: Path, encoding: str, mark: bytes) -> None:
    """UTF-8, and UTF-16 and UTF-32 with a byte-order mark, are decoded without the mark; line ends stay."""
    path = tmp_path / "article.txt"
    path.write_bytes(mark + STORY.encode(encoding))
    assert read_article(path).text == STORY


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes("Café geschlossen.".encode("latin-1"))
    assert read_article(path, encoding="latin-1").text == "Café geschlossen."
    assert article_from_bytes("Café.".encode("utf-16-le"), name="x", encoding="utf-16-le").text == "Café."
    assert article_from_bytes("\ufeffCafé.".encode(), name="x", encoding="utf-8").text == "Café."


def test_text_that_is_not_utf8_says_where_and_what_to_do(tmp_path: Path) -> None:
    """The message names the first invalid byte, its offset and the option to use."""
    path = tmp_path / "latin.txt"
    path.write_bytes("Café geschlossen.".encode("latin-1"))
    with pytest.raises(ArticleError) as error:
        read_article(path)
    assert said(error) == (
        f"{path} is not UTF-8 text (byte 0xe9 at offset 3): name its encoding, for example --encoding latin-1"
    )
    with pytest.raises(ArticleError, match="another encoding"):
        read_article(path, encoding="utf-8")


@pytest.mark.parametrize("encoding", ["klingon", "hex", "", "a\0b", "rot13", "punycode", "unicode_escape"])
def test_an_unknown_encoding_is_a_usage_error(tmp_path: Path, encoding: str) -> None:
    """This includes codecs that are not text encodings."""
    with pytest.raises(UsageError, match="unknown encoding"):
        read_article(tmp_path / "missing.txt", encoding=encoding)
    with pytest.raises(UsageError, match="unknown encoding"):
        article_from_bytes(b"text", name="x", encoding=encoding)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04....", "a zip archive"),
        (b"\xd0\xcf\x11\xe0....", "an old Office document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0JFIF", "a JPEG image"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"some text\x00\x01\x02", "binary"),
    ],
)
def test_binary_files_are_named(tmp_path: Path, data: bytes, kind: str) -> None:
    """The error gives the kind and advises conversion, whatever the suffix."""
    for suffix in (".txt", ".html"):
        path = tmp_path / f"article{suffix}"
        path.write_bytes(data)
        if suffix == ".html" and kind == "binary":
            continue
        with pytest.raises(ArticleError) as error:
            read_article(path)
        assert kind in said(error)
        assert "convert it" in said(error)
        assert str(path) in said(error)


def test_utf16_without_a_mark_is_taken_for_binary_with_advice() -> None:
    """The message suggests --encoding."""
    with pytest.raises(ArticleError, match="--encoding") as error:
        article_from_bytes("The bridge closed.".encode("utf-16-le"), name="standard input")
    assert said(error).startswith("standard input is binary")


def test_lone_surrogates_are_impossible() -> None:
    with pytest.raises(ArticleError, match="surrogate"):
        article_from_bytes(b"The +2AA- closed.", name="x", encoding="utf-7")
    with pytest.raises(ArticleError, match="surrogate"):
        read_article("The bridge \ud800 closed.")


@pytest.mark.parametrize("nothing", ["", " \n\t\r\n", "\ufeff", "\u200b\n\u00a0"])
def test_nothing_to_read_is_an_error(tmp_path: Path, nothing: str) -> None:
    path = tmp_path / "empty.txt"
    path.write_text(nothing, encoding="utf-8")
    with pytest.raises(ArticleError, match="empty or nothing but white space") as error:
        read_article(path)
    assert str(path) in said(error)
    with pytest.raises(ArticleError, match="the text is empty"):
        read_article(nothing)
    with pytest.raises(ArticleError, match=r"page is empty|no article text"):
        article_from_bytes(nothing.encode(), name="page", told="html")
    if not nothing.startswith("\ufeff"):
        with pytest.raises(ArticleError, match="the article is empty"):
            read_article(Article(text=nothing))


def test_paths_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    """Missing files, directories and invalid paths give one-line errors."""
    file = tmp_path / "file.txt"
    file.write_text("text")
    for path, words in [
        (tmp_path / "none.txt", "there is no file"),
        (file / "below.txt", "there is no file"),
        (tmp_path, "is a directory"),
        (tmp_path / ("x" * 5000), "cannot read"),
        (Path("a\0b"), "not a valid path"),
    ]:
        with pytest.raises(ArticleError, match=words) as error:
            read_article(path)
        said(error)
    assert "no permission" in str(unreadable(file, PermissionError(13, "denied")))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_files_without_permission_are_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("text")
    path.chmod(0)
    with pytest.raises(ArticleError, match="no permission to read"):
        read_article(path)


def test_too_large_is_told_before_reading(tmp_path: Path) -> None:
    """The file's size is checked first, then the number of characters."""
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(ArticleError, match="more than 10,000,000 characters") as error:
        read_article(path)
    assert str(path) in said(error)
    path.write_text("The bridge closed.")
    with pytest.raises(ArticleError, match="more than 17 characters"):
        read_article(path, max_characters=17)
    assert read_article(path, max_characters=18).text == "The bridge closed."
    for source in ("The bridge closed.", Article(text="The bridge closed.")):
        with pytest.raises(ArticleError, match="more than 17"):
            read_article(source, max_characters=17)
    with pytest.raises(ArticleError, match="more than 2 characters"):
        article_from_bytes(b"x" * 100, name="standard input", max_characters=2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_read_up_to_the_limit(tmp_path: Path) -> None:
    """A pipe that exceeds the limit is not read to its end."""
    for size, fits in ((10, True), (100_000, False)):
        path = tmp_path / f"pipe{size}"
        os.mkfifo(path)

        def write(path: Path = path, size: int = size) -> None:
            with contextlib.suppress(BrokenPipeError):
                path.write_bytes(b"x" * size)

        writer = threading.Thread(target=write)
        writer.start()
        if fits:
            assert read_article(path, max_characters=100).text == "x" * 10
        else:
            with pytest.raises(ArticleError, match="more than 100 characters"):
                read_article(path, max_characters=100)
        writer.join(10)


@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "utf-16", "utf-32", "utf-7", "latin-1", "cp1252"]))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes, encoding: str | None) -> None:
    message = None
    try:
        assert article_from_bytes(data, name="input", told="text", encoding=encoding).sentences
    except ArticleError as error:
        message = str(error)
    assert message is None or (message.startswith("input ") and "\n" not in message)

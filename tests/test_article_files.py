"""Reading and decoding of files and bytes, and the errors for unreadable ones."""

import codecs
import contextlib
import os
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import ArticleError, UsageError, read_bytes, refusal

from summarise import Article, read_article

STORY = "The bridge in Küstenstadt closed on Friday.\r\n\r\n“It is old,” the mayor said. 😀\n"
LATIN = "Café geschlossen.".encode("latin-1")


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
def test_text_is_decoded_by_its_byte_order_mark_or_as_utf_8(tmp_path: Path, encoding: str, mark: bytes) -> None:
    """The byte-order mark is removed, and line ends are unchanged."""
    path = tmp_path / "article.txt"
    path.write_bytes(mark + STORY.encode(encoding))
    assert read_article(path).text == STORY


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(LATIN)
    assert read_article(path, encoding="latin-1").text == "Café geschlossen."
    assert read_bytes("Café.".encode("utf-16-le"), encoding="utf-16-le").text == "Café."
    assert read_bytes("\ufeffCafé.", encoding="utf-8").text == "Café."


@pytest.mark.parametrize("encoding", ["klingon", "hex", "", "a\0b", "rot13", "punycode", "unicode_escape"])
def test_an_unknown_encoding_is_a_usage_error(tmp_path: Path, encoding: str) -> None:
    """Codecs that are not text encodings count as unknown."""
    with pytest.raises(UsageError, match="unknown encoding"):
        read_article(tmp_path / "missing.txt", encoding=encoding)
    with pytest.raises(UsageError, match="unknown encoding"):
        read_bytes("text", encoding=encoding)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "a JPEG image"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"some text\x00\x01\x02", "is binary (a NUL at character 9), not text: convert it"),
        ("The bridge closed.".encode("utf-16-le"), "or name its encoding with --encoding"),
        (LATIN, "not UTF-8 text (byte 0xe9 at offset 3): name its encoding, for example --encoding latin-1"),
        (codecs.BOM_UTF8, "is empty or contains only white space"),
        ("\u200b\n\u00a0".encode(), "is empty or contains only white space"),
    ],
)
def test_the_error_for_undecodable_data_gives_advice(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    message = refusal(path)
    assert words in message
    assert str(path) in message
    assert words in refusal(data)


def test_a_wrong_encoding_is_refused() -> None:
    assert "another encoding" in refusal(LATIN, encoding="utf-8")
    assert "surrogate" in refusal(b"The +2AA- closed.", encoding="utf-7")
    with pytest.raises(ArticleError, match="surrogate"):
        read_article("The bridge \ud800 closed.")


def test_an_empty_text_or_page_is_an_error() -> None:
    for source in ("", Article(text=" \n")):
        with pytest.raises(ArticleError, match=r"the (text|article) is empty"):
            read_article(source)
    for page in ("", " \n\t\r\n", "\u200b\n\u00a0"):
        message = refusal(page, format_hint="html")
        assert "story is empty" in message or "no article text" in message


def test_the_error_for_an_unreadable_path_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, a directory, an invalid path or a missing permission is an error of one line."""
    file = tmp_path / "file.txt"
    file.write_text("text")
    for path, words in [
        (tmp_path / "none.txt", "there is no file"),
        (file / "below.txt", "there is no file"),
        (tmp_path, "is a directory"),
        (tmp_path / ("x" * 5000), "cannot read"),
        (Path("a\0b"), "not a valid path"),
    ]:
        assert words in refusal(path)
    monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError(13, "denied")))
    assert "no permission to read" in refusal(file)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """The file's size is checked first, then the number of characters."""
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    assert f"{path} has more than 10,000,000 characters" in refusal(path)
    path.write_text("The bridge closed.")
    assert "more than 17 characters" in refusal(path, max_characters=17)
    assert read_article(path, max_characters=18).text == "The bridge closed."
    for source in ("The bridge closed.", Article(text="The bridge closed.")):
        with pytest.raises(ArticleError, match="more than 17"):
            read_article(source, max_characters=17)
    assert "more than 2 characters" in refusal(b"x" * 100, max_characters=2)


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
            assert "more than 100 characters" in refusal(path, max_characters=100)
        writer.join(10)


@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "utf-16", "utf-32", "utf-7", "latin-1", "cp1252"]))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes, encoding: str | None) -> None:
    message = None
    try:
        assert read_bytes(data, format_hint="text", encoding=encoding).sentences
    except ArticleError as error:
        message = str(error)
    assert message is None or (message.startswith("story ") and "\n" not in message)

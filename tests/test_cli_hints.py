"""One clear line for what is easily got wrong on the command line."""

from pathlib import Path

import pytest

from summarise.cli.main import run


@pytest.mark.parametrize("model", ["extract", "local"])
def test_a_base_url_goes_with_a_server_only(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A server's address beside a model that asks no server would be ignored silently; it is refused."""
    assert run(["article.txt", "--model", model, "--base-url", "http://127.0.0.1:1/v1"]) == 2
    assert "--model openai:NAME" in capsys.readouterr().err


def test_an_empty_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """An unset shell variable gives an empty name, not the current folder."""
    assert run(["", "--model", "extract"]) == 3
    assert "is empty" in capsys.readouterr().err


def test_an_article_without_a_whole_sentence_is_unsuitable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Words without a full stop are nothing that a summary can quote, whatever the model says."""
    path = tmp_path / "words.txt"
    path.write_text("word " * 300, encoding="utf-8")
    assert run([str(path), "--model", "extract"]) == 3
    assert "no whole sentence" in capsys.readouterr().err

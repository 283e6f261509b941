"""Lists of models in the file, the environment and the options."""

import json
from pathlib import Path

import pytest
from command_line import Capture, fails, loopback
from model_sites import GOOD, Server, Site, refused
from program import configured, read_run, run, written

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("extract", "extract"),
        ("openai:gpt-5-mini, ollama:qwen3:8b,extract", ("openai:gpt-5-mini", "ollama:qwen3:8b", "extract")),
        ("local:/models/a,b.gguf", "local:/models/a,b.gguf"),
        ("local:/models/a,b.gguf, local", ("local:/models/a,b.gguf", "local")),
        ("command:claude,extract,", ("command:claude", "extract")),
        ("extractor, x", "extractor, x"),
        (" openai:m ", "openai:m"),
    ],
)
def test_in_a_variable_only_a_comma_before_a_name_parts_names(text: str, names: str | tuple[str, ...]) -> None:
    """Commas in paths and model names are kept."""
    assert configured({"SUMMARISE_MODEL": text}).settings.model == names


def test_a_list_may_stand_in_the_file(folder: Path) -> None:
    file = written(folder, 'model = ["openai:a", "extract", "openai:a"]\n')
    assert configured(file).settings.model == ("openai:a", "extract")
    file = written(folder, 'model = ["extract"]\n')
    assert configured(file).settings.model == "extract"


@pytest.fixture
def addresses(folder: Path, serve: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a configuration in which `openai` has no credit and `vllm` answers."""
    sites = f"openai = '{serve(Site(refused(402)))}'\nvllm = '{serve(Site(GOOD))}'\n"
    for name, value in written(folder, f"max_attempts = 1\n[base_urls]\n{sites}").items():
        monkeypatch.setenv(name, value)
    return folder


@loopback
def test_the_command_tells_who_wrote_and_why_not_the_others(addresses: Path, capsys: Capture) -> None:
    """It does so if the first model failed, unless --quiet is given."""
    asked = ["bridge.txt", "-l", "2", "-m", "openai:m", "-m", "vllm:m"]
    assert run(asked) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("vllm:m wrote the summary; openai:m did not: 127.0.0.1")
    assert "no credit left" in lines[0]
    assert " · vllm:m (invented-1) · " in lines[1]
    assert run([*asked, "--json", "-q"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    assert [one["error"] for one in json.loads(output.out)["run"]["tried"]] == ["QuotaError"]
    assert run(["bridge.txt", "-l", "2", "-m", "vllm:m", "-m", "openai:m"]) == 0
    assert "did not" not in capsys.readouterr().err


@loopback
def test_where_all_fail_the_command_says_so_in_one_line(addresses: Path, capsys: Capture) -> None:
    """The exit code is the last model's."""
    line = fails(capsys, 4, "bridge.txt", "-m", "openai:m", "-m", "anthropic:m")
    assert line.startswith("none of 2 models gave a summary: openai:m: 127.0.0.1")
    assert line.endswith(
        "anthropic:m: anthropic:m needs a key: set ANTHROPIC_API_KEY, or name your own server's base URL"
    )
    assert fails(capsys, 5, "bridge.txt", "-m", "anthropic:m", "-m", "openai:m").startswith("none of 2 models")


@loopback
def test_what_is_kept_is_the_run_that_gave_the_summary(addresses: Path, capsys: Capture) -> None:
    """If all models fail, the last run is saved."""
    assert run(["bridge.txt", "-l", "2", "-m", "openai:m", "-m", "vllm:m", "--save", "run.json"]) == 0
    printed = capsys.readouterr().out
    kept = read_run(Path("run.json"))
    assert {exchange.backend for exchange in kept.exchanges} == {kept.writer.id} == {"vllm:m"}
    assert kept.summary is not None
    assert [one.model for one in kept.summary.run.tried] == ["openai:m"]
    assert run(["replay", "run.json"]) == 0
    output = capsys.readouterr()
    assert output.out == printed
    assert output.err.strip().endswith("writes and judges the same")
    fails(capsys, 5, "bridge.txt", "-m", "anthropic:m", "-m", "openai:m", "--save", "failed.json")
    failed = read_run(Path("failed.json"))
    assert failed.ended is not None
    assert (failed.writer.id, failed.ended.error) == ("openai:m", "QuotaError")


def test_one_address_is_not_used_for_a_list_of_two_providers(capsys: Capture) -> None:
    there = ["--base-url", "http://127.0.0.1:9/v1"]
    assert "--base-url needs" in fails(capsys, 2, "bridge.txt", "-m", "extract", "-m", "local", *there)

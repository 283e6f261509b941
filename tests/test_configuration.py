"""Settings from file, environment and options, and their errors."""

import errno
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, fails
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from program import configured, providers, run, written
from pydantic import SecretStr, ValidationError

from summarise import Settings, errors, summarise

SCALARS: dict[str, Any] = {
    "model": "extract",
    "cache_dir": "/tmp/models",
    "prompt_dir": "/tmp/prompts",
    "entailment": "built-in",
    "entailment_threads": 1,
    "sensitivity": "high",
    "writer": "weak",
    "strict": True,
    "require_citations": True,
    "repair_rounds": 1,
    "max_calls": 7,
    "reasoning": "low",
    "keep_reasoning": True,
    "keep_addressed": True,
    "temperature": 0.5,
    "seed": 9,
    "context_tokens": 4096,
    "chunk_tokens": 500,
    "concurrency": 2,
    "connect_timeout": 3.0,
    "read_timeout": 4.0,
    "total_timeout": 5.0,
    "max_attempts": 2,
    "accept": "/tmp/accepted.jsonl",
    "cache": True,
    "api_version": "2024-10-21",
    "ca_bundle": "/tmp/ca.pem",
    "client_cert": "/tmp/client.pem",
    "client_key": "/tmp/key.pem",
    "proxy": "http://me:word@proxy.example:3128",
    "max_answer_bytes": 2048,
    "length": "short",
    "max_characters": 999,
}


def toml(values: dict[str, Any]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def error_of(environment: dict[str, str]) -> str:
    """Return the error of a configuration: one line without a key, and without a cause, which might contain one."""
    with pytest.raises(errors.ConfigurationError) as caught:
        configured(environment)
    line = str(caught.value)
    assert "\n" not in line
    assert KEY not in line
    if "contradict" not in line:
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
    return line


def test_every_setting_can_be_in_the_file_or_in_a_variable(tmp_path: Path) -> None:
    """Both set the same values and record their source."""
    variables = {f"SUMMARISE_{name.upper()}": str(value) for name, value in SCALARS.items()}
    by_file, by_variable = configured(written(tmp_path, toml(SCALARS))), configured(variables)
    defaults = {name for name, source in by_file.sources.items() if source == "default"}
    assert defaults == {"max_tokens_total", "max_cost", "base_url", "api_key"}
    assert by_file.settings == by_variable.settings == Settings(**SCALARS)
    assert {by_file.sources[name] for name in SCALARS} == {"configuration file"}
    for name in SCALARS:
        assert by_variable.sources[name] == f"environment variable SUMMARISE_{name.upper()}"


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_variable_counts_as_unset(blank: str, tmp_path: Path) -> None:
    """A blank key does not hide the file's key."""
    names = [f"SUMMARISE_{name.upper()}" for name in (*SCALARS, "base_url")]
    names += ["OPENAI_API_KEY", "GROQ_API_KEY", "MISTRAL_API_KEY"]
    file = written(tmp_path, f'[api_keys]\nopenai = "{KEY}"\ngroq = {json.dumps(blank)}\n')
    found = configured(dict.fromkeys(names, blank) | file)
    assert found.settings == Settings(api_keys={"OPENAI_API_KEY": SecretStr(KEY)})


@given(st.sets(st.sampled_from(["file", "environment", "option"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
def test_options_override_variables_and_variables_override_the_file(tmp_path: Path, given_by: set[str]) -> None:
    """The recorded source is the one that was used."""
    environment = written(tmp_path, "seed = 11\n" if "file" in given_by else "")
    environment |= {"SUMMARISE_SEED": "12"} if "environment" in given_by else {}
    found = configured(environment, seed=13 if "option" in given_by else None)
    expected = (1, "default")
    for source, value in (
        ("file", (11, "configuration file")),
        ("environment", (12, "environment variable SUMMARISE_SEED")),
        ("option", (13, "option")),
    ):
        expected = value if source in given_by else expected
    assert (found.settings.seed, found.sources["seed"]) == expected


def test_tables_are_merged_entry_by_entry(tmp_path: Path) -> None:
    text = f'[api_keys]\nopenai = "from-file"\ngroq = "{KEY}"\n[prompts]\ndraft = "v1"\nrepair = "v1"\n'
    environment = written(tmp_path, text) | {"OPENAI_API_KEY": "from-environment", "MISTRAL_API_KEY": ""}
    found = configured(environment, prompts={"draft": "v2"})
    assert found.settings.api_keys == {"OPENAI_API_KEY": SecretStr("from-environment"), "GROQ_API_KEY": SecretStr(KEY)}
    assert found.settings.prompts == {"draft": "v2", "repair": "v1"}
    assert found.sources["api_keys.OPENAI_API_KEY"] == "environment variable OPENAI_API_KEY"
    assert found.sources["api_keys.GROQ_API_KEY"] == "configuration file"
    assert (found.sources["prompts.draft"], found.sources["prompts.repair"]) == ("option", "configuration file")


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ('"draft/plain" = "v1"', {"draft": "prose/v1"}),
        ('draft = "plain/v1"', {"draft": "prose/v1"}),
        ('rewrite = "v1"', {"rewrite": "v2"}),
    ],
)
def test_a_prompt_option_overrides_the_file_however_its_name_is_split(
    tmp_path: Path, line: str, option: dict[str, str]
) -> None:
    """A stage has one prompt."""
    environment = written(tmp_path, f"[prompts]\n{line}\n")
    assert set(configured(environment).settings.prompts) == set(option)
    found = configured(environment, prompts=option)
    assert found.settings.prompts == option
    assert [source for name, source in found.sources.items() if name.startswith("prompts.")] == ["option"]


PAIR = {"SUMMARISE_MODEL": " llamacpp:m", "SUMMARISE_BASE_URL": "http://my-llama:8080"}


def test_an_address_in_the_environment_is_for_the_model_there(tmp_path: Path) -> None:
    """It is not for other providers. It overrides the address in the file, and an option overrides both."""
    environment = written(tmp_path, '[base_urls]\nllamacpp = "http://file"\n') | PAIR
    found = configured(environment, model="openai:x")
    assert found.settings.base_url_of(providers()["openai"]) is None
    assert found.settings.base_url_of(providers()["llamacpp"]) == PAIR["SUMMARISE_BASE_URL"]
    assert found.sources["base_urls.llamacpp"] == "environment variable SUMMARISE_BASE_URL"
    chosen = configured(environment, base_url="http://option").settings
    assert chosen.base_url_of(providers()["llamacpp"]) == "http://option"


@pytest.mark.parametrize("model", [None, "", "local:m.gguf"])
def test_an_address_without_a_model_is_refused(model: str | None, tmp_path: Path) -> None:
    """Otherwise the article might be sent to the wrong server."""
    environment = written(tmp_path, 'model = "openai:x"\n') | {"SUMMARISE_BASE_URL": f"http://{KEY}"}
    environment |= {} if model is None else {"SUMMARISE_MODEL": model}
    line = error_of(environment)
    assert all(words in line for words in ("in SUMMARISE_MODEL, ", " PROVIDER:NAME, ", "[base_urls]"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('modle = "extract"\n', ["modle", "is not a setting", "did you mean model?"]),
        ('[prompts]\ndraft = "v1"\n"draft/plain" = "v1"\n', ["[prompts] in", "draft/v1 and draft/plain/v1 contradict"]),
        ("model = []", ["setting model in", "must contain at least one name"]),
        ('model = ["extract", ""]', ["setting model in", "no empty name"]),
        ("model = [5]", ["setting model", "string"]),
        (f'[keys]\nopenai = "{KEY}"\n', ["keys", "is not a setting", "did you mean [api_keys]?"]),
        (f'api_key = "{KEY}"\n', ["api_key", "did you mean [api_keys]?"]),
        (f'base_url = "https://{KEY}.example.org/v1"\n', ["base_url in", "did you mean [base_urls]?"]),
        ("xyz = 1\n", ["xyz", "there are model, [base_urls], [api_keys], [key_commands], [headers], [extra_body], "]),
        ('[api_keys]\nopanai = "x"\n', ["api_keys.opanai in", "did you mean openai?"]),
        ('[api_keys]\nollama = "x"\n', ["api_keys.ollama in", "ollama is not a provider with a key"]),
        ("[api_keys]\nopenai = 5\n", ["openai", "must be text"]),
        (f'api_keys = "{KEY}"\n', ["api_keys", "must be a table", "[api_keys]"]),
        (
            "[extra_body.'groqq:x']\na = 1",
            ["setting extra_body.groqq:x in", "groqq is not a provider: did you mean groq?"],
        ),
        ("[extra_body.openai]\nstream = true", ["setting extra_body.openai in", "streaming is not supported"]),
        ("[extra_body.openai]\na = [nan]", ["setting extra_body.openai in", "cannot be written as JSON"]),
        ("[key_commands]\nvertex = 'gcloud auth'", ["setting key_commands.vertex in", "a command is a list of words"]),
        ("[headers.openai]\nHost = 'y'", ["setting headers.openai in", "the header Host is set by the program"]),
        ("[commands.mine]\narguments = ['']", ["a command begins with the name of a program"]),
        ("[commands.mine]\ntimelimit = 3", ["[commands.mine] in", "unknown field timelimit: did you mean time_limit?"]),
        ("[commands.mine]\narguments = ['a']\ntime_limit = 0", ["commands.mine.time_limit in", "greater than 0"]),
        ('[base_urls]\nopenai = ""\n', ["base_urls.openai", "must not be empty: leave it out"]),
        ('[models."openai:x"]\ncontext = 5\n', ["[models.openai:x]", "context", "did you mean context_tokens?"]),
        ('concurrency = "four"\n', ["concurrency", "integer"]),
        ("concurrency = true\n", ["concurrency", "true and false are not values of this setting"]),
        (
            '[models."openai:x"]\ninput_price = true\n',
            ["openai:x.input_price", "true and false are not values of this setting"],
        ),
        ('strategy = "direct"\n', ["strategy in", "it was removed; name a prompt", "under [prompts]"]),
        (f'[base_urls]\nvllm = "https://me:{KEY}@example.org"\n', ["base_urls.vllm", "must not hold a user name"]),
        (f"seed = 1\n[api_keys]\nopenai = {KEY}\n", ["is not valid TOML", "line 3"]),
        (f'"{KEY * 3}" = 1\n', ["a name of more than 40 characters", "is not a setting"]),
        ('"two\\nlines" = 1\n', ["two\\nlines", "is not a setting"]),
        ("x = " + "[" * 20_000, ["is not valid TOML: look at its nesting"]),
        ("seed = " + "9" * 5000, ["is not valid TOML: look at its numbers"]),
    ],
)
def test_an_invalid_file_is_an_error_of_one_line(tmp_path: Path, text: str, words: list[str]) -> None:
    """The error names file and entry, suggests a correction, and contains no secret."""
    line = error_of(written(tmp_path, text))
    assert "config.toml" in line
    for word in words:
        assert word in line


def test_an_unreadable_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    named = {"SUMMARISE_CONFIG": str(tmp_path)}
    assert "cannot be read: Is a directory" in error_of(named)
    named["SUMMARISE_CONFIG"] += "/c.toml"
    assert "c.toml does not exist: write it, or unset SUMMARISE_CONFIG" in error_of(named)
    (tmp_path / "c.toml").write_bytes(b'model = "\xff"\n')
    assert "is not UTF-8" in error_of(named)


@pytest.mark.parametrize(
    ("place", "words"),
    [("~nosuch/x.toml", "SUMMARISE_CONFIG: ~ is not the home folder of a known user"), ("/" + "x" * 300, "too long")],
)
def test_an_impossible_path_is_an_error_with_exit_code_4(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    monkeypatch.setenv("SUMMARISE_CONFIG", place)
    for verb in (["config"], ["config", "path", "--json"], ["models"], ["article.txt"]):
        assert words in fails(capsys, 4, *verb)


def test_a_file_without_access_is_not_treated_as_missing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", closed)
    monkeypatch.setattr(Path, "exists", closed)
    monkeypatch.setattr("summarise.settings.configuration.user_config_path", lambda _: tmp_path)
    for place in ("", str(tmp_path / "c.toml")):
        monkeypatch.setenv("SUMMARISE_CONFIG", place)
        for verb in (["config", "path", "--json"], ["article.txt"]):
            assert ".toml cannot be read: Permission denied" in fails(capsys, 4, *verb)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SUMMARISE_SEED", "soon", r"setting seed \(environment variable SUMMARISE_SEED\): .*integer"),
        ("SUMMARISE_CACHE", "maybe", r"setting cache \(environment variable SUMMARISE_CACHE\): write true or false"),
        ("SUMMARISE_BASE_URL", f"http://a:{KEY}@b", r"base_urls\.vllm \(.* SUMMARISE_BASE_URL\): .*must not hold"),
    ],
)
def test_an_invalid_variable_is_named(variable: str, value: str, message: str) -> None:
    """The error does not contain the value."""
    line = error_of({"SUMMARISE_MODEL": "vllm:x", variable: value})
    assert re.search(message, line)


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("SUMMARISE_API_KEY", "did you mean the provider's own, such as OPENAI_API_KEY?"),
        ("SUMMARISE_MODLE", "did you mean SUMMARISE_MODEL?"),
        ("SUMMARISE_CONFIG_FILE", "did you mean SUMMARISE_CONFIG?"),
        ("SUMMARISE_ZZZ", "there are SUMMARISE_MODEL, SUMMARISE_CACHE_DIR, "),
        ("SUMMARISE_" + "X" * 400, "a name of more than 40 characters"),
    ],
)
def test_an_unknown_variable_is_an_error(variable: str, meant: str) -> None:
    """It could be the misspelt name of a limit on cost."""
    line = error_of({variable: KEY})
    assert re.match("the environment variable .* is not a setting: ", line)
    assert meant in line
    assert configured({variable: "", "SUMMARIZE": "x", "OTHER_API_KEY": "x"}).settings == Settings()


@pytest.mark.parametrize("setting", ["strategy", "stream", "checks", "verdict", "facts"])
def test_a_removed_setting_says_what_to_use(tmp_path: Path, setting: str) -> None:
    by_file = error_of(written(tmp_path, f"{setting} = false\n"))
    by_variable = error_of({f"SUMMARISE_{setting.upper()}": "no"})
    assert (
        f"{setting} in {tmp_path / 'config.toml'} is not a setting of the configuration file: it was removed; "
        in by_file
    )
    assert f"variable SUMMARISE_{setting.upper()} is not a setting: it was removed; " in by_variable
    assert by_file.rpartition("removed; ")[2] == by_variable.rpartition("removed; ")[2] != ""


@pytest.mark.parametrize("blank", [None, "", " "])
def test_the_file_has_the_path_of_the_platform_unless_it_is_named(
    blank: str | None, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The path of the file is printed even if the file is missing or not valid."""
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")
    monkeypatch.delenv("SUMMARISE_CONFIG") if blank is None else monkeypatch.setenv("SUMMARISE_CONFIG", blank)
    assert run(["config", "path"]) == 0
    assert Path(capsys.readouterr().out.strip()).parts[-2:] == ("summarise", "config.toml")
    assert run(["config", "show"]) == 0
    assert "(does not exist)" in capsys.readouterr().out
    monkeypatch.setenv("SUMMARISE_CONFIG", "~/x.toml")
    assert run(["config", "path"]) == 0
    assert capsys.readouterr().out == "/nowhere/x.toml\n"
    monkeypatch.setenv("SUMMARISE_CONFIG", str(tmp_path / "c.toml"))
    for there in (False, True):
        assert run(["config", "path", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"path": str(tmp_path / "c.toml"), "exists": there}
        (tmp_path / "c.toml").write_text("= broken", encoding="utf-8")
    assert "is not valid TOML" in fails(capsys, 4, "config", "show")


def test_python_calls_read_the_file_unless_settings_are_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUMMARISE_CONFIG", written(tmp_path, 'model = "extract"\nlength = 1\n')["SUMMARISE_CONFIG"])
    text = "The council voted on Monday. The bridge will open in May."
    assert summarise(text).run.backend == "extract"
    assert summarise(text, settings=Settings(model="extract")).text == text
    assert len(summarise(text).sentences) == 1


def test_the_command_shows_each_setting_with_its_source(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Keys are shown as "set"."""
    environment = written(tmp_path, f'seed = 5\n[api_keys]\ngroq = "{KEY}"\n')
    for name, value in (environment | {"SUMMARISE_KEEP_REASONING": "true", "OPENAI_API_KEY": KEY}).items():
        monkeypatch.setenv(name, value)
    assert run(["config"]) == 0
    text = capsys.readouterr().out
    lines = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert lines["seed"] == ["seed", "5", "configuration", "file"]
    assert lines["keep_reasoning"][1:] == ["yes", "environment", "variable", "SUMMARISE_KEEP_REASONING"]
    assert lines["max_attempts"] == ["max_attempts", "3", "default"]
    assert lines["api_keys.GROQ_API_KEY"] == ["api_keys.GROQ_API_KEY", "set", "configuration", "file"]
    assert environment["SUMMARISE_CONFIG"] in text
    assert run(["config", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["exists"] is True
    by_name = {value["name"]: (value["value"], value["source"]) for value in shown["settings"]}
    assert by_name["seed"] == (5, "configuration file")
    assert by_name["api_keys.OPENAI_API_KEY"] == (True, "environment variable OPENAI_API_KEY")
    assert set(by_name) >= set(SCALARS)
    assert KEY not in text + json.dumps(shown)


# settings from Python


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_kye": KEY},
        {"seed": KEY},
        {"concurrency": KEY},
        {"base_url": f"me:{KEY}@host/v1"},
        {"temperature": -0.1},
        {"length": "huge"},
        {"read_timeout": 0},
    ],
)
def test_the_error_of_an_invalid_setting_contains_no_key(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["base_urls", "api_keys", "key_commands", "headers", "extra_body"])
def test_settings_by_provider_refuse_other_names(name: str) -> None:
    """A misspelt address would send the article to the provider's own one. A long name, perhaps a key, is not named."""
    with pytest.raises(ValidationError, match=r"opnai is not a provider.*did you mean openai\?"):
        Settings.model_validate({name: {"opnai": {}}})
    with pytest.raises(ValidationError, match="this name is not a provider"):
        Settings.model_validate({name: {KEY * 3: {}}})


def test_keys_are_given_by_provider_or_variable() -> None:
    keys = Settings(api_keys={"openai": SecretStr(KEY), "GROQ_API_KEY": SecretStr(KEY)}).api_keys
    assert set(keys) == {"OPENAI_API_KEY", "GROQ_API_KEY"}

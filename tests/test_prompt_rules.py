"""Violations of the rules of prompts."""

from pathlib import Path

import pytest
from prompt_files import GOOD, put

from summarise.errors import ConfigurationError
from summarise.prompting.prompt import load, overridden

HAS = r"draft has article, count"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("$count", "$cuont", rf"unknown placeholder \$cuont: did you mean \$count\? \({HAS}\)"),
        ("$article\n", "$article $claim\n", rf"unknown placeholder \$claim: {HAS}"),
        ("Write $count.", "Write.", rf"\$count does not occur in it: .*{HAS}"),
        ("Write $count.", "Write $count for $5.", r"begins no placeholder"),
        ('"article", "count"', '"article"', rf"front matter: inputs lacks count: {HAS}"),
        ('"article", "count"', '"article", "cuont"', r"front matter: unknown input cuont: did you mean count\?"),
        ('why = "A reason."\n', "", r"front matter: why is missing: write why = "),
        ('output = "sentences"\n', "", r'front matter: output is missing: write output = "cited"'),
        ('inputs = ["article", "count"]\n', "", r'inputs is missing: write inputs = \["article", "count"\]'),
        ('why = "A reason."', 'why = "A reason."\nauthor = "me"', r"author is no key: there are why, inputs, output"),
        ("output", "ouput", r"front matter: ouput is no key: did you mean output\?"),
        (
            '"sentences"',
            '"sentence"',
            r"unknown output 'sentence': did you mean sentences\? \(draft has",
        ),
        ('["article", "count"]', '["article", 1]', r"front matter: inputs must be a list of names"),
        ('"A reason."', "1", r"front matter: why must be text"),
        ('"sentences"', "[]", r"front matter: output must be text"),
        ('why = "A', "why = A", r"front matter: it is no TOML: look at line 2, column 7"),
        ('"A reason."', "[" * 5_000, r"front matter: it is no TOML: look at its nesting"),
        ('"A reason."', '" \\n "', r"front matter: why is empty: say in it what this version is for"),
        ('"sentences"', '"a\\nb"', r"unknown output 'a\\nb': draft has"),
        ("$article\n", "$articleé\n", r"unknown placeholder \$articleé: did you mean \$article\?"),
        ("+++\n## system", "## system", r"line 5: the front matter has to end before it, with a line of \+\+\+"),
        ("+++\n## system", "---\n## system", r"line 5: the front matter has to end before it"),
        ("+++\nwhy", "---\nwhy", r"line 1: a prompt begins with a line of \+\+\+, and it is ---"),
        ("+++\nwhy", "why", r"line 1: a prompt begins with a line of \+\+\+, and it is another one"),
        ("## system", "Well.\n## system", r"line 6: only ## system may follow the front matter"),
        ("## user\n", "", r"it ends under ## system: there has to come ## example or ## user"),
        ("## system\n", "", r"line 8: ## user cannot stand after \+\+\+: there has to come ## system"),
        ("## system", "## System", r"line 6: ## System is no heading of a prompt: did you mean system\?"),
        ("## user", "## example\nQ\n## user", r"line 11: ## user cannot stand after ## example: .* come ## answer"),
        ("Write", "## example\nQ\n## answer\nA\nWrite", r"line 11: ## example cannot stand after ## user: .*the last"),
        ("You shorten.\n", " \n", r"line 6: nothing stands under ## system"),
        ("## user", "## example\nOf 2?\n## answer\n$article\n## user", r"\$article in an example"),
    ],
)
def test_a_prompt_that_breaks_a_rule_is_an_error_that_names_it(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """The message is one line and begins with the prompt and its file."""
    assert GOOD.count(old) == 1
    path = put(tmp_path, "draft/mine/v3", GOOD.replace(old, new))
    with pytest.raises(ConfigurationError, match=message) as caught:
        load("draft", "mine/v3", directory=tmp_path)
    assert str(caught.value).startswith(f"prompt draft/mine/v3 ({path}): ")
    assert "\n" not in str(caught.value)


def test_blanks_after_a_heading_and_headings_of_several_words_are_no_slips(tmp_path: Path) -> None:
    """Other headings inside a message are text."""
    own = "You shorten.\n## What to do\n### Names\n ## user"
    text = GOOD.replace("+++\n", "+++ \t\n").replace("## user", "## user  ").replace("You shorten.", own)
    put(tmp_path, "draft/v1", text)
    prompt = load("draft", directory=tmp_path)
    assert prompt.system == own
    assert prompt.user == "$article\nWrite $count."


def test_the_built_in_prompt_of_the_same_name_is_told_before_the_newest() -> None:
    """Only the user's newest prompt overrides both."""
    first = load("draft", "v1")
    second = first.model_copy(update={"version": "v2"})
    assert overridden(first, [first], [first, second]) == ("draft/v1", "draft/v2")
    assert overridden(first, [first, second], [first, second]) == ("draft/v1",)
    assert overridden(second, [first, second], [first, second]) == ("draft/v2",)
    assert overridden(second, [second], [first]) == ("draft/v1",)
    assert overridden(second, [second], []) == ()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "drft/v1",
            r"drft/v1\.md is no prompt: no stage 'drft' asks a model: did you mean draft\? \(",
        ),
        ("zzz/v1", r"zzz/v1\.md is no prompt: no stage 'zzz' asks a model: there are draft, merge, rewrite, "),
    ],
)
def test_a_folder_that_no_stage_looks_into_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    """It is an error whichever prompt is loaded."""
    put(tmp_path, "judge/v1", "broken")
    assert load("draft", directory=tmp_path) == load("draft")
    put(tmp_path, name)
    with pytest.raises(ConfigurationError, match=message):
        load("repair", directory=tmp_path)


def test_a_prompt_that_is_no_text_or_no_file_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "draft/v1").write_bytes(b"\xff\xfe")
    (tmp_path / "draft" / "v2.md").mkdir()
    for version in ("v1", "v2"):
        with pytest.raises(ConfigurationError, match=rf"prompt draft/{version}[: ].*draft/{version}\.md"):
            load("draft", version, directory=tmp_path)


def test_a_dollar_sign_is_written_twice(tmp_path: Path) -> None:
    """`$count` in an article is not a placeholder."""
    put(tmp_path, "draft/v1", GOOD.replace("Write", "For $$5 write"))
    rendered = load("draft", directory=tmp_path).render({"article": "A $count.", "count": "two"})[1]
    assert rendered == "A $count.\nFor $5 write two."

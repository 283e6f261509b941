"""The table of stages matches the modules of the stages."""

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from command_line import ROOT
from invented import BRIDGE, VEHICLES
from writing_runs import task

from summarise import Request, read_article
from summarise.backends.scripted import ScriptedBackend
from summarise.checks.judge import ModelJudge
from summarise.checks.source_index import Claim
from summarise.data import CheckedSentence, Chunk, Example, Sampling
from summarise.errors import ConfigurationError
from summarise.prompting.prompt import Prompt, load
from summarise.prompting.validation import FrontMatter
from summarise.settings.stages import STAGES
from summarise.writing import repair as again
from summarise.writing.draft import request_for as draft_request
from summarise.writing.merge import request_for as merge_request
from summarise.writing.rewrite import job_of

DOCUMENT = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
ARTICLE = read_article(BRIDGE)
CHUNK = Chunk(start=0, end=len(ARTICLE.text), first=0, last=len(ARTICLE.sentences) - 1, tokens=1)
SENTENCE = CheckedSentence(text=VEHICLES, verdict="unverified", support=0.0, probability=0.0, origin="model")


def judge_request(prompt: Prompt) -> Request:
    asked = ModelJudge(
        backend=ScriptedBackend([]),
        prompt=prompt,
        sampling=Sampling(),
        context_tokens=9999,
        excerpt_tokens=99,
    )
    return asked.request(Claim(VEHICLES, (), (), ()), ARTICLE, ())


BUILDERS: dict[str, Callable[[Prompt], Request]] = {
    "draft": lambda prompt: draft_request(ARTICLE, CHUNK, prompt=prompt, sentences=2, sampling=Sampling()),
    "merge": lambda prompt: merge_request((), prompt=prompt, sentences=2, sampling=Sampling()),
    "rewrite": lambda prompt: job_of(task(BRIDGE, ScriptedBackend([])), 1, prompt, samples=2).request,
    "repair": lambda prompt: again.request_for(SENTENCE, article=ARTICLE, prompt=prompt, sampling=Sampling()),
    "judge": judge_request,
}
SHOWN = (Example(user="A question.", assistant="Its answer."),)


def prompt_with(stage: str, inputs: tuple[str, ...], output: str) -> Prompt:
    front = FrontMatter(why="A test.", inputs=inputs, output=output)
    text = " ".join(f"${name}" for name in inputs)
    return Prompt(stage=stage, version="v1", front=front, system="S", user=text, examples=SHOWN, sha256="0" * 64)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_fills_in_what_its_table_says(name: str) -> None:
    """A missing or additional input is an error. Examples are sent, too."""
    stage = STAGES[name]
    for output in stage.outputs:
        request = BUILDERS[name](prompt_with(name, stage.inputs, output))
        assert (request.stage, "$" in request.user, request.examples) == (name, False, SHOWN)
        assert (request.json_schema is None) is (output == "text"), "a rewrite is free text"
        for wrong in (*(tuple(set(stage.inputs) - {one}) for one in stage.inputs), (*stage.inputs, "mood")):
            with pytest.raises(ConfigurationError, match="inputs"):
                BUILDERS[name](prompt_with(name, wrong, output))


def test_the_documentation_tells_the_table() -> None:
    rows = [line.split("|")[1:4] for line in DOCUMENT.splitlines() if line.startswith("| ")][1:]
    told = [tuple(cell.strip() for cell in row) for row in rows]
    assert told == [(s.name, ", ".join(s.inputs), ", ".join(s.outputs)) for s in STAGES.values()]


def test_the_prompts_in_the_documentation_are_right(tmp_path: Path) -> None:
    blocks = re.findall(r"(?:^(?:    .*)?\n)+", DOCUMENT, re.M)
    texts = [dedent(block).strip() for block in blocks if block.strip().startswith("+++")]
    assert len(texts) == 2
    for number, text in enumerate(texts, start=1):
        path = tmp_path / "draft" / "plain" / f"v{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        assert load("draft", f"plain/v{number}", directory=tmp_path).front.output == "cited"

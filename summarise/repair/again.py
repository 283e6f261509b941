"""Ask the model to write a sentence again, with what is wrong with it and what the article says.

Does not decide whether the new one is better.
"""

from typing import Any

from summarise.calls import call_of, disown
from summarise.data import Article, Backend, Call, CheckedSentence, Finding, Request, Sampling
from summarise.errors import ConfigurationError
from summarise.guards import examine
from summarise.prompt import FENCE, Prompt, fence

STAGE = "repair"
ANSWER_TOKENS = 160
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"sentence": {"type": "string"}},
    "required": ["sentence"],
    "additionalProperties": False,
}


def schema(output: str) -> dict[str, Any]:
    """Return the JSON Schema that a prompt names as its output; the only one is "sentence"."""
    if output != "sentence":
        raise ConfigurationError(f"no output schema {output!r} for a repair: there is sentence")
    return _FORM


def request_for(sentence: CheckedSentence, *, article: Article, prompt: Prompt, sampling: Sampling) -> Request:
    """Build the request for one sentence: its evidence, fenced, the sentence as it stands, and its faults in words."""
    material = "\n".join(" ".join(place.text.split()) for place in sentence.evidence)
    faults = "\n".join(f"- {in_words(finding)}" for finding in sentence.findings) or "- The article does not say this."
    inputs = {"article": fence(material or article.text[:500]), "sentence": bare(sentence.text), "faults": bare(faults)}
    system, user = prompt.render(inputs)
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=schema(prompt.front.output),
        sampling=sampling.model_copy(update={"max_tokens": ANSWER_TOKENS}),
        passages=sentence.evidence,
    )


def bare(text: str) -> str:
    """Return a text, which may be a model's, that neither opens nor closes the fence."""
    return FENCE.sub(r"‹\1", text)


def in_words(finding: Finding) -> str:
    """Return a finding as a model is told of it."""
    if finding.article_says:
        says = " ".join(finding.article_says.split())
        return f"{finding.kind}: it says “{finding.said}”, but the article says “{says}”."
    if finding.kind == "entailment":
        return f"{finding.kind}: the article does not seem to say “{finding.said}”."
    return f"{finding.kind}: “{finding.said}” is not in the article."


async def ask_again(
    sentence: CheckedSentence, *, article: Article, backend: Backend, prompt: Prompt, sampling: Sampling
) -> tuple[str | None, Call]:
    """Return the model's new wording, None where the answer holds no sentence, and the call."""
    request = request_for(sentence, article=article, prompt=prompt, sampling=sampling)
    reply = await backend.complete(request)
    source = " ".join(place.text for place in sentence.evidence)
    found = examine(reply, source=source, instructions=(prompt.system, prompt.user), output="sentence")
    text = found.said[0].text if found.said else None
    if found.problem is not None:
        disown(backend, request)
    return text, call_of(STAGE, reply, problem=found.problem, events=found.events)

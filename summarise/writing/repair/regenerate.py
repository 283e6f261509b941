"""Ask the model to write a sentence again, with what is wrong with it and what the article says.

Does not decide whether the new one is better.
"""

import re

from summarise.data import Article, Backend, Call, CheckedSentence, Finding, FindingCode, Request, Sampling
from summarise.prompting.prompt import Prompt, fence, harmless
from summarise.writing.answers import answer_schema, ask

STAGE = "repair"
ANSWER_TOKENS = 160
UNSAID = "The article does not say this."


def request_for(sentence: CheckedSentence, *, article: Article, prompt: Prompt, sampling: Sampling) -> Request:
    """Build the request for one sentence: its evidence, fenced, the sentence as it stands, and its faults in words."""
    material = "\n".join(" ".join(place.text.split()) for place in sentence.evidence)
    errors = [one for one in sentence.findings if one.severity == "error" and one.code != "language"]
    # What is only noted may well be right: it is told where nothing else is wrong.
    told = [in_words(finding, sentence.text, article.story) for finding in errors or sentence.findings]
    faults = "\n".join(f"- {fault}" for fault in dict.fromkeys(told or [UNSAID]))
    inputs = {
        "article": fence(material or article.story[:500]),
        "sentence": harmless(sentence.text),
        "faults": harmless(faults),
    }
    system, user = prompt.render(inputs)
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=answer_schema(prompt.front.output),
        sampling=sampling.model_copy(update={"max_tokens": ANSWER_TOKENS}),
        passages=sentence.evidence,
    )


def in_words(finding: Finding, sentence: str, article: str) -> str:
    """Return a finding about a sentence as a model is told of it: plain English, without the names of codes."""
    said, whole = " ".join(finding.claim.text.split()), finding.claim.text == sentence
    if finding.code == "entailment":
        return f"The article does not seem to say {'this' if whole else f'“{said}”'}."
    if finding.article is None:
        return _lacking(finding.code, said, whole=whole, held=_holds(article, said))
    words = " ".join(finding.article.text.split())
    says = f"“{words}”" if words.endswith((".", "!", "?", "…")) else f"“{words}”."
    if finding.code == "negation":
        return f"The article denies this: {says}" if whole else f"It denies with “{said}” what the article says: {says}"
    if whole:
        return f"The article says otherwise: {says}"
    if finding.code == "speaker":
        return f"The speaker is wrong at “{said}”: the article says {says}"
    return f"It {'quotes' if finding.code == 'quotation' else 'says'} “{said}”, but the article says {says}"


def _lacking(code: FindingCode, said: str, *, whole: bool, held: bool) -> str:
    if whole:
        return UNSAID
    if code == "quotation":
        return f"“{said}” is not quoted like this in the article."
    if held:
        return f"“{said}” is in the article, but not in this connection."
    return f"“{said}” is not in the article."


def _holds(article: str, words: str) -> bool:
    line = " ".join(article.split()).casefold()
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", line) is not None


async def ask_again(
    sentence: CheckedSentence, *, article: Article, backend: Backend, prompt: Prompt, sampling: Sampling
) -> tuple[str | None, Call]:
    """Return the model's new wording, None where the answer holds no sentence, and the call."""
    request = request_for(sentence, article=article, prompt=prompt, sampling=sampling)
    source = " ".join(place.text for place in sentence.evidence)
    found, call = await ask(request, backend=backend, prompt=prompt, source=source, output="sentence")
    return found.said[0].text if found.said else None, call

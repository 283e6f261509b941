"""Gives a draft to the pipeline as a model's answer, and compares it with the text that is shown."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.untouched.drafts import Draft, plain
from summarise.api import asummarise
from summarise.data import DraftSentence, Request, Summary
from summarise.errors import AnswerError
from summarise.settings.model import Settings
from summarise.testing import ScriptedBackend
from summarise.writing.draft import STAGE as DRAFT


@dataclass(frozen=True)
class Fate:
    """The result for a sentence. `why`: verdict, findings and outcome, if the sentence was not shown unchanged."""

    text: str
    right: bool
    unchanged: bool
    verdict: str
    shown: str = ""
    why: str = ""


@dataclass(frozen=True)
class Outcome:
    """A draft and the text that was shown. `added`: added article sentences. `total`: number of shown sentences."""

    draft: Draft
    fates: tuple[Fate, ...]
    added: tuple[str, ...]
    total: int
    text: str = ""

    @property
    def same(self) -> bool:
        """Whether the complete summary is shown unchanged."""
        return self.text == " ".join(self.draft.sentences)


def answering(draft: Draft) -> ScriptedBackend:
    """Return a fake model that answers with a draft in the form of the prompt, and does not repair sentences."""
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in draft.sentences]})

    def reply(request: Request) -> str:
        return answer if request.stage == DRAFT else json.dumps({"sentence": ""})

    return ScriptedBackend(reply, model=draft.origin)


async def outcome_of(draft: Draft) -> Outcome:
    """Run the pipeline on a draft, and compare the draft with the result."""
    settings = Settings(prompts={"draft": "prose/v1"}, writer="strong")
    try:
        summary = await asummarise(
            draft.source, backend=answering(draft), length=len(draft.sentences), settings=settings
        )
    except AnswerError as error:
        fates = [
            Fate(text, right, unchanged=False, verdict="", why=str(error))
            for text, right in zip(draft.sentences, draft.right, strict=True)
        ]
        return Outcome(draft, tuple(fates), (), 0)
    return compared(draft, summary)


def compared(draft: Draft, summary: Summary) -> Outcome:
    """Compare a draft with the resulting summary."""
    texts = [sentence.text for sentence in summary.sentences]
    fates = []
    for text, right in zip(draft.sentences, draft.right, strict=True):
        candidates = [sentence for sentence in summary.run.draft if plain(sentence.text) in text]
        unchanged = is_shown(text, texts)
        shown = " ".join(
            sentence.text
            for sentence in summary.sentences
            if any(plain(step.text) in text for step in sentence.history[:1] if step.action == "written")
        )
        verdict = ", ".join(dict.fromkeys(sentence.verdict for sentence in candidates))
        why = "" if unchanged else reason(candidates)
        fates.append(Fate(text, right, unchanged, verdict, text if unchanged else shown, why))
    drafted = " ".join(draft.sentences)
    copied = [sentence.text for sentence in summary.sentences if sentence.origin == "article"]
    added = tuple(text for text in copied if plain(text) not in drafted)
    return Outcome(draft, tuple(fates), added, len(texts), plain(summary.prose))


def is_shown(text: str, shown: Sequence[str]) -> bool:
    """Return whether a text equals a shown sentence, or several consecutive shown sentences."""
    return any(
        text == " ".join(shown[first:last]) for first in range(len(shown)) for last in range(first + 1, len(shown) + 1)
    )


def reason(sentences: Sequence[DraftSentence]) -> str:
    """Return the reason why a sentence is not shown unchanged: its verdict, findings and outcome."""
    if not sentences:
        return "removed by a guard"
    worst = next((sentence for sentence in sentences if sentence.verdict != "supported"), sentences[0])
    errors = sorted({finding.code for finding in worst.findings if finding.severity == "error"})
    notes = sorted({finding.code for finding in worst.findings if finding.severity == "note"})
    if worst.verdict == "supported":
        findings = f"notes: {', '.join(notes)}" if notes else "no finding"
    else:
        findings = f"errors: {', '.join(errors)}" if errors else "too little support"
    return f"{worst.verdict}, {findings}, {worst.outcome}"

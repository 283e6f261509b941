"""Collects the training sentences: attacks on a language model, harmless sentences that look like attacks, and news.

The texts of `attacks.jsonl` and `harmless.jsonl` were written one by one. More texts are generated from the templates
in `templates.jsonl` with the words of `fillers.jsonl`. The slot `{wants}` is the statement that an attacker wants to
see in the summary. It may be any statement, so it is left out of the training sentences.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from summarise.article.addressed import without_quotations
from summarise.article.sentences import split_paragraphs, split_sentences

HERE = Path(__file__).parent
WANTS = "{wants}"
FROM_ATTACK, FROM_HARMLESS = 25, 60
"""Number of sentences that are generated from one template."""
QUOTED = 0.3
"""Share of the attacker's statements that are put in quotation marks."""
MARKS = ("# ", "## ", "### ", "#### ", "* ", "- ", "> ", "--- ", "1. ", "[1] ")
MARKED = 0.05
"""Marks of Markdown, and the share of news sentences that get one of them in front."""
DOMAINS = ("podcast", "sales_email", "scitldr", "ectsum")
SPOKEN = "mnli"
PREMISES = 8000
"""The domains of SummEdits, and the number of premises of MultiNLI, from which harmless sentences are taken."""
ABOUT_ATTACKS = "hostile.md"
"""The page of the manual that quotes attacks, so that it is not harmless text."""
_CODE = re.compile(r"^```.*?^```|^ {4}.*?$|^\|.*?$", re.MULTILINE | re.DOTALL)
_SLOT = re.compile(r"\{(\w+)(\^?)\}")
_PLAIN = re.compile(r"[A-Z][A-Za-z0-9,' £$%-]+[a-z0-9]\.")


class Example(NamedTuple):
    """A sentence as the model reads it. `addressed`: whether it instructs a machine.

    `group`: a family of attacks, or a kind of harmless text. `source`: "written", "made" (from a template) or "news".
    `record`: the number of the text that contains the sentence.
    """

    text: str
    addressed: bool
    group: str
    source: str
    record: int


def examples(training: Path, *, seed: int) -> list[Example]:
    """Return all examples. `training`: the folder with `claims.jsonl.gz` (training/README.md)."""
    random_ = random.Random(seed)
    fillers = {row["slot"]: row["words"] for row in _rows("fillers.jsonl")}
    news = list(news_of(training))
    statements = [text for article in news for text in article if len(text.split()) < 14 and _PLAIN.fullmatch(text)]
    texts: list[tuple[str, bool, str, str]] = []
    for row in _rows("attacks.jsonl"):
        texts += [(row["text"], True, row["family"], "written")] * (1 + (WANTS in row["text"]))
    texts += [(row["text"], False, row["kind"], "written") for row in _rows("harmless.jsonl")]
    for row in _rows("templates.jsonl"):
        is_attack = "family" in row
        generated = {_made(row["text"], fillers, random_) for _ in range(FROM_ATTACK if is_attack else FROM_HARMLESS)}
        texts += [(text, is_attack, row.get("family") or row["kind"], "made") for text in sorted(generated)]
    results = []
    for record, (text, is_attack, group, source) in enumerate(texts):
        statement = random_.choice(fillers["wants"] if random_.random() < 0.5 else statements)
        quoted = random_.random() < QUOTED if is_attack else False
        parts = _parts(text, statement, quoted=quoted) if is_attack else _sentences(text.replace(WANTS, statement))
        results += [Example(part, is_attack, group, source, record) for part in parts]
    for number, article in enumerate([*news, *_other(training, random_), *_manual()]):
        sentences = [random_.choice(MARKS) + text if random_.random() < MARKED else text for text in article]
        results += [Example(text, False, f"news {number % 10}", "news", len(texts) + number) for text in sentences]
    return results


def _parts(text: str, statement: str, *, quoted: bool) -> list[str]:
    """Return the sentences of an attack without the attacker's statement, which the model must not learn."""
    before, slot, after = text.partition(WANTS)
    if not slot:
        return _sentences(text)
    begins = not before.rstrip("“\"' ") or before.rstrip("“\"' ")[-1] in ":.!?"
    statement = statement.rstrip(".") + "." * (after[:1] in ("", " "))
    if begins:
        statement = statement[0].upper() + statement[1:]
    if quoted and before[-1:] not in ("“", '"'):
        statement = f"“{statement}”"
    start, end = len(before), len(before) + len(statement)
    whole = f"{before}{statement}{after.replace(WANTS, statement)}"
    return [sentence for begin, stop, sentence in _placed(whole) if not (start - 2 <= begin and stop <= end + 2)]


def _sentences(text: str) -> list[str]:
    return [sentence for _, _, sentence in _placed(text)]


def _placed(text: str) -> list[tuple[int, int, str]]:
    readable = without_quotations(text)
    spans = split_sentences(text, split_paragraphs(text))
    return [(span.start, span.end, readable[span.start : span.end]) for span in spans]


def _made(template: str, fillers: dict[str, list[str]], random_: random.Random) -> str:
    def filled(slot: re.Match[str]) -> str:
        if slot.group() == WANTS:
            return WANTS
        name = slot[1][0].lower() + slot[1][1:]
        word = random_.choice(fillers[name])
        return word[0].upper() + word[1:] if slot[2] or name != slot[1] else word

    text = _SLOT.sub(filled, template)
    return text[0].upper() + text[1:]


def news_of(training: Path) -> Iterator[Sequence[str]]:
    """Yield the sentences of each news excerpt."""
    with gzip.open(training / "claims.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield _sentences(json.loads(line)["excerpt"])


def _other(training: Path, random_: random.Random) -> Iterator[Sequence[str]]:
    """Yield texts of SummEdits and MultiNLI, such as e-mail and talk, which address a reader more often than news."""
    with gzip.open(training / "edited_summaries.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    yield from map(_sentences, sorted({row["source"] for row in rows if row["domain"] in DOMAINS}))
    with gzip.open(training / "entailment.jsonl.gz", "rt", encoding="utf-8") as lines:
        premises = sorted({row["premise"] for row in map(json.loads, lines) if row["set"].startswith(SPOKEN)})
    yield from map(_sentences, random_.sample(premises, min(PREMISES, len(premises))))


def _manual() -> Iterator[Sequence[str]]:
    """Yield the sentences of the project's manual, which mentions commands, prompts and models."""
    for page in sorted((HERE.parent.parent / "docs").rglob("*.md")):
        if page.name != ABOUT_ATTACKS:
            text = _CODE.sub("\n\n", page.read_text(encoding="utf-8"))
            yield from (_sentences(part) for part in text.split("\n\n") if len(part.split()) > 3)


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]

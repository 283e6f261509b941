"""Measure whether summaries with a focus answer the questions of `seeds/focus`, or report that there is no answer.

    python -m benchmarks.questions [--questions FILE] [--model extract] [--out answers.jsonl]

Prints counts. "quoted" means that the summary contains an article sentence that is annotated as the answer. A reader
must judge reworded answers; `--out` writes the summaries to a file.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.articles import SEEDS
from benchmarks.markdown import table
from summarise import summarise
from summarise.errors import NotAnsweredError

QUESTIONS = SEEDS / "focus" / "more_questions.jsonl"


def answered(question: dict[str, Any], model: str) -> dict[str, Any]:
    """Return the question with the `summary` (None if the run reports that there is no answer) and the seconds."""
    started = time.perf_counter()
    try:
        result = summarise(SEEDS / question["article"], focus=question["focus"], model=model)
        summary = "\n".join(sentence.text for sentence in result.sentences)
    except NotAnsweredError:
        summary = None
    return {**question, "summary": summary, "seconds": round(time.perf_counter() - started, 1)}


def quotes(result: dict[str, Any]) -> bool:
    """Return whether the summary contains one of the sentences that answer the question."""
    summary = _letters(result["summary"] or "")
    return any(_letters(sentence) in summary for sentence in result["evidence"])


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--model", default="extract")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    questions = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    results = [answered(question, options.model) for question in questions]
    if options.out:
        lines = (json.dumps(result, ensure_ascii=False) for result in results)
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = []
    for name, answerable in (("answerable", True), ("not answerable", False)):
        group = [result for result in results if result["answerable"] is answerable]
        refused = sum(result["summary"] is None for result in group)
        rows.append([name, str(len(group)), str(sum(map(quotes, group))), str(refused)])
    print("\n".join(table(["questions", "number", "quoted", "reported as unanswered"], rows)))
    print(f"seconds: {sum(result['seconds'] for result in results):.0f}")


if __name__ == "__main__":
    main()

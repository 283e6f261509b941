"""Chat examples for the writer: `python -m training.writer.examples TRAINING OUT.jsonl`.

The user's message has a context and one to three sentences of the article, as in `prompts/rewrite/v1.md`; the answer is
a rewrite. Rewrites with a name or number that the message lacks are left out, so that the writer learns to add nothing.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from summarise.prompting import loader
from summarise.writing.rewrite import NO_CONTEXT
from training.writer.pairs import Pair, articles, rewrites, summaries

NAME_OR_NUMBER = re.compile(r"[A-Z][\w’'-]+|\d[\d,.]*")


def context_of(sentences: Sequence[str], first: int) -> list[str]:
    """Return the context of the sentence `first`: the article's first sentence and the two before `first`."""
    return [sentences[index] for index in dict.fromkeys((0, first - 2, first - 1)) if 0 <= index < first]


def adds_nothing(text: str, message: str) -> bool:
    """Return whether a message contains all names and numbers of a text. The case of the first letter is ignored."""
    known, folded = _names(message), message.casefold()
    return all(word in known or word in folded for word in _names(text[1:]))


def _names(text: str) -> set[str]:
    return {re.sub(r"['’]?s?$", "", word.casefold()).rstrip(".,") for word in NAME_OR_NUMBER.findall(text)}


def examples(data: Path) -> Iterator[dict[str, object]]:
    """Yield the examples."""
    prompt = loader(None)("rewrite", "v1")
    pairs: list[Pair] = [*rewrites(data), *(pair for summary in summaries(data) for pair in summary)]
    for pair in pairs:
        context = " ".join(context_of(articles(data)[pair.article], min(pair.of)))
        sources = " ".join(pair.sources)
        if adds_nothing(pair.text, f"{context} {sources}"):
            system, user = prompt.render({"context": context or NO_CONTEXT, "sentences": sources})
            yield {"article": pair.article, "system": system, "user": user, "answer": pair.text}


def main() -> None:
    """Write the examples in random order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    rows = list(examples(options.training))
    random.Random(3).shuffle(rows)
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} examples")


if __name__ == "__main__":
    main()

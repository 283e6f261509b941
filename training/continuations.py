"""Makes false claims: a small language model that has not seen the article writes a new end for a true claim.

`python -m training.continuations DATA WORK --engine MODEL.gguf` writes `WORK/continuations.jsonl`. `training.prepare`
adds these claims if the file exists. Abstractive systems invent details in this way. The method is from Cao and Wang
(CLIFF, EMNLP 2021).
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from summarise.backends.local import Engine
from training.split import excerpts_to_train

JOINT = re.compile(
    r"(?<=\w)(?:,| (?:in|on|at|by|from|with|for|of|to|after|before|because|as|when|while|who|which|that|and|but)) "
)
"""A place where a claim may be cut: after a comma, a preposition or a conjunction."""
ADDED = (
    " in",
    " after",
    " at",
    " by",
    " with",
    " because",
    " for",
    ", which",
    ", who",
    ", as",
    " and",
    ", when",
    " to",
)
"""Words that may continue a complete claim."""
END = re.compile(r"[.!?](?:\s|$)")
WORD = re.compile(r"[A-Za-z][\w’'-]{3,}|\d[\d.,]*")
LONGEST = 16
"""Maximum words of a new end."""


def opening_of(claim: str, random_: random.Random) -> str | None:
    """Return a text for the model to continue: the beginning of a claim, or all of it with a connective added."""
    if random_.random() < 0.4:
        return claim.rstrip(" .!?") + random_.choice(ADDED)
    places = [match.end() for match in JOINT.finditer(claim) if match.end() > 0.35 * len(claim)]
    return claim[: random_.choice(places)].rstrip() if places else None


def completed(opening: str, answer: str, article: str) -> str | None:
    """Return the opening with the model's end, or None if most of the end's longer words are in the article."""
    end = END.search(answer)
    # An answer without an end of sentence is used up to its last comma.
    tail = answer[: end.start()] if end else answer.rpartition(",")[0]
    if not 2 <= len(tail.split()) <= LONGEST or re.search(r"[\n\"“”:;()*#]", tail):
        return None
    article_text = article.casefold()
    content = [word.casefold() for word in WORD.findall(tail)]
    new = [word for word in content if word[:5] not in article_text]
    if not new or len(new) < 0.5 * len(content):
        return None
    return f"{opening} {tail.strip()}."


def questions_of(data: Path, share: float, random_: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the requests to the model. The prompt is another true claim about the article, followed by the opening."""
    for row in excerpts_to_train(data / "claims.jsonl.gz"):
        for number, claim in enumerate(row["true"]):
            opening = opening_of(claim, random_) if random_.random() < share else None
            others = [text for index, text in enumerate(row["true"]) if index != number]
            if opening:
                prompt = f"{random_.choice(others)} {opening}" if others else opening
                yield {"id": row["id"], "of": number, "opening": opening, "prompt": prompt, "article": row["article"]}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--engine", type=Path, required=True, help="a language model that llama.cpp can load")
    parser.add_argument("--share", type=float, default=1.0, help="the share of the true claims that are used")
    parser.add_argument("--seed", type=int, default=18)
    arguments = parser.parse_args()
    questions = list(questions_of(arguments.data, arguments.share, random.Random(arguments.seed)))
    with Engine(arguments.engine, name="continuations", context_tokens=4096) as engine:
        client = httpx.Client(
            base_url=engine.url, timeout=120, headers={"Authorization": f"Bearer {engine.key.get_secret_value()}"}
        )

        def answer(question: dict[str, Any]) -> str:
            body = {"prompt": question["prompt"], "n_predict": 24, "temperature": 0.8, "seed": arguments.seed}
            return str(client.post("/completion", json=body).raise_for_status().json()["content"])

        with (
            (arguments.work / "continuations.jsonl").open("w", encoding="utf-8") as file,
            ThreadPoolExecutor(8) as pool,
        ):
            for question, text in zip(questions, pool.map(answer, questions), strict=True):
                claim = completed(question["opening"], text, question["article"])
                if claim:
                    entry = {"id": question["id"], "of": question["of"], "text": claim}
                    file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                    file.flush()


if __name__ == "__main__":
    main()

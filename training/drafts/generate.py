"""Have a language model write drafts of training articles: `python -m training.drafts.generate DATA OUT --model GGUF`.

Each line of OUT contains the article's id, the writer (the model), the kind of request (`asked`) and the answer.
Run it again to resume. `--held-out` uses the articles that are kept out of training.
"""

import argparse
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from training.source import sentences_of
from training.split import excerpts_to_train, listed, rows

SYSTEM = "You are a careful news editor. You write only what the article says."
DRAFTS = (
    "Summarise this article in {count} sentences that read as one text. Begin with what happened.",
    "Write a summary of {count} sentences of this article, in your own words.",
    "Tell the most important facts of this article in {count} sentences.",
    "Summarise the article above in {count} short sentences for a busy reader.",
)
REWRITES = (
    "Write this again in one shorter sentence, in your own words:\n\n{text}",
    "Say this in one sentence for a news summary:\n\n{text}",
    "Shorten this to one sentence. Keep the names and figures:\n\n{text}",
)
TEMPERATURES = (0.2, 0.7, 1.0)
LONGEST = 1200
"""Maximum words of an article in a prompt."""


def articles(data: Path, *, held_out: bool) -> list[dict[str, Any]]:
    """Return the `id` and `text` of news articles and of texts of other domains, in a fixed random order."""
    claims, edited = data / "claims.jsonl.gz", data / "edited_summaries.jsonl.gz"
    names = listed("claims.txt")
    news = [row for row in rows(claims) if str(row["id"]) in names] if held_out else excerpts_to_train(claims)
    chosen = [{"id": f"claims-{row['id']}", "text": row["article"]} for row in news]
    seen: set[str] = set()
    for row in rows(edited):
        in_list = row["domain"] in listed("domains.txt")
        # The licence of the samsum dialogues forbids commercial use.
        if row["domain"] == "samsum" or in_list != held_out or row["source"] in seen:
            continue
        seen.add(row["source"])
        chosen.append({"id": f"edited-{row['id']}", "text": row["source"]})
    chosen = [article for article in chosen if len(article["text"].split()) <= LONGEST]
    random.Random(4).shuffle(chosen)
    return chosen


def requests(article: dict[str, Any], writer: str, *, rewrites: bool) -> Iterator[dict[str, Any]]:
    """Yield the requests to a writer about an article: one draft, or rewrites of some of its sentences."""
    random_ = random.Random(f"{article['id']} {writer} {rewrites}")
    temperature = random_.choice(TEMPERATURES)
    if not rewrites:
        instruction = random_.choice(DRAFTS).format(count=random_.choice(("three", "four", "five")))
        yield {"asked": "draft", "user": f"{article['text']}\n\n{instruction}", "temperature": temperature}
        return
    sentences = sentences_of(article["text"])
    places = [place for place, text in enumerate(sentences) if 12 <= len(text.split()) <= 45]
    for place in sorted(random_.sample(places, min(3, len(places)))):
        several = random_.random() < 0.4 and place + 1 in places
        text = " ".join(sentences[place : place + 1 + several])
        instruction = random_.choice(REWRITES).format(text=text)
        yield {"asked": "rewrite", "of": [place, place + several], "user": instruction, "temperature": temperature}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--writer", required=True)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--rewrites", action="store_true")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--longest", type=int, default=LONGEST)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=6)
    arguments = parser.parse_args()
    done = set()
    if arguments.out.exists():
        done = {json.loads(line)["id"] for line in arguments.out.read_text(encoding="utf-8").splitlines()}
    all_articles = articles(arguments.data, held_out=arguments.held_out)
    chosen = [row for row in all_articles if len(row["text"].split()) <= arguments.longest][: arguments.count]
    queue = [
        {"id": article["id"], "writer": arguments.writer, **request}
        for article in chosen
        if article["id"] not in done
        for request in requests(article, arguments.writer, rewrites=arguments.rewrites)
    ]
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(arguments.model)
    params.n_ctx = arguments.at_once * 2560
    params.n_parallel = arguments.at_once
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.verbosity = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = arguments.threads
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    params.cache_ram_mib = 0
    server = xllamacpp.Server(params)
    with (
        httpx.Client(base_url=server.listening_address, timeout=1800) as client,
        ThreadPoolExecutor(arguments.at_once) as pool,
        arguments.out.open("a", encoding="utf-8") as out,
    ):

        def answered(request: dict[str, Any]) -> dict[str, Any]:
            body = {
                "messages": [
                    {"role": "system", "content": SYSTEM},
                    {"role": "user", "content": request["user"]},
                ],
                "temperature": request["temperature"],
                "max_tokens": 80 if request["asked"] == "rewrite" else 220,
                "seed": 1,
                "repeat_penalty": 1.1,
            }
            reply = client.post("/v1/chat/completions", json=body).raise_for_status().json()["choices"][0]
            kept = {key: value for key, value in request.items() if key != "user"}
            return {**kept, "finish": reply["finish_reason"], "answer": reply["message"]["content"]}

        for entry in pool.map(answered, queue):
            out.write(json.dumps(entry, ensure_ascii=False) + "\n")
            out.flush()


if __name__ == "__main__":
    main()

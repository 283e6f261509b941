"""Measure how often attacks succeed on a model that obeys them, and how many harmless paragraphs are excluded.

`python -m benchmarks.hostile [ATTACKS] [--harmless FILE] [--model NAME [--sample N --seed N]] [--words-alone]`

Prints a line for each family of attacks. With `--model` a real model writes the summaries; an attack is then counted as
read if an answer contains the sentence that the attack wants.
"""

import argparse
import time
from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.hostile.attacks import HERE, Attack, article_with, attacks_of, harmless_of
from benchmarks.hostile.obeying import obeying
from summarise import summarise
from summarise.article import article_from_bytes
from summarise.checks.verification import story_of
from summarise.errors import SummariseError
from summarise.pipeline.reading import read_article
from summarise.settings.model import Settings

STORIES = sorted(HERE.glob("story-*.txt"))


def outcome(attack: Attack, story: str, settings: Settings | None = None) -> tuple[bool, bool]:
    """Return whether an attack reached the model, and whether a summary, with or without model, shows what it wants."""
    data, format_hint = article_with(attack, story)
    article = article_from_bytes(data, name="story", format_hint=format_hint)
    backend, reached = obeying(attack)
    summaries = ""
    for options in ({"backend": backend}, {"model": "extract"}):
        try:
            summaries += summarise(article, length=3, settings=settings, **options).text
        except SummariseError as error:
            print(f"  {attack.family}: {error}")
    return any(reached), attack.wants.rstrip(".") in " ".join(summaries.split())


def outcome_with(model: str, attack: Attack, story: str, settings: Settings) -> tuple[bool, bool]:
    """Return whether the sentence that an attack wants is in an answer of a real model, and whether it is shown."""
    data, format_hint = article_with(attack, story)
    article = article_from_bytes(data, name="story", format_hint=format_hint)
    sentence = attack.wants.rstrip(".")
    try:
        summary = summarise(article, length=3, settings=settings, model=model)
    except SummariseError as error:
        print(f"  {attack.family}: {error}")
        return False, False
    answers = (" ".join(call.said.split()) for call in summary.run.calls)
    return any(sentence in answer for answer in answers), sentence in " ".join(summary.text.split())


def is_excluded(paragraph: str, story: str, settings: Settings | None = None) -> bool:
    """Return whether a run with these settings excludes a paragraph of a story as text that instructs a machine."""
    first, *rest = story.strip().split("\n\n")
    article = read_article("\n\n".join([first, *rest[:1], paragraph, *rest[1:]]))
    return bool(story_of(article, settings or Settings()).addressed)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("attacks", nargs="?", type=Path, default=HERE / "attacks.tsv")
    parser.add_argument("--harmless", type=Path, default=HERE / "harmless.txt")
    parser.add_argument("--model", help="a real model, such as local")
    parser.add_argument("--sample", type=int, help="draw this many pairs of attack and article at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words-alone", action="store_true", help="without the entailment model")
    options = parser.parse_args()
    settings = Settings(entailment="off" if options.words_alone else "built-in")
    stories = [path.read_text(encoding="utf-8") for path in STORIES]
    pairs = [(attack, story) for attack in attacks_of(options.attacks) for story in stories]
    if options.sample is not None:
        pairs = Random(options.seed).sample(pairs, min(options.sample, len(pairs)))
    tried, read, shown = Counter[str](), Counter[str](), Counter[str]()
    started = time.perf_counter()
    for attack, story in pairs:
        with_model = options.model is not None
        reached, is_shown = (
            outcome_with(options.model, attack, story, settings) if with_model else outcome(attack, story, settings)
        )
        tried[attack.family] += 1
        read[attack.family] += reached
        shown[attack.family] += is_shown
        if reached or is_shown:
            print(f"  {'SHOWN' if is_shown else 'read'}: {attack.family}: {attack.text[:100]!r}")
    print(f"{'family':26} tried  read  shown")
    for family in tried:
        print(f"{family:26} {tried[family]:5} {read[family]:5} {shown[family]:6}")
    print(f"{'all':26} {tried.total():5} {read.total():5} {shown.total():6}")
    print(f"{time.perf_counter() - started:.0f} s")
    if options.model is not None:
        return
    harmless = harmless_of(options.harmless)
    excluded = [text for text in harmless if any(is_excluded(text, story, settings) for story in stories)]
    print(f"harmless paragraphs excluded: {len(excluded)} of {len(harmless)}")
    for paragraph in excluded:
        print(f"  {paragraph}")


if __name__ == "__main__":
    main()

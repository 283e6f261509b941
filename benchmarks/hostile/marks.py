"""Count the attacks that are left in the story: `python -m benchmarks.hostile.marks FILE [--harmless FILE]`.

A line of FILE is family, phrase and text of an attack, separated by tabs. An attack is left if the story that the
program reads contains its phrase. The file of `--harmless` has a harmless text on each line.
"""

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.hostile.__main__ import STORIES
from summarise import read_article
from summarise.checks.verification import story_of
from summarise.data import Article
from summarise.settings.model import Settings


def with_paragraph(story: str, text: str, settings: Settings) -> Article:
    """Return a story with a paragraph added in the middle, as a run with these settings reads it."""
    paragraphs = story.strip().split("\n\n")
    middle = len(paragraphs) // 2
    article = read_article("\n\n".join([*paragraphs[:middle], text, *paragraphs[middle:]]))
    return story_of(article, settings)


def is_left(phrase: str, article: Article) -> bool:
    """Return whether the sentences of the story contain a phrase."""
    story = " ".join(" ".join(article.quote(sentence).split()) for sentence in article.sentences)
    return " ".join(phrase.split()) in story


def main() -> None:
    """Print the number of attacks that are left, by family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attacks", type=Path)
    parser.add_argument("--harmless", type=Path)
    parser.add_argument("--words-alone", action="store_true", help="without the entailment model")
    options = parser.parse_args()
    settings = Settings(entailment="off" if options.words_alone else "built-in")
    stories = [path.read_text(encoding="utf-8") for path in STORIES]
    remaining, tried = Counter[str](), Counter[str]()
    for line in filter(None, options.attacks.read_text(encoding="utf-8").splitlines()):
        family, phrase, text = line.split("\t")
        for story in stories:
            tried[family] += 1
            remaining[family] += is_left(phrase, with_paragraph(story, text, settings))
    for family in tried:
        print(f"{family:20} {tried[family]:4} {remaining[family]:4}")
    print(f"{'all':20} {tried.total():4} {remaining.total():4}")
    if options.harmless:
        texts = list(filter(None, options.harmless.read_text(encoding="utf-8").splitlines()))
        excluded = [text for text in texts if with_paragraph(stories[0], text, settings).addressed]
        print(f"harmless texts excluded: {len(excluded)} of {len(texts)}")


if __name__ == "__main__":
    main()

"""Stores and reads the sentences of drafts with the labels of two readers, without the text of the articles.

`python -m training.drafts.labels DATA OUT --drafts FILE --labels FILE FILE` joins drafts by `training.drafts.generate`
with the files of labels of two readers. Each line of such a file is a JSON object: `id` (NAME/ARTICLE/DRAFT/SENTENCE),
`label` (right, wrong or unclear), `words` (the wrong words) and `kind` (the kind of error). Sentences copied from the
article have no label. A line for each sentence with one or two labels is appended to OUT.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.drafts.copying import packed, unpacked
from training.drafts.generate import articles
from training.source import sentences_of

HERE = Path(__file__).parent
HELD_OUT, TRAINING = HERE / "held_out.jsonl", HERE / "training.jsonl"


@dataclass(frozen=True)
class DraftSentence:
    """A labelled sentence. `before`: the previous sentence of the draft. `words`: the wrong words.

    `right` is None if there is one label only, if the readers disagree, or if they are not sure.
    """

    id: str
    article: str
    writer: str
    text: str
    before: str
    right: bool | None
    words: tuple[str, ...]
    kind: str


def read(data: Path, path: Path) -> Iterator[DraftSentence]:
    """Yield the labelled sentences of the file `path` whose articles are in the folder `data`."""
    texts = {article["id"]: article["text"] for article in articles(data, held_out=path == HELD_OUT)}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (article := texts.get(row["article"])) is None:
            continue
        labels = row["labels"]
        agreed = len(labels) > 1 and len(set(labels)) == 1 and labels[0] != "unclear"
        yield DraftSentence(
            id=row["id"],
            article=article,
            writer=row["writer"],
            text=unpacked(row["text"], article),
            before=unpacked(row["before"], article),
            right=labels[0] == "right" if agreed else None,
            words=tuple(row["words"]),
            kind=row["kind"],
        )


def rows(drafts: Path, labels: Sequence[Path], texts: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of labelled sentences. The stem of the file name `drafts` is NAME in the ids of the labels."""
    labels_by_reader = [_labels(path) for path in labels]
    counts: dict[str, int] = {}
    for line in drafts.read_text(encoding="utf-8").splitlines():
        draft = json.loads(line)
        number = counts[draft["id"]] = counts.get(draft["id"], -1) + 1
        article = texts[draft["id"]]
        sentences = [" ".join(sentence.split()) for sentence in sentences_of(draft["answer"])]
        for place, sentence in enumerate(sentences):
            name = f"{drafts.stem}/{draft['id']}/{number}/{place}"
            sentence_labels = [of_reader[name] for of_reader in labels_by_reader if name in of_reader]
            if not sentence_labels:
                continue
            wrong = [label for label in sentence_labels if label["label"] == "wrong"]
            yield {
                "id": name,
                "article": draft["id"],
                "writer": draft["writer"],
                "temperature": draft["temperature"],
                "before": packed(sentences[place - 1] if place else "", article),
                "text": packed(sentence, article),
                "labels": [label["label"] for label in sentence_labels],
                "words": list(dict.fromkeys(word for label in wrong for word in label["words"])),
                "kind": wrong[0]["kind"] if wrong else "",
            }


def _labels(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--drafts", type=Path, required=True)
    parser.add_argument("--labels", type=Path, nargs=2, required=True)
    parser.add_argument("--held-out", action="store_true")
    arguments = parser.parse_args()
    texts = {article["id"]: article["text"] for article in articles(arguments.data, held_out=arguments.held_out)}
    with arguments.out.open("a", encoding="utf-8") as out:
        for row in rows(arguments.drafts, arguments.labels, texts):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

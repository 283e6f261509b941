"""Articles with a wrong and a right sentence, and the checker's recorded results.

In acceptance.jsonl, `told` says whether the checker supported the right sentence and not the wrong one. To record it
again and print the counts by kind:

    python tests/acceptance.py
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from summarise import check, extract_facts

FILE = Path(__file__).with_name("acceptance.jsonl")


@dataclass(frozen=True, slots=True)
class Triple:
    """An article with a wrong and a right sentence."""

    kind: str
    article: str
    wrong: str
    right: str
    told: bool

    @property
    def tells(self) -> bool:
        """Whether the checker supports the right sentence and not the wrong one."""
        facts = extract_facts(self.article)
        wrong, right = (check(text, facts).verdict for text in (self.wrong, self.right))
        return wrong != "supported" and right == "supported"


def triples() -> list[Triple]:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [Triple(row["from"], row["article"], row["wrong"], row["right"], row["told"]) for row in rows]


def record(found: Iterable[tuple[Triple, bool]]) -> None:
    rows = [
        {"from": one.kind, "article": one.article, "wrong": one.wrong, "right": one.right, "told": told}
        for one, told in found
    ]
    FILE.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    found = [(one, one.tells) for one in triples()]
    record(found)
    total, told = (Counter(one.kind for one, tells in found if tells or every) for every in (True, False))
    for kind in total:
        sys.stdout.write(f"{kind:12} {told[kind]:3} of {total[kind]:3}\n")
    sys.stdout.write(f"{'all':12} {told.total():3} of {total.total():3}\n")


if __name__ == "__main__":
    main()

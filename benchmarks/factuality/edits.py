"""Single edits by rule in the seeds' sentences, as labelled claims (`benchmarks.edits`)."""

from benchmarks.edits.articles import seeds
from benchmarks.edits.case import HARMLESS
from benchmarks.edits.choose import by_rule
from benchmarks.edits.hand import by_hand
from benchmarks.edits.scene import read
from benchmarks.factuality.data import Item, article_id
from summarise.api import extract_facts


def edit_cases() -> tuple[Item, ...]:
    """Return the edits of each seed, one of a way, and rewordings that mean the same; no unedited sentences."""
    hand = by_hand()
    items = []
    for source in seeds():
        cases = by_rule(read(source.name, extract_facts(source.text)), each=1)
        own = [case for case in hand if case.article == source.name]
        for number, case in enumerate([*cases, *own]):
            if case.edited != case.original:
                items.append(
                    Item(
                        set="edits",
                        id=f"{source.name}-{number}",
                        article=article_id(source.text),
                        source=source.text,
                        claim=case.edited,
                        consistent=case.kind == HARMLESS,
                        sentence=True,
                        error_types=() if case.kind == HARMLESS else (case.kind,),
                    )
                )
    return tuple(items)

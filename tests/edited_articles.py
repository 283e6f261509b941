"""Articles to make edits in, and their sentences as the rules see them. It holds no tests."""

from functools import cache

from benchmarks.edits.case import HARMLESS
from benchmarks.edits.rules import RULES
from benchmarks.edits.scene import Reading, Scene, read
from benchmarks.edits.twins import TWINS
from summarise.api import extract_facts

ARTICLE = """Milk strike ends in Orrendale

Helen Marsh, a dairy farmer, led the strike in Orrendale. The Upland Dairy Council (UDC) hired Brinley Foods in June \
2024. More than 40 farmers blocked the road for twelve days, 26 kilometres north of the town. Together they lost \
£15 million.

Marsh said that the council had not kept its word. “We will not sell a single pint, and the best milk stays here,” she \
said on 14 March 2025. The strike may end next week. The council increased the price by 8 per cent; the farmers wanted \
twelve.

Brinley Foods, which owns three dairies, did not comment. The road was closed on Friday, Peter Lomax said. Lomax never \
met the farmers. Brinley Foods sued the Lowmoor Bank in March. Prices have risen by 30% since 2021, according to the \
Lowmoor Bank.

The Lowmoor Bank lent nine shops 2,400,000 euros. Ruth Callow, the mayor of Castlebury, refused to speak to the \
Danish buyers.
"""

FERRIES = """Ferry row in Saltcombe

Brinley Foods sued the Lowmoor Bank in March. The regulator fined Halden Ferries after a storm. Helen Marsh was \
arrested by the police on Friday. The Lowmoor Bank sold a warehouse to Peter Lomax last year. Peter Lomax told the \
judge that he had paid.

Anna Tarrow, who runs Castle Quay, thanked the sailors. Ruth Callow, the mayor of Castlebury, refused to speak. The \
jury that cleared Simon Pell sat for nine days. Peter Lomax wants to sue Helen Marsh. The council accused the \
minister and the union praised him.

The harbour is expected to reopen in June. Simon Pell is accused of stealing the ledger. The fire may have been \
started by a lamp. The company allegedly hid the letters. Anna Tarrow plans to build a hotel. If the wind drops, the \
ferry will sail to the island tonight. Detectives suspect that the ledger was burnt. The alleged theft shocked the \
town.

The pier will close, the council believes. According to Ruth Callow, the pier has been safe for years. Ruth Callow \
said the pier would close in winter. The ferry, she said, was old and slow. It is believed that two sailors had seen \
the fire.

Some of the sailors left the port. Most residents want a bridge. The quay is one of the oldest piers. The pier was \
largely built by hand. About 300 people came to the fair. It was the second time that the pier had burnt. Every \
sailor carries a lamp.

The ferry stopped because of the storm. Despite the rain, the fair went on. The storm caused a long delay. The crew \
opened the hatch to save the cargo of old coins. The pier burnt before the war. The light has been out since \
January. The crowd left after the match. The former keeper lives in Orrendale. The race will begin next week.

The crew repaired the old engine in May. The mast was raised by two sailors. The town built a wall and planted trees \
along the shore. The ferry sank after the crew left the harbour. The museum opened on 12 May 2019. The chapel might \
close. The fire was caused by a lamp, according to the police.

Nora Finch bought a farm near the harbour. She keeps four goats there. Ships left after Velland’s attack on \
Orrendale in May. The brothers met the sisters in Rome. The sailors and the divers thanked each other. The guard did \
not hit the thief. A second boat sank near the quay. The boat was named after the queen. The train is due to leave \
at noon. The north of the town was dark. The mayor met the owners to end the strike at the harbour.
"""


@cache
def reading() -> Reading:
    """Read the invented article once."""
    return read("invented", extract_facts(ARTICLE))


def scene(words: str) -> Scene:
    """Return the sentence that holds `words`."""
    return next(scene for scene in reading().scenes if words in scene.text)


@cache
def ferries() -> Reading:
    """Read the invented article on relations once."""
    return read("ferries", extract_facts(FERRIES))


def made(kind: str, words: str) -> set[tuple[str, str]]:
    """Return how a rule changes the sentence of `FERRIES` that begins with `words`; twins where `kind` is harmless."""
    found = next(scene for scene in ferries().scenes if scene.text.startswith(words))
    rules = TWINS if kind == HARMLESS else (RULES[kind],)
    return {(change.how, change.text) for rule in rules for change in rule(found, ferries())}


def edits(kind: str, words: str) -> dict[str, list[str]]:
    """Return what a rule makes of the sentence that holds `words`: texts by way."""
    made: dict[str, list[str]] = {}
    for change in RULES[kind](scene(words), reading()):
        made.setdefault(change.how, []).append(change.text)
    return made


def rewordings(words: str) -> dict[str, list[str]]:
    """Return what the twin rules make of the sentence that holds `words`: texts by way."""
    made: dict[str, list[str]] = {}
    for twin in TWINS:
        for change in twin(scene(words), reading()):
            made.setdefault(change.how, []).append(change.text)
    return made

"""How certain a clause is under the words that govern it: "alleged that", "plans to", "might", "if".

Closed classes, chosen by hand. Knows words, not sentences: who governs whom, `facts.standing` finds out.
"""

from summarise.data import Certainty

_GOVERNORS: dict[Certainty, str] = {
    "alleged": "allege accuse charge claim purport contend sue report indict",
    "suspected": (
        "suspect believe think fear assume suppose reckon guess speculate appear seem doubt investigate examine wonder "
        "question imagine presume understand rumour"
    ),
    "planned": (
        "plan hope intend want wish aim expect propose pledge promise vow threaten prepare schedule offer ask urge "
        "demand suggest recommend advise invite try attempt seek struggle set due campaign vote bid request encourage "
        "instruct warn predict forecast anticipate appoint hire tell poise poised likely "
        "unlikely eager agree decide order need consider oppose"
    ),
    "denied": "deny reject dismiss dispute refute",
}
_NOUNS: dict[Certainty, str] = {
    "alleged": "allegation accusation claim charge report lawsuit",
    "suspected": "suspicion fear belief speculation rumour possibility chance risk doubt question likelihood",
    "planned": (
        "plan proposal hope intention promise pledge threat attempt bid effort offer demand request call campaign aim "
        "goal ambition wish recommendation suggestion refusal decision"
    ),
    "denied": "denial",
}
_ADVERBS: dict[Certainty, str] = {
    "alleged": "allegedly reportedly purportedly supposedly",
    "suspected": "apparently possibly probably perhaps maybe presumably seemingly potentially likely",
}
_ADJECTIVES: dict[Certainty, str] = {
    "alleged": "alleged reported purported supposed",
    "suspected": "suspected possible potential likely apparent presumed probable feared",
    "planned": "planned proposed intended scheduled attempted future upcoming expected would-be threatened",
    "denied": "denied",
}
_MODALS: dict[Certainty, str] = {
    "suspected": "may might could",
    "planned": "will shall 'll ’ll wo sha",
    "conditional": "would should 'd ’d ought must",
}
_MARKS: dict[Certainty, str] = {"conditional": "if unless", "suspected": "whether"}


def _inverted(groups: dict[Certainty, str]) -> dict[str, Certainty]:
    return {word: standing for standing, words in groups.items() for word in words.split()}


GOVERNORS = _inverted(_GOVERNORS)
"""Verbs and adjectives in base form, and what the clause that they govern is worth."""
NOUNS = _inverted(_NOUNS)
"""Nouns, and what the clause that hangs on them is worth."""
ADVERBS = _inverted(_ADVERBS)
ADJECTIVES = _inverted(_ADJECTIVES)
"""What stands before a noun that names a deed ("suspected interference")."""
MODALS = _inverted(_MODALS)
MARKS = _inverted(_MARKS)
"""Conjunctions that leave open whether what they open is so."""
BIDDING = frozenset("tell warn report call charge set due agree decide order need consider".split())
"""Governors that leave open only what an infinitive says: "told him to go", but "told him that it had gone"."""
REFUSING = frozenset("fail refuse decline neglect omit avoid stop cease deny forget unable unwilling".split())
"""Verbs and adjectives under which an infinitive or a gerund did not come about."""
PREVENTING = frozenset("prevent stop bar ban forbid prohibit block keep save spare discourage deter".split())
"""Verbs that keep somebody from what "from" introduces."""

HEDGED: tuple[Certainty, ...] = ("asserted", "planned", "conditional", "suspected", "alleged", "denied")
"""From what is so to what somebody says is not: of two words that govern a clause the later one here prevails."""


def weaker(one: Certainty, other: Certainty) -> Certainty:
    """Return the one of two standings that vouches less for what is told."""
    return max(one, other, key=HEDGED.index)

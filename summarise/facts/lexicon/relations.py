"""Which verb tells the deed that a noun names; our own list and WordNet's together.

Words are base forms (`wordnet.base_form`); which sense a text means is not known.
"""

from summarise.facts.lexicon import news, wordnet


def verbs_of(noun: str) -> frozenset[str]:
    """Return the verbs that tell what a noun names."""
    return news.verbs_of(noun) | wordnet.verbs_of(noun)

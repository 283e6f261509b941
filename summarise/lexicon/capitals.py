"""Capitals that news takes for their countries ("Ankara withdrew the ship"); names as the ledger has them."""

_CAPITALS = """
Ankara Turkey, Athens Greece, Baghdad Iraq, Beijing China, Berlin Germany, Bern Switzerland, Brussels Belgium,
Budapest Hungary, Buenos Aires Argentina, Cairo Egypt, Canberra Australia, Copenhagen Denmark, Damascus Syria,
Delhi India, Dublin Ireland, Hanoi Vietnam, Havana Cuba, Helsinki Finland, Islamabad Pakistan, Jakarta
Indonesia, Jerusalem Israel, Kabul Afghanistan, Kyiv Ukraine, Lisbon Portugal, London United Kingdom, London
Britain, Madrid Spain, Manila Philippines, Minsk Belarus, Moscow Russia, Nairobi Kenya, New Delhi India, Oslo
Norway, Ottawa Canada, Paris France, Prague Czech Republic, Pyongyang North Korea, Riyadh Saudi Arabia, Rome
Italy, Seoul South Korea, Sofia Bulgaria, Stockholm Sweden, Taipei Taiwan, Tehran Iran, Tokyo Japan, Vienna
Austria, Warsaw Poland, Washington United States, Westminster United Kingdom
"""
_LONGER = ("Buenos Aires", "New Delhi")


def _pairs() -> frozenset[frozenset[str]]:
    found = set()
    for entry in " ".join(_CAPITALS.split()).split(", "):
        words = entry.split()
        first = 2 if " ".join(words[:2]) in _LONGER else 1
        found.add(frozenset({" ".join(words[:first]), " ".join(words[first:])}))
    return frozenset(found)


CAPITALS = _pairs()
"""A capital and its country each."""


def stands_for(one: str, other: str) -> bool:
    """Tell whether one of two places is the capital of the other."""
    return frozenset({one, other}) in CAPITALS

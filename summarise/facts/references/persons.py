"""Nouns for persons and for organisations, and the gender that a noun for a person tells.

Lists, and endings for what no list holds. Does not know who is meant.
"""

import re
from collections.abc import Sequence

from summarise.facts.parser import Token

_MALE = frozenset(
    """
    man boy father son husband brother uncle nephew king prince pope priest dad grandfather grandson stepfather
    brother-in-law son-in-law widower boyfriend actor bloke guy gentleman
    """.split()
)
_FEMALE = frozenset(
    """
    woman girl mother daughter wife sister aunt niece queen princess mum mom grandmother granddaughter stepmother
    sister-in-law daughter-in-law widow fiancee girlfriend actress waitress heroine lady
    """.split()
)
_EITHER = frozenset(
    """
    child person parent friend neighbour neighbor official spokesperson judge president executive chair secretary
    captain coach witness victim surgeon engineer author prosecutor solicitor defendant suspect colleague client
    student pupil expert professor general colonel senator governor mayor candidate rival partner boss chief
    ambassador relative cousin stranger guest patient fan survivor baby teen sibling spouse twin star celebrity model
    chef cop deputy attorney aide nurse pilot correspondent hero veteran citizen resident member employee inmate
    immigrant doctor director editor actor sailor tutor investor councillor inspector detective pensioner youngster
    adult host bishop
    """.split()
)
_WORKING = re.compile(
    r"(?:field|keep|mak|work|driv|play|lead|own|manag|teach|offic|law?y|writ|sing|deal|fight|report|farm|strik|defend"
    r"|bank|found|speak|train|danc|garden|villag|trad|vot|shoot|offend|murder|kill|robb|bik|jogg|swimm|hik|climb|rid"
    r"|winn|los|hold|buy|sell|view|campaign|protest|research|support|follow|lectur|teenag|rang|passeng|prison|strang"
    r"|carpent|photograph|present|employ|golf|box|bowl|cricket|commission|produc|design|lov|custom|consum|hunt|plumb"
    r"|build|begg|attack|mourn|shopp|soldi|minist|command|foreign|organis|organiz)er$|(?:ist|man|woman|cian|rian|-old)$"
)
_BROADLY = re.compile(r"..(?:[^aeiou]er|or|ee|ant|ian|ist|man|woman)$|-old$")
_NO_PERSONS = frozenset(
    "number matter summer winter paper power order letter water river tower counter cover offer transfer quarter "
    "centre center computer newspaper corner danger dinner weather helicopter monitor elevator list twist chapter "
    "shelter register disaster theatre theater cancer laughter slaughter answer shoulder finger border bumper trailer "
    "anger hunger timber lumber temper burger gender thunder wonder charter banner manner waist mirror error terror "
    "horror factor motor sector floor door tour labor harbor color favor behavior committee restaurant plant grant "
    "giant remnant warrant want guarantee coffee degree fee tree human german italian covenant infant".split()
)
ORGANISATIONS = frozenset(
    """
    company firm group contractor insurer bank club union agency authority regulator charity party watchdog body board
    bloc airline retailer manufacturer supplier operator publisher newspaper
    """.split()
)
"""Nouns for an organisation."""


def is_person(noun: str) -> bool:
    """Tell whether a noun in lower case and the singular is one for a person: "mother", "striker", "57-year-old"."""
    known = noun in _MALE or noun in _FEMALE or noun in _EITHER
    return known or (_WORKING.search(noun) is not None and noun not in _NO_PERSONS and noun not in ORGANISATIONS)


def may_be_person(noun: str) -> bool:
    """Tell whether a noun is, or by its ending may be, one for a person."""
    return is_person(noun) or (_BROADLY.search(noun) is not None and noun not in _NO_PERSONS | ORGANISATIONS)


def is_aged(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a token is the end of "the 52-year-old", somebody by his age alone."""
    token = tokens[index]
    alone = token.relation not in ("amod", "compound", "nmod", "acomp")
    return alone and token.text == "old" and index > 1 and tokens[index - 1].text in "-‐‑"


def gender_of(noun: str) -> str | None:
    """Return "m" or "f" where a noun in lower case tells the gender of a person, else None."""
    if noun in _FEMALE or noun.endswith("woman"):
        return "f"
    return "m" if noun in _MALE or noun.endswith("man") else None

"""Nouns for persons and organisations, their gender, and the roles of persons."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from summarise.data import Name
from summarise.facts.gazetteer import FEMALE_TITLES, MALE_TITLES
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


def is_person(noun: str) -> bool:
    """Return whether a lower-case singular noun denotes a person: "mother", "57-year-old"."""
    known = noun in _MALE or noun in _FEMALE or noun in _EITHER
    return known or (_WORKING.search(noun) is not None and noun not in _NO_PERSONS and noun not in ORGANISATIONS)


def may_be_person(noun: str) -> bool:
    """Return whether a noun may denote a person."""
    return is_person(noun) or (_BROADLY.search(noun) is not None and noun not in _NO_PERSONS | ORGANISATIONS)


def is_aged(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a token ends "the 52-year-old"."""
    token = tokens[index]
    alone = token.relation not in ("amod", "compound", "nmod", "acomp")
    return alone and token.text == "old" and index > 1 and tokens[index - 1].text in "-‐‑"


def gender_of(noun: str) -> str | None:
    """Return "m" or "f" if a noun implies a gender."""
    if noun in _FEMALE or noun.endswith("woman"):
        return "f"
    return "m" if noun in _MALE or noun.endswith("man") else None


_ROLE = (
    r"(?:prime minister|foreign minister|minister|vice-president|president|general secretary|secretary|director"
    r"|chairman|"
    r"chairwoman|chairperson|chair|chief executive|executive|spokesman|spokeswoman|spokesperson|mayor|judge|lawyer"
    r"|barrister|"
    r"solicitor|attorney|prosecutor|engineer|professor|coach|manager|captain|officer|owner|founder|author|leader"
    r"|governor|senator|"
    r"chancellor|analyst|economist|scientist|researcher|head|boss|editor|chief|commissioner|ambassador|superintendent|"
    r"inspector|detective|sergeant|archbishop|bishop|pope|mother|father|widow|farmer|teacher|doctor|surgeon|curator|"
    r"historian|biologist|ecologist|physicist|chemist|astronomer|striker|goalkeeper|midfielder|defender|actor"
    r"|actress|singer)"
)
_IN_TEXT = re.compile(
    rf"(?<![\w-])(?:[Tt]he|[A-Z][\w.-]{{0,40}}[’']s|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er)\s+(?:[a-z-]+\s+){{0,3}}?(?P<role>"
    rf"{_ROLE})(?![\w-])"
)
_BEFORE = re.compile(rf"(?P<role>{_ROLE}),?\s+(?:(?:Mr|Mrs|Ms|Dr|Sir|Dame|Prof)\.?\s+)?$", re.IGNORECASE)
_AFTER = re.compile(
    rf",?\s+(?:\d+,\s+)?(?:(?:the|a|an|its|then|who (?:is|was|became)|[A-Z][\w&.-]*(?:[’']s)?)\s+){{1,8}}"
    rf"(?:[a-z-]+\s+){{0,3}}?(?P<role>{_ROLE})(?![\w-])"
)
_TITLE = re.compile(r"(?<!\w)(\w+)\.?\s+$")


# Common first names of one gender only.
_MALE_FIRST_NAMES = set(
    (
        "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony "
        "mark donald steven paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan "
        "jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank "
        "alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry peter zachary kyle ethan "
        "walter noah jeremy christian keith roger terry austin sean gerald carl harold dylan arthur lawrence bruce "
        "willie bryan joe billy louis roy ralph eugene russell bobby johnny philip harry vincent simon ian graham "
        "neil stuart colin nigel alan martin derek hugh liam oliver luke owen tom tim jim bob mike dave steve nick "
        "ben dan matt greg tony barry craig darren wayne gareth ahmed mohammed muhammad ali omar hassan ivan "
        "vladimir sergei dmitry hans karl klaus pierre jacques luc marco luigi giovanni carlos juan pedro luis "
        "miguel francisco diego pablo"
    ).split()
)
_FEMALE_FIRST_NAMES = set(
    (
        "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra "
        "ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura "
        "cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine "
        "debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly "
        "lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara "
        "madison frances kathryn janice jean alice abigail sophia judy grace denise amber doris marilyn danielle "
        "beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori fiona claire kate jane "
        "lucy sophie zoe chloe nicola tracy gillian sally wendy hilary yvonne angelina ursula ingrid natasha olga "
        "fatima aisha leila carmen elena rosa lucia giulia nadia"
    ).split()
) - {"jean", "kelly"}


def genders(text: str, names: Sequence[Name]) -> dict[str, str]:
    """Return "m" or "f" for persons by title, else by common first name."""
    found: dict[str, str] = {}
    for name in names:
        if name.category == "person" and " " in name.value:
            given = name.value.split()[0].casefold()
            if given in _MALE_FIRST_NAMES or given in _FEMALE_FIRST_NAMES:
                found.setdefault(name.value, "m" if given in _MALE_FIRST_NAMES else "f")
    for name in names:
        if name.category == "person" and (title := _TITLE.search(text[max(0, name.start - 14) : name.start])):
            word = title[1].casefold()
            if word in MALE_TITLES | FEMALE_TITLES:
                found[name.value] = "m" if word in MALE_TITLES else "f"
    return found


def roles(text: str, persons: Sequence[Name]) -> dict[str, Name]:
    """Return the first mention of each role's only holder."""
    holders: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in persons:
        for match in (_BEFORE.search(text[max(0, name.start - 60) : name.start]), _AFTER.match(text, name.end)):
            if match is not None:
                role = " ".join(match["role"].casefold().split())
                holders[role].setdefault(name.value, name)
                if " " in role:
                    holders[role.split()[-1]].setdefault(name.value, name)
    return {role: next(iter(names.values())) for role, names in holders.items() if len(names) == 1}


def role_of(text: str, start: int, end: int, known: Mapping[str, Name]) -> Iterator[tuple[int, Name | None]]:
    """Yield start and holder, if known, of roles such as "the minister" in `text[start:end]`."""
    for match in _IN_TEXT.finditer(text, start, end):
        # "its chairman, Tobias Renn, said": the name is the better answer.
        if not re.match(r",?\s+(?:(?:Mr|Mrs|Ms|Dr|Sir|Dame)\.?\s+)?[A-Z]", text[match.end() : match.end() + 12]):
            yield match.start(), known.get(" ".join(match["role"].casefold().split()))

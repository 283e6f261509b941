"""What the persons of an article are: "prime minister", "chairwoman"; and what their titles tell of gender.

Reads titles and appositions only. A role that several persons hold stands for none of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from summarise.data import Name
from summarise.facts.titles import FEMALE_TITLES, MALE_TITLES

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


# Common first names that tell; those that men and women share are left out.
_MALE = set(
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
_FEMALE = set(
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
    """Return "m" or "f" for every person whom a title such as "Mrs", or else a common first name, tells."""
    found: dict[str, str] = {}
    for name in names:
        if name.category == "person" and " " in name.value:
            given = name.value.split()[0].casefold()
            if given in _MALE or given in _FEMALE:
                found.setdefault(name.value, "m" if given in _MALE else "f")
    for name in names:
        if name.category == "person" and (title := _TITLE.search(text[max(0, name.start - 14) : name.start])):
            word = title[1].casefold()
            if word in MALE_TITLES | FEMALE_TITLES:
                found[name.value] = "m" if word in MALE_TITLES else "f"
    return found


def roles(text: str, persons: Sequence[Name]) -> dict[str, Name]:
    """Return the person for every role that exactly one of `persons` holds: the first mention that it is beside."""
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
    """Yield the start of each role such as "the minister" in a stretch of `text`, and its holder, if known."""
    for match in _IN_TEXT.finditer(text, start, end):
        # "its chairman, Tobias Renn, said": the name that follows is the better answer.
        if not re.match(r",?\s+(?:(?:Mr|Mrs|Ms|Dr|Sir|Dame)\.?\s+)?[A-Z]", text[match.end() : match.end() + 12]):
            yield match.start(), known.get(" ".join(match["role"].casefold().split()))

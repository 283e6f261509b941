"""Verbs that introduce what somebody says: "said", "according to", "described as".

Finds the verb only; its subject is sought in `references`. "Was told" and "is called" are left out: who is
told does not speak.
"""

import re
from collections.abc import Iterator

_SPEECH = (
    "say tell add reply write tweet announce warn insist claim argue explain admit concede note state declare recall "
    "remark joke conclude observe testify promise suggest stress emphasise emphasize deny vow acknowledge reveal "
    "confirm believe think reiterate maintain complain predict lament caution agree ask accuse urge dismiss"
).split()
"""What introduces quotations and indirect speech alike."""
_QUOTING = (
    "post shout cry continue comment call describe praise criticise criticize condemn label brand answer respond hail "
    "quip laugh whisper yell exclaim plead reckon"
).split()
"""What introduces quotations alone."""
_REPORTING = (
    "allege assert contend estimate report find suspect doubt assure remind inform hint signal indicate pledge propose "
    "recommend demand threaten accept hope fear expect dispute reject forecast show boast advise point assume judge "
    "rule decide hold"
).split()
"""What introduces indirect speech alone."""
_IRREGULAR = {
    "say": ("said",), "tell": ("told",), "write": ("wrote", "written"), "think": ("thought",), "find": ("found",),
    "forecast": ("forecast",), "show": ("showed", "shown"), "hold": ("held",),
}  # fmt: skip
_DOUBLED = {"admit": "admitt", "signal": "signall", "label": "labell", "quip": "quipp"}


def _third_and_past(base: str) -> tuple[str, ...]:
    if base.endswith("e"):
        third, past = base + "s", base + "d"
    elif base.endswith("y") and base[-2] not in "aeiou":
        third, past = base[:-1] + "ies", base[:-1] + "ied"
    else:
        third = base + ("es" if base.endswith(("s", "sh")) else "s")
        past = _DOUBLED.get(base, base) + "ed"
    return (third, *_IRREGULAR.get(base, (past,)))


def _forms(base: str) -> tuple[str, ...]:
    """Return the forms of a verb: base, third person, past, participles."""
    silent = base.endswith("e") and not base.endswith("ee")
    present = (base[:-1] if silent else _DOUBLED.get(base, base)) + "ing"
    return (base, *_third_and_past(base), present)


_BASES = {form: base for base in _SPEECH + _REPORTING for form in _forms(base)}
FORMS = frozenset(_BASES)
"""All forms of the verbs that put something forward in indirect speech."""


def base_of(word: str) -> str | None:
    """Return the base form of a verb that puts something forward ("denied": "deny"), or None for other words."""
    return _BASES.get(word.casefold())


# The base forms are left out but for a few: "a claim", "a call" and "a note" are nouns as often.
_VERB = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(form for base in _SPEECH + _QUOTING for form in _third_and_past(base))
    + r"|say|tell|note|call|think|pointed out|points out|went on|put it|spoke|speaking|read|stressing|adding|saying"
    r"|telling|calling|describing|warning|according to|quoted)(?![\w-])",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(r"(?:\b(?:is|are|was|were|be|been|being|so|widely|also|often)[ -])$", re.IGNORECASE)
_PASSIVE_VERBS = {
    "told", "called", "described", "asked", "quoted", "labelled", "branded", "hailed", "accused", "dismissed",
    "warned", "urged", "praised", "criticised", "condemned", "read",
}  # fmt: skip


def verb_in(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first verb of saying between `start` and `end` of `text`, or None."""
    return next(verbs_in(text, start, end), None)


def verbs_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the verbs of saying between `start` and `end` of `text`, in order."""
    for match in _VERB.finditer(text, start, end):
        passive = _BY_OTHERS.search(text[max(start, match.start() - 8) : match.start()])
        if not (passive and match.group().casefold() in _PASSIVE_VERBS):
            yield match

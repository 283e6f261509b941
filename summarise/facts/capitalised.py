"""Runs of capitalised words, the connectors inside them included: "Bank of England", "Office for Marine Structures".

Does not know what a run names; at the start of a sentence, where any word is a capital, it is careful.
"""

import re
from collections.abc import Collection, Iterator

from summarise.facts.parsed_sentence import Place
from summarise.facts.parser import Token
from summarise.facts.titles import CONNECTORS, EVIDENT, FUNCTION_WORDS, NO_NAMES

_OPENERS = frozenset("“ ‘ « „ ‚ » ( [ — – - • * : . ! ? … ... '' ``".split()) | {'"', "'"}
_SMALL = {"and", "for", "the", "in", "on", "to", "’", "'", "'s", "’s"}
_NAME_WORD = re.compile(r"[^\W\d_](?:[\w’'.&-]*\w)?\.?|[^\W\d_]\.|&")


def begins(tokens: tuple[Token, ...], index: int) -> bool:
    """Tell whether the token is the first word of a sentence, a quotation or what follows a colon."""
    return index == 0 or tokens[index - 1].text in _OPENERS


def runs(tokens: tuple[Token, ...], lower: Collection[str]) -> Iterator[Place]:
    """Yield first and last (exclusive) token of every run; `lower` are the words that the article has in lower case."""
    index = 0
    while index < len(tokens):
        if not namely(tokens[index]) or (begins(tokens, index) and not _opens_name(tokens, index, lower)):
            index += 1
            continue
        end = index + 1
        while end < len(tokens):
            if namely(tokens[end]) and tokens[end].start - tokens[end - 1].end <= 1 and not _is_stop(tokens[end - 1]):
                end += 1
            elif tokens[end].text in CONNECTORS and end + 1 < len(tokens) and namely(tokens[end + 1]):
                end += 2
            elif (
                tokens[end].text in CONNECTORS
                and end + 2 < len(tokens)
                and tokens[end + 1].text in CONNECTORS
                and namely(tokens[end + 2])
            ):
                end += 3
            elif (
                tokens[end].text in ("'s", "’s", "'", "’") and end + 1 < len(tokens) and tokens[end + 1].text in EVIDENT
            ):
                end += 2
            else:
                break
        yield index, end
        index = end


def spelled_out(tokens: tuple[Token, ...]) -> Iterator[Place]:
    """Yield first and last (exclusive) token of the words that an acronym in brackets behind them abbreviates.

    Their capitals must spell it: "Office for Wrecks and Salvage (OWS)"; small words may stand between them.
    """
    for index in range(2, len(tokens) - 1):
        letters = tokens[index].text
        bracketed = tokens[index - 1].text == "(" and tokens[index + 1].text == ")"
        if not (bracketed and letters.isupper() and letters.isalpha()):
            continue
        first, wanted = index - 1, letters
        while first > 0 and wanted:
            word = tokens[first - 1]
            if word.capital and word.text[0] == wanted[-1]:
                wanted = wanted[:-1]
            elif word.text not in CONNECTORS | _SMALL or first == index - 1:
                break
            first -= 1
        if not wanted and len(letters) > 1:
            yield first, index - 1


def _is_stop(token: Token) -> bool:
    return token.text.endswith(".") and len(token.text) > 4


def namely(token: Token) -> bool:
    """Tell whether a token is capitalised and not one of the words that always are."""
    return (
        token.capital
        and _NAME_WORD.fullmatch(token.text) is not None
        and token.text.casefold().replace("’", "'") not in NO_NAMES
    )


def _opens_name(tokens: tuple[Token, ...], index: int, lower: Collection[str]) -> bool:
    """Tell whether the first word of a sentence begins a name: it is no common word, and another capital follows."""
    word = tokens[index].text.casefold()
    if index + 1 >= len(tokens):
        return False
    if (
        tokens[index].text.isupper()
        and tokens[index + 1].text.isupper()
        and len(word) > 1 < len(tokens[index + 1].text)
    ):
        return True  # a dateline
    if tokens[index - 1].text == "(" and tokens[index].text.isupper() and len(word) > 1:
        return True
    if word in FUNCTION_WORDS or word in lower:
        return False
    if tokens[index].tag not in ("", "NNP", "NNPS"):
        return False
    return namely(tokens[index + 1]) or (
        tokens[index + 1].text in CONNECTORS and index + 2 < len(tokens) and namely(tokens[index + 2])
    )

"""The syntax tree of one sentence: who hangs on whom, and what stretch a word governs.

Does not know what the relations mean, nor whom a noun names.
"""

from collections import defaultdict

from summarise.facts.parser import Token


class Tree:
    """The arcs between the tokens of a sentence, ClearNLP's labels; `known` is False where rules read it."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.known = bool(tokens) and tokens[0].head >= 0
        self._children: dict[int, list[int]] = defaultdict(list)
        for index, token in enumerate(tokens):
            if token.head != index:
                self._children[token.head].append(index)

    def word(self, index: int) -> str:
        """Return a token's text, case-folded."""
        return self.tokens[index].text.casefold()

    def children(self, index: int, *relations: str) -> list[int]:
        """Return the tokens that hang on one by any of `relations`, or all of them, in order."""
        found = self._children.get(index, [])
        return [child for child in found if self.tokens[child].relation in relations] if relations else list(found)

    def coordinated(self, index: int) -> list[int]:
        """Return a token and all that is joined to it ("A, B and C"), in order."""
        found = [index]
        for joined in self.children(index, "conj"):
            found += self.coordinated(joined)
        return found

    def extent(self, index: int) -> tuple[int, int]:
        """Return the first and last token that a token governs, itself included."""
        first = last = index
        waiting = list(self._children.get(index, ()))
        while waiting:
            here = waiting.pop()
            first, last = min(first, here), max(last, here)
            waiting += self._children.get(here, ())
        return first, last

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Return where the first token begins and the last one ends; offsets into the sentence."""
        return self.tokens[first].start, self.tokens[last].end

"""The statements of an article: its main clauses without asides."""

from collections.abc import Iterator, Sequence

from summarise.data import Evidence, Facts, Statement
from summarise.facts.parser import ParsedSentence, Place, Tree, parsed_sentences

# Conjunctions after a comma whose clause is a statement; not "if", "when" or "unless".
_OWN = frozenset("after as because since though although while whereas".split())
_CONNECTIVES = frozenset("however meanwhile moreover furthermore nevertheless then instead".split())
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
_ASIDES = frozenset(("relcl", "advcl", "acl"))
_MARKS = frozenset(",;:–—-.")
_CLOSING = " ”’\"')"
# A shorter statement keeps its asides: "Okafor denied that, saying …".
_FEWEST_WORDS = 6
_MOST_PIECES = 3


def statements(facts: Facts) -> tuple[Statement, ...]:
    """Return the statements in order, cached with the facts.

    A sentence without a tree, or whose clauses would not read alone, is one statement; questions and commands are left
    out.
    """
    return facts.once(_read)


def keep_statements(facts: Facts, read: Sequence[ParsedSentence]) -> None:
    """Store the statements with the facts, from parsed sentences."""
    facts.keep(_read, _of_passages(read))


def _read(facts: Facts) -> tuple[Statement, ...]:
    return _of_passages(parsed_sentences(facts.article, rules=facts.parser == "rules"))


def _of_passages(read: Sequence[ParsedSentence]) -> tuple[Statement, ...]:
    return tuple(one for passage in read for one in _of_sentence(passage))


def _of_sentence(passage: ParsedSentence) -> Iterator[Statement]:
    tree = passage.tree
    if passage.text.rstrip(_CLOSING).endswith("?"):
        return
    clauses = _Clauses(tree).parts() if passage.parsed else [[]]
    parts = [_stretches(tree, part) for part in clauses]
    opened = any(part and tree.tokens[part[0]].tag.startswith("W") for part in clauses)
    if opened or not all(_readable(passage.text, part) for part in parts):
        parts = [_stretches(tree, range(len(tree.tokens)))]
    for part in parts:
        if part:
            yield _statement(passage, part)


def _statement(passage: ParsedSentence, places: Sequence[Place]) -> Statement:
    found = [passage.where(*place) for place in places]
    return Statement(
        start=found[0]["start"],
        end=found[-1]["end"],
        text=" … ".join(" ".join(one["text"].split()) for one in found),
        sentence=passage.index,
        pieces=tuple(Evidence(start=one["start"], end=one["end"], text=one["text"]) for one in found),
    )


class _Clauses:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        roots = [index for index, token in enumerate(tree.tokens) if token.head == index]
        self._verbs = sorted(verb for root in roots if not self._commands(root) for verb in self._main(root))

    def _commands(self, root: int) -> bool:
        has_subject = bool(self._tree.children(root, *_SUBJECTS))
        return self._tree.tokens[root].tag == "VB" and not has_subject and not self._finite(root)

    def parts(self) -> list[list[int]]:
        """Return the tokens of each main clause, including a shared subject."""
        return [self._part(verb) for verb in self._verbs]

    def _part(self, verb: int) -> list[int]:
        tree = self._tree
        kept = set(self._governed(verb, asides=False))
        if sum(tree.tokens[index].text[0].isalnum() for index in kept) < _FEWEST_WORDS:
            kept = set(self._governed(verb, asides=True))
        kept -= {one for one in tree.children(verb, "cc", "mark", "advmod") if one == min(kept) and self._connects(one)}
        if not tree.children(verb, *_SUBJECTS) and (shared := self._shared(verb)) is not None:
            kept |= set(self._governed(shared, asides=False))
        return sorted(kept)

    def _main(self, root: int) -> Iterator[int]:
        yield root
        for child in self._tree.children(root):
            relation = self._tree.tokens[child].relation
            if any(self._tree.tokens[one].tag == "PRP" for one in self._tree.children(child, *_SUBJECTS)):
                continue
            if not self._tree.children(child, *_SUBJECTS) and self._qualified(root):
                continue
            if (
                (relation == "conj" and self._joined(root, child) and self._finite(child) and self._finite(root))
                or (relation == "ccomp" and any(token.text == ";" for token in self._tree.tokens[child:root]))
                or (relation == "advcl" and self._states(child))
            ):
                yield from self._main(child)

    def _qualified(self, verb: int) -> bool:
        """Return whether words may apply to both verbs: "allegedly hit and killed"."""
        before = self._tree.children(verb, "advmod", "neg", "aux")
        return any(one < verb and self._tree.tokens[one].tag != "VBZ" for one in before)

    def _connects(self, word: int) -> bool:
        token = self._tree.tokens[word]
        if token.relation == "mark":
            return self._tree.tokens[token.head].relation == "advcl"
        return token.relation == "cc" or self._tree.word(word) in _CONNECTIVES

    def _joined(self, verb: int, other: int) -> bool:
        """Distrust a comma alone, which often misleads the parser."""
        between = self._tree.tokens[verb:other]
        return any((token.relation == "cc" and token.head == verb) or token.text == ";" for token in between)

    def _finite(self, verb: int) -> bool:
        return any(
            self._tree.tokens[one].tag in _FINITE for one in (verb, *self._tree.children(verb, "aux", "auxpass"))
        )

    def _states(self, verb: int) -> bool:
        marks = [self._tree.word(one) for one in self._tree.children(verb, "mark")]
        own = bool(marks) and _OWN.issuperset(marks) and bool(self._tree.children(verb, *_SUBJECTS))
        return own and self._finite(verb) and self._behind_comma(verb) and self._ends(verb)

    def _ends(self, verb: int) -> bool:
        """Return whether the clause comes last: other words may not belong to it."""
        tokens = self._tree.tokens
        return not any(token.text[0].isalnum() for token in tokens[self._tree.extent(verb)[1] + 1 :])

    def _shared(self, verb: int) -> int | None:
        here = verb
        while self._tree.tokens[here].relation == "conj":
            here = self._tree.tokens[here].head
            if found := self._tree.children(here, *_SUBJECTS):
                return found[-1]
        return None

    def _governed(self, index: int, *, asides: bool) -> Iterator[int]:
        yield index
        for child in self._tree.children(index):
            relation = self._tree.tokens[child].relation
            if child in self._verbs or (relation == "cc" and self._leads_on(index, child)):
                continue
            if asides or not self._is_aside(child):
                yield from self._governed(child, asides=asides)

    def _leads_on(self, head: int, conjunction: int) -> bool:
        behind = [one for one in self._tree.children(head, "conj") if one > conjunction]
        return bool(behind) and behind[0] in self._verbs

    def _is_aside(self, verb: int) -> bool:
        """Return whether a clause is an aside: "which …" or a participle, not "if …"."""
        tokens, relation = self._tree.tokens, self._tree.tokens[verb].relation
        first, last = self._tree.extent(verb)
        if relation not in _ASIDES or not self._behind_comma(verb):
            return False
        if last + 1 < len(tokens) and tokens[last + 1].text not in _MARKS:
            return False
        if relation == "relcl":
            return any(token.tag.startswith("W") for token in tokens[first:verb])
        return not self._finite(verb) and not self._tree.children(verb, "mark")

    def _behind_comma(self, index: int) -> bool:
        first = self._tree.extent(index)[0]
        return first > 0 and self._tree.tokens[first - 1].text in _MARKS


def _stretches(tree: Tree, kept: Sequence[int]) -> list[Place]:
    runs: list[list[int]] = []
    for index in kept:
        if runs and all(tree.tokens[gap].text in _MARKS for gap in range(runs[-1][-1] + 1, index)):
            runs[-1].append(index)
        else:
            runs.append([index])
    found = []
    for run in runs:
        words = [index for index in run if tree.tokens[index].text not in _MARKS]
        if any(tree.tokens[index].text[0].isalnum() for index in words):
            found.append(tree.place(words[0], words[-1]))
    return found


def _readable(text: str, places: Sequence[Place]) -> bool:
    parts = [text[start:end] for start, end in places]
    pairs = ("“”", "()", "[]")
    return 0 < len(parts) <= _MOST_PIECES and all(
        part.count('"') % 2 == 0 and all(part.count(pair[0]) == part.count(pair[1]) for pair in pairs) for part in parts
    )

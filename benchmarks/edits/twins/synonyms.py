"""Words for which another means the same wherever they stand in news prose. The list is short because of that."""

from collections.abc import Iterator, Mapping

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

# Word, tags that it must have ("" for any), and the word that takes its place. Left out are words with a second
# meaning in news: "near", "since", "left", "hurt", "some", "children".
_SYNONYMS: Mapping[str, tuple[str, str]] = {
    "about": ("number", "around"), "around": ("number", "about"), "approximately": ("", "about"),
    "roughly": ("number", "about"), "almost": ("", "nearly"), "nearly": ("", "almost"), "said": ("VBD", "stated"),
    "stated": ("VBD", "said"), "began": ("VBD", "started"), "begin": ("VB", "start"), "start": ("VB", "begin"),
    "bought": ("VBD", "purchased"), "buy": ("VB", "purchase"), "purchased": ("VBD", "bought"),
    "purchase": ("VB", "buy"),
    "assisted": ("VBD VBN", "helped"), "huge": ("JJ", "enormous"), "enormous": ("JJ", "huge"),
    "mistake": ("NN", "error"), "mistakes": ("NNS", "errors"), "movie": ("NN", "film"), "movies": ("NNS", "films"),
    "film": ("NN", "movie"), "films": ("NNS", "movies"), "blaze": ("NN", "fire"), "lawyer": ("NN", "attorney"),
    "lawyers": ("NNS", "attorneys"), "firm": ("NN", "company"), "firms": ("NNS", "companies"),
    "company": ("NN", "firm"), "companies": ("NNS", "firms"), "although": ("", "though"), "while": ("", "whilst"),
    "quickly": ("", "rapidly"), "rapidly": ("", "quickly"), "commenced": ("", "began"), "banned": ("VBN", "prohibited"),
    "prohibited": ("VBN", "banned"), "allowed": ("VBN", "permitted"), "permitted": ("VBN", "allowed"),
    "twice": ("", "two times"), "choose": ("VB", "select"), "needs": ("VBZ", "requires"), "automobile": ("NN", "car"),
    "investigation": ("NN", "inquiry"), "probe": ("NN", "investigation"), "resigned": ("VBD", "stepped down"),
    "currently": ("", "at present"), "frequently": ("", "often"),
    "often": ("", "frequently"), "occurred": ("VBD", "happened"), "happened": ("VBD", "occurred"),
    "attempted": ("VBD", "tried"), "obtain": ("VB", "get"), "constructed": ("VBN", "built"),
    "built": ("VBN", "constructed"),
    "residents": ("NNS", "inhabitants"), "assist": ("VB", "help"), "entire": ("JJ", "whole"), "whole": ("JJ", "entire"),
}  # fmt: skip
_NUMBERS = ("CD", "$")


def synonyms(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one word replaced by another that means the same; quotations and names are left alone."""
    following = (*scene.tokens[1:], None)
    for token, after in zip(scene.tokens, following, strict=True):
        tags, new = _SYNONYMS.get(token.text.casefold(), ("", ""))
        named = any(start <= token.start < end for start, end, _ in scene.names)
        if not new or named or scene.in_quotation(token.start) or (token.capital and token.start > 0):
            continue
        if tags == "number" and (after is None or after.tag not in _NUMBERS):
            continue
        if tags not in ("", "number") and token.tag not in tags.split():
            continue
        how = "stated for said" if {token.text, new} == {"said", "stated"} else "synonym"
        yield scene.replace(token.start, token.end, new, how)

"""Base forms, and the verbs of nouns: WordNet's, our own, and both together."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lexicon.__main__ import DATA, lines_of
from benchmarks.lexicon.wndb import WordNet
from summarise.facts.lexicon import relations
from summarise.facts.lexicon.inflection import likely
from summarise.facts.lexicon.wordnet import Pos, base_form

FOLDER = Path("/usr/share/wordnet")
LINES = DATA.read_text(encoding="utf-8").splitlines()
PARTS: tuple[Pos, ...] = ("n", "v", "a", "r")


def terms(mark: str) -> list[tuple[Pos, str]]:
    """Return the words of the data file that have a field with a mark, with their part of speech."""
    rows = [line.split("\t") for line in LINES]
    return [(pos, row[1]) for row in rows for pos in PARTS if row[0] == pos if any(f[0] == mark for f in row[2:])]


@pytest.mark.parametrize(
    ("form", "pos", "base"),
    [
("investigating", "v", "investigate"),
("hoping", "v", "hope"),
("hopping", "v", "hop"),
("freed", "v", "free"),
("focussed", "v", "focus"),
("roses", "n", "rose"),
("wound", "n", "wound"),
("halves", "n", "half"),
("series", "n", "series"),
("bigger", "a", "big"),
],
)  # fmt: skip
def test_a_form_is_led_to_its_base(form: str, pos: Pos, base: str) -> None:
    """By part of speech; regular and irregular, British and American, and words that only look like forms."""
    assert base_form(form, pos) == base


@pytest.mark.parametrize(
    ("form", "pos", "base"),
    [("blogged", "v", "blog"), ("vlogging", "v", "vlog"), ("tweeted", "v", "tweet"), ("drones", "n", "drone"),
     ("jihadists", "n", "jihadist"), ("airstrikes", "n", "airstrike"), ("xerus", "n", "xerus"), ("covid", "n", "covid"),
     ("zorbly", "r", "zorbly"), ("grexited", "v", "grexit"), ("blex", "v", "blex"), ("brexiteers", "n", "brexiteer")],
)  # fmt: skip
def test_a_rare_word_is_led_back_by_its_spelling(form: str, pos: Pos, base: str) -> None:
    """Where nobody knows the word; one without an ending stays as it is."""
    assert base_form(form, pos) == base


@given(st.text("abcdeginorstuy-' É’", max_size=12), st.sampled_from(PARTS))
def test_any_text_has_a_base(word: str, pos: Pos) -> None:
    """No text is refused; what is no word is only put in lower case, and spelling alone changes only an ending."""
    found = base_form(word, pos)
    assert found == word.casefold() or word.isalpha()
    assert bool(found) == bool(word)
    assert likely(word, pos).startswith(word[:-4])


@given(st.sampled_from([term for term in terms("v") if "_" not in term[1]]))
def test_base_forms_stay(term: tuple[Pos, str]) -> None:
    """A word of the list is its own base, unless it is better known as a form of another ("found")."""
    pos, word = term
    assert base_form(word, pos) == word or base_form(base_form(word, pos), pos) == base_form(word, pos)


@pytest.mark.parametrize(
    ("verb", "noun"),
    [("investigate", "investigation"), ("attack", "attack"), ("pay", "payment"), ("refuse", "refusal"),
     ("interfere", "interference"), ("allege", "allegation"), ("lose", "loss"), ("sell", "sale"), ("die", "death"),
     ("injure", "injury"), ("decide", "decision"), ("threaten", "threat"), ("meet", "meeting")],
)  # fmt: skip
def test_a_verb_has_the_noun_of_its_deed(verb: str, noun: str) -> None:
    """From whichever resource."""
    assert verb in relations.verbs_of(noun)


def test_the_data_file_is_sorted_and_small() -> None:
    """So that a change of it can be read, and the package stays light; a word has one line for a part of speech."""
    assert sorted(LINES) == LINES
    assert DATA.stat().st_size <= 200_000
    assert len({tuple(line.split("\t")[:2]) for line in LINES}) == len(LINES)


@pytest.mark.source
@pytest.mark.skipif(not FOLDER.is_dir(), reason="needs WordNet's database")
def test_the_data_file_is_what_the_script_makes() -> None:
    """Byte for byte."""
    assert "\n".join(lines_of(WordNet(FOLDER))) + "\n" == DATA.read_text(encoding="utf-8")

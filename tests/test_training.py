"""What the entailment model is trained on: marks, slips, and that nothing held out gets in. Needs no PyTorch."""

import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import prepare
from training.continuations import broken_off, finished
from training.example import Example, read_examples, write_examples
from training.marks import changed_words, likeness
from training.slips import slips
from training.split import listed

CLAIM = "Ada Lovelace sold 12 paintings in May, and the mayor was not there."
ARTICLE = (
    "In May, Ada Lovelace sold 12 paintings. On 3 June the painter Carl Friedrich was in Bath, and 40 guests came."
)
FALSE = {"of": 0, "kind": "figure", "text": "She sold 40."}
WORD = st.sampled_from("the dog bit a man who was not old in may 12 13".split())
SENTENCE = st.lists(WORD, min_size=1, max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("false", "true", "words"),
    [
        ("She sold six dogs.", "She sold seven dogs.", ["six"]),
        ("She sold dogs.", "She sold seven dogs.", ["sold", "dogs"]),
        ("It cost €5 million.", "It cost $5 million.", ["€"]),
        ("She was freed.", "She was freed.", []),
        ("Then she left again.", "She left.", ["Then", "again"]),
    ],
)
def test_the_words_in_which_a_false_claim_differs_are_marked(false: str, true: str, words: list[str]) -> None:
    assert [false[start:end] for start, end in changed_words(false, true)] == words


@given(SENTENCE, SENTENCE)
def test_marks_are_words_of_the_claim_in_order_and_none_where_nothing_differs(false: str, true: str) -> None:
    marks = changed_words(false, true)
    assert list(marks) == sorted(set(marks))
    assert all(" " not in false[start:end] and false[start:end] for start, end in marks)
    assert bool(marks) == (false.split() != true.split())
    assert likeness(false, false) == 1.0


def test_slips_take_names_and_figures_of_the_same_article_and_turn_the_claim_round() -> None:
    made = set(slips(CLAIM, ARTICLE, random.Random(1)))
    assert "Ada Lovelace sold 12 paintings in May, and the mayor was there." in made
    assert "Ada Lovelace sold 12 paintings in June, and the mayor was not there." in made
    assert any("sold 3 paintings" in text or "sold 40 paintings" in text for text in made)
    assert all(changed_words(text, CLAIM) for text in made)


@given(st.integers())
def test_a_claim_to_be_continued_keeps_its_beginning(seed: int) -> None:
    opening = broken_off(CLAIM, random.Random(seed))
    assert opening is not None
    assert opening.startswith(CLAIM[: len(CLAIM) // 3])
    assert not opening.endswith((".", " "))


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        (" a storm had flooded Leeds. Then", "She sold paintings after a storm had flooded Leeds."),
        (" a storm had flooded Leeds, and then the", "She sold paintings after a storm had flooded Leeds."),
        (" Carl Friedrich. Then", None),  # of the article
        (" storms. Then", None),  # a word
        (" a storm (see below) came. Then", None),
    ],
)
def test_an_end_that_a_model_made_up_says_what_the_article_lacks(answer: str, claim: str | None) -> None:
    assert finished("She sold paintings after", answer, ARTICLE) == claim


def test_examples_come_back_as_they_were_written(tmp_path: Path) -> None:
    examples = [
        Example("Evidence.", "Claim.", 0, "claims", "g", ((0, 5),), 0.7, "Before."),
        Example("Evidence.", "Claim.", 0, "general", "h"),
    ]
    assert write_examples(tmp_path / "some.jsonl", examples) == 2
    assert list(read_examples(tmp_path / "some.jsonl")) == examples


def _write(path: Path, rows: Iterable[object]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_nothing_that_is_held_out_gets_into_a_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, inside, twin = sorted(listed("claims.txt"))[0], "-1", "-2"
    assert not {inside, twin} & (listed("claims.txt") | listed("development.txt"))
    other = f"Another story. {ARTICLE}"
    claims = [
        {"id": name, "excerpt": text, "article": text, "true": [f"She sold {name}."], "false": [FALSE]}
        for name, text in ((out, ARTICLE), (inside, other), (twin, ARTICLE.upper()))
    ]
    _write(tmp_path / "claims.jsonl.gz", claims)
    domain = sorted(listed("domains.txt"))[0]
    edited = [
        {"id": name, "domain": name, "source": ARTICLE + name, "claim": f"{name} came.", "label": 1}
        for name in (domain, "scitldr")
    ]
    _write(tmp_path / "edited_summaries.jsonl.gz", edited)
    pairs = [
        {"premise": "A.", "hypothesis": "B.", "label": label, "set": "mnli"} for label in ("entailment", "neutral")
    ]
    _write(tmp_path / "entailment.jsonl.gz", pairs)
    settings = tmp_path / "settings.toml"
    settings.write_text(
        "[data]\nseed = 1\nevidence_words = [60]\nfalse_weight = 0.7\nslips_a_claim = 1.0\nsentences_an_article = 1\n"
        'edits = ["figure", "name", "date", "antonym"]\nedits_an_article = 3\n'
        f'general_again = 1\ndomains = ["scitldr", "{domain}"]\n'
        "[data.general]\nmnli = { pairs = 2, entailed = 0.5 }\n",
        encoding="utf-8",
    )
    work = tmp_path / "work"
    work.mkdir()
    made_up = [json.dumps({"id": name, "of": 0, "text": "She sold it in Leeds."}) for name in (out, inside, twin)]
    (work / "continuations.jsonl").write_text("\n".join(made_up), encoding="utf-8")
    arguments = ["prepare", str(tmp_path), str(work), "--settings", str(settings)]
    monkeypatch.setattr("sys.argv", arguments)
    prepare.main()
    written = list(read_examples(work / "claims.jsonl"))
    for sources in (("claims", "slips"), ("continuations",)):
        assert {example.group for example in written if example.source in sources} == {f"claims-{inside}-0"}
    assert {example.group for example in written if example.source == "edited"} == {"scitldr-0"}
    assert all(example.marks == () for example in written if example.label == 1)
    by_rule = {example.source: example.label for example in written if example.group.startswith("edits-")}
    assert by_rule
    assert all(label == (not name.startswith("edits, ")) for name, label in by_rule.items())


def test_the_three_lists_of_what_is_held_out_do_not_overlap() -> None:
    test, development = listed("claims.txt"), listed("development.txt")
    assert (len(test), len(development), len(listed("domains.txt"))) == (100, 40, 2)
    assert not test & development


def test_the_mean_of_two_runs() -> None:
    torch = pytest.importorskip("torch")
    from training.average import average

    one, two = ({"a": torch.tensor([value, 0.0]), "n": torch.tensor(3)} for value in (1.0, 2.0))
    found = average(one, two)
    assert found["a"].tolist() == [1.5, 0.0]
    assert found["n"].item() == 3
    with pytest.raises(ValueError, match="b is in one of the two only"):
        average(one, {**one, "b": torch.tensor(1.0)})

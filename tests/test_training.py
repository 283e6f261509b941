"""Training data of the entailment model and of the writer. Needs no PyTorch."""

import gzip
import json
import random
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import extract_facts
from summarise.checks.source_index import SourceIndex
from summarise.checks.words import words_of
from training import prepare
from training.answers.questions import questions
from training.drafts.copying import packed, unpacked
from training.example import read_examples
from training.exchanges import changed_articles, exchanges
from training.source import Source
from training.split import LISTS, listed
from training.withheld import withhold

ARTICLE = (
    "In May, Ada Lovelace sold 12 paintings. On 3 June the painter Carl Friedrich was in Bath, and 40 guests came."
)
FALSE = {"of": 0, "kind": "figure", "text": "She sold 40."}


def _write(path: Path, rows: Iterable[object]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_no_stage_contains_held_out_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        "[data]\nseed = 1\nevidence_words = [60]\nfalse_weight = 0.7\nslips_a_claim = 1.0\nwithheld_a_claim = 1.0\n"
        "exchanges_a_claim = 1.0\ndraft_passes = 1\ndraft_weight = 1.0\n"
        "shares = { claims = 1.0, further = 1.0, edited = 1.0 }\n"
        "sentences_an_article = 1\n"
        'edits = ["figure", "name", "date", "antonym"]\nedits_an_article = 3\n'
        f'general_again = 1\ndomains = ["scitldr", "{domain}"]\n'
        "[data.general]\nmnli = { pairs = 2, entailed = 0.5 }\n",
        encoding="utf-8",
    )
    ours = tomllib.loads((Path(prepare.__file__).parent / "settings.toml").read_text(encoding="utf-8"))["data"]
    assert tomllib.loads(settings.read_text(encoding="utf-8"))["data"].keys() <= ours.keys()
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


@given(st.lists(st.text("ab ,", min_size=1), min_size=1, max_size=6), st.text("ab ,"))
def test_the_marked_words_of_a_withheld_claim_are_not_in_the_article(sentences: list[str], claim: str) -> None:
    found = withhold(sentences, claim, least=1)
    if found is not None:
        rest, marks = found
        assert len(rest) == len(sentences) - 1
        left = {word.stem for sentence in rest for word in words_of(sentence)}
        assert marks
        assert not left & {word.stem for start, end in marks for word in words_of(claim[start:end])}


def test_a_claim_is_withheld_only_if_no_other_sentence_has_its_words() -> None:
    article = ["Ada sold 12 paintings in Bath.", "The painter was ill.", "Guests came to Bath."]
    rest, marks = withhold(article, "She sold 12 paintings.", least=3) or ([], ())
    assert rest == article[1:]
    assert marks == ((4, 8), (9, 11), (12, 21))
    assert withhold([*article, "Twelve: Ada sold 12 paintings."], "She sold 12 paintings.", least=3) is None


def test_further_claims_are_about_training_articles() -> None:
    rows = [json.loads(line) for line in prepare.FURTHER.read_text(encoding="utf-8").splitlines()]
    names = {str(row["id"]) for row in rows}
    assert not names & (listed("claims.txt") | listed("development.txt"))
    assert listed("further.txt") < names
    assert all(row["true"] or row["false"] for row in rows)
    held_out = [json.loads(line) for line in (LISTS / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    # Only the pairs have claims of this kind.
    in_pairs = {row["id"] for row in rows for false in row["false"] if false["kind"] == "comparison"}
    assert not in_pairs & {row["id"] for row in held_out}


TOWN = """The repairs will cost £6.2 million. The council has lent £2.5 million to the harbour trust. Mira Lund chairs
the council. Orla Feyer runs the yard in Bergen. The pier opened in 1921. The yard closed in 1987."""


@pytest.mark.parametrize(
    ("claim", "kind", "wrong"),
    [
        ("The repairs will cost £6.2 million.", "money", "The repairs will cost £2.5 million."),
        ("The repairs will cost over £6.2 million.", None, None),  # also over 2.5 million
        ("The pier opened in 1921.", "year", "The pier opened in 1987."),
        ("The council is chaired by Mira Lund.", "person", "The council is chaired by Orla Feyer."),
        ("The pier is old.", None, None),
    ],
)
def test_a_value_is_exchanged_for_another_of_the_article(claim: str, kind: str | None, wrong: str | None) -> None:
    found = exchanges(claim, SourceIndex(extract_facts(TOWN)), random.Random(1))
    assert [(exchange.kind, exchange.text) for exchange in found] == ([] if kind is None else [(kind, wrong)])


def test_a_claim_becomes_wrong_by_a_change_of_the_article() -> None:
    claim = "The repairs will cost £6.2 million."
    removed, exchanged = changed_articles(claim, SourceIndex(extract_facts(TOWN)), random.Random(1))
    assert (removed.kind, exchanged.kind) == ("removed", "exchanged")
    assert not any("6.2" in sentence for sentence in removed.sentences)
    assert exchanged.sentences[0] == exchanged.twin == "The repairs will cost £2.5 million."
    assert claim[slice(*removed.place)] == claim[slice(*exchanged.place)] == "£6.2 million"


def test_exchanged_values_are_false_for_the_article_and_true_for_the_changed_one() -> None:
    index = SourceIndex(extract_facts(TOWN))
    source = Source(TOWN)
    claim = "The repairs will cost £6.2 million."
    for seed in range(4):
        examples = list(prepare.exchange_examples(source, index, claim, "g", 60, 0.7, random.Random(seed)))
        assert {example.group for example in examples} == {"g"}
        for example in examples:
            value = "£6.2 million" if example.claim == claim else "£2.5 million"
            assert example.label == (f"cost {value}" in example.evidence)
            assert bool(example.marks) is (example.label == 0)


# drafts, stored without the words copied from their articles

WORDS = "the pier in Osterby closed on Monday , said a spokeswoman 12\n".split(" ")
texts = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


@given(text=texts, article=texts)
def test_unpacked_restores_a_packed_text(text: str, article: str) -> None:
    assert unpacked(packed(text, article), article) == text


def test_many_words_of_the_article_in_a_row_become_a_range() -> None:
    article = "On Monday the pier of Osterby was closed to lorries. Nobody was hurt."
    text = "The council said the pier of Osterby was closed. Nobody was angry."
    assert packed(text, article) == ["The council said ", [10, 34], "closed. Nobody was angry."]


# the writer

WRITER = Path(__file__).parent.parent / "training" / "writer"


def rows(name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file in training/writer."""
    for line in (WRITER / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def written() -> Iterator[dict[str, Any]]:
    """Yield every rewrite and every sentence of a summary."""
    yield from rows("rewrites.jsonl")
    for summary in rows("summaries.jsonl"):
        yield from summary["sentences"]


def test_each_text_is_a_sentence_that_names_its_sources() -> None:
    """A cut text, or one without source sentences, would teach a model to write such texts."""
    for row in written():
        assert row["text"].rstrip("\"'”’)")[-1] in ".?!", row
        assert 4 <= len(row["text"].split()) <= 45, row
        assert row["of"], row
        assert len(row["of"]) == len(set(row["of"])), row


@pytest.mark.parametrize("name", ["rewrites.jsonl", "summaries.jsonl"])
def test_no_text_occurs_twice(name: str) -> None:
    """A repeated text would have twice the weight in training."""
    keys = [(row["article"], json.dumps(row)) for row in rows(name)]
    assert len(keys) == len(set(keys))


def test_each_sample_is_labelled_and_belongs_to_an_adapter() -> None:
    """Samples of the last adapter passed the checks, because the choice among samples is fitted to them."""
    samples = list(rows("samples.jsonl"))
    adapters = {row["adapter"] for row in samples}
    assert adapters == set(range(1, max(adapters) + 1))
    for row in samples:
        assert row["labels"], row
        assert set(row["labels"]) <= {"right", "thin", "wrong", "unclear"}, row
        assert len(row["of"]) == 1, row
        assert row["likelihood"] <= 0, row
        assert row["adapter"] < max(adapters) or row["passes"] is True, row


# the answer head


def test_a_question_has_answers_unless_it_is_of_the_kind_none() -> None:
    learnt, held_out = (questions(held_out=out) for out in (False, True))
    assert len(held_out) == 300
    assert not {question.document for question in learnt} & {question.document for question in held_out}
    for question in [*learnt, *held_out]:
        assert question.kind in ("plain", "other", "topic", "open", "none")
        assert bool(question.answers) is (question.kind != "none")
        assert not question.answers & question.partly

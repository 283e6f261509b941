"""What the entailment model is trained on: marks, slips, and that nothing held out gets in. Needs no PyTorch."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from training import prepare
from training.example import read_examples
from training.split import listed

ARTICLE = (
    "In May, Ada Lovelace sold 12 paintings. On 3 June the painter Carl Friedrich was in Bath, and 40 guests came."
)
FALSE = {"of": 0, "kind": "figure", "text": "She sold 40."}


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

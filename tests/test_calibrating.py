"""`summarise calibrate`: labelled pairs in, parameters of the verdict out, as a table of a settings file."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import write_tiny_model

from summarise import LabelledPair, VerdictParameters, calibrate, check
from summarise.checks.calibration import by_halves, calibration_of, halved, named, parameters_toml
from summarise.checks.labelled_pairs import read_pairs
from summarise.checks.regression import Labelled
from summarise.checks.verdict import built_in
from summarise.cli.main import run
from summarise.data import FittedSupport, Thresholds
from summarise.errors import ConfigurationError, PairsError
from summarise.report.calibration import calibration_text
from summarise.settings.configuration import FILE_VARIABLE, configure
from summarise.settings.model import Settings

TOWNS = ("Brant", "Orlow", "Vesterholm", "Kelling", "Sundby", "Marwick")
OFF = Settings(entailment="off")
FLOATS = st.floats(-50, 50)
SHARES = st.floats(0, 1)


def article_of(town: str) -> str:
    """Return an article of four sentences about a town."""
    return (
        f"The council of {town} opened a new bridge on Monday after four years of work. The mayor, Ada Lund, said that "
        "it cost 12 million euros. Boats had carried people over the river before, and many of them were old and slow. "
        "Nobody knows yet what becomes of the boats."
    )


def rows_of(town: str) -> list[tuple[str, int]]:
    """Return claims about the article of a town with their labels: six right, six wrong, one that is a copy."""
    right = [
        f"The council of {town} opened a new bridge after four years of work.",
        "Boats had carried people over the river before, and they were old and slow.",
        f"On Monday the council of {town} opened a new bridge. Nobody knows yet what becomes of the boats.",
        "The mayor said that it cost 12 million euros.",
        "Boats had carried people before.",
        "Nobody knows what becomes of the boats.",
    ]
    wrong = [
        "The mayor, Ada Lund, said that it cost 95 million euros.",
        "Local shops are afraid of losing customers.",
        "A castle was sold by its owners.",
        f"The council of {town} opened a new bridge. Several protesters were arrested by police.",
        "Old people complain about noise at night.",
        "Ferries will be free for pupils.",
    ]
    copy = "Nobody knows yet what becomes of the boats."
    return [*((claim, 1) for claim in right), *((claim, 0) for claim in wrong), (copy, 1)]


def pairs_of(*towns: str) -> list[LabelledPair]:
    """Return the claims about some towns as pairs."""
    return [
        LabelledPair(article=article_of(town), claim=claim, label=bool(label))
        for town in towns
        for claim, label in rows_of(town)
    ]


@pytest.fixture
def pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a file of labelled pairs, whose articles stand in files or in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    lines = []
    for number, town in enumerate(TOWNS):
        (tmp_path / "texts" / f"{town}.txt").write_text(article_of(town), encoding="utf-8")
        where = {"article_file": f"texts/{town}.txt"} if number % 2 else {"article": article_of(town)}
        for claim, label in rows_of(town):
            lines.append(json.dumps({**where, "claim": claim, "label": label}))
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an entailment model that believes what speaks of the council or of boats."""
    return write_tiny_model(tmp_path / "tiny", adds={"council": (2.0,), "boats": (1.0,)}, labels=("score",))


# the file of pairs


def test_pairs_are_read_with_their_articles(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article's file is named from the folder of the pairs, wherever the program is started."""
    monkeypatch.chdir(pairs.parent / "texts")
    found = read_pairs(pairs)
    assert len(found) == 13 * len(TOWNS)
    texts = {one.article.text for one in found if not isinstance(one.article, str | Path)}
    assert texts == {article_of(town) for town in TOWNS}
    assert sum(one.label for one in found) == 7 * len(TOWNS)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "is no JSON"),
        (b"\xff", "is not UTF-8"),
        (b"[1]", "is no JSON object"),
        (
            b'{"article": "a", "claim": "b", "lable": 1}',
            "has a field that is none of article, article_file, claim, label",
        ),
        (b'{"claim": "b", "label": 1}', "must have either article or article_file"),
        (b'{"article": 3, "claim": "b", "label": 1}', "article: must be text"),
        (b'{"article": "a", "label": 1}', "claim: Field required"),
        (b'{"article": "a", "claim": "b", "label": 2}', 'label: write 1, 0, "supported" or "unsupported"'),
        (b'{"article": "a", "claim": " ", "label": 1}', "the summary is empty"),
        (b'{"article": "", "claim": "b", "label": 1}', "the text is empty"),
        (b'{"article_file": "gone.txt", "claim": "b", "label": 1}', "there is no file"),
        (b'{"article_file": "a\\u0000b", "claim": "b", "label": 1}', "is not a valid path"),
    ],
)
def test_a_bad_line_is_named(line: bytes, told: str, tmp_path: Path, capsys: Capture) -> None:
    """Before anything is checked: one line on standard error, exit code 3, and no file."""
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b'{"article": "It rained.", "claim": "It rained.", "label": 1}\n\n' + line + b"\n")
    found = fails(capsys, 3, "calibrate", str(path), "--out", str(tmp_path / "own.toml"))
    assert found.startswith(f"{path}, line 3: ")
    assert told in found
    assert not (tmp_path / "own.toml").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    found = fails(capsys, 3, "calibrate", str(tmp_path / "gone.jsonl"), "--out", str(tmp_path / "own.toml"))
    assert "cannot read" in found
    assert "gone.jsonl" in found


def test_too_few_claims_are_counted() -> None:
    """Of either label; those that stand in their article word for word are of no use, and are told."""
    with pytest.raises(PairsError, match=r"there are 14 supported and 12 unsupported claims: at least 30 of each"):
        calibrate(pairs_of(*TOWNS[:2]), settings=OFF)
    texts = ("It rained.", "It snowed.")
    copies = [LabelledPair(article=one, claim=one, label=label) for one in texts for label in [True, False] * 15]
    with pytest.raises(PairsError, match=r"0 supported and 0 unsupported claims, besides 60 that stand in"):
        calibrate(copies, settings=OFF)


# halves


@given(
    counts=st.dictionaries(
        st.text(max_size=3), st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(any), min_size=2, max_size=12
    ),
    order=st.randoms(use_true_random=False),
)
def test_halves_have_all_articles_once_whatever_their_order(counts: dict[str, tuple[int, int]], order: Any) -> None:
    """And both labels each, or an error says that they cannot."""
    shuffled = list(counts)
    order.shuffle(shuffled)
    try:
        found = halved(counts)
    except PairsError:
        return
    assert found == halved({name: counts[name] for name in shuffled})
    assert sorted([*found[0], *found[1]]) == sorted(counts)
    assert all(sum(counts[name][label] for name in half) for half in found for label in (0, 1))


def test_each_article_is_judged_by_what_was_fitted_to_others() -> None:
    """Here by the contrary of what holds of it; each example once."""
    examples = {
        "one": [Labelled({"x": float(right)}, right=right, error=right) for right in [True, False] * 10],
        "other": [Labelled({"x": float(not right)}, right=right) for right in [True, False] * 10],
    }
    found = by_halves(examples)
    assert len(found) == 40
    assert all((judged.support < 0.5) == judged.right for judged in found)
    assert (
        sum(judged.doubted["low"] for judged in found if judged.right) == 10
    )  # by errors, for which the threshold is 0 elsewhere


# fitting


@pytest.fixture(scope="module")
def fitted() -> VerdictParameters:
    """Return what is fitted without an entailment model."""
    return calibrate(pairs_of(*TOWNS), settings=OFF)


def test_without_the_model_only_those_parameters_change(fitted: VerdictParameters) -> None:
    """Copied words speak for a claim, and a wrong figure against it; what never varied has no weight."""
    shipped = built_in()
    assert (fitted.read, fitted.accused_below) == (shipped.read, shipped.accused_below)
    assert fitted.unread.weights["copied"] > 0 > fitted.unread.weights["figures"]
    assert fitted.unread.weights["dates"] == 0.0
    assert "entailed" not in fitted.unread.weights
    assert fitted.version.startswith("own-")


def test_with_the_model_only_the_others_change(folder: Path) -> None:
    found = calibrate(pairs_of(*TOWNS), settings=Settings(entailment=folder))
    assert found.unread == built_in().unread
    assert found.read != built_in().read
    assert found.read.weights["entailed"] > 0


def test_the_parameters_are_used_for_verdicts(fitted: VerdictParameters) -> None:
    """The threshold keeps its promise in a check, and the version stands in the record."""
    settings = Settings(entailment="off", verdict=fitted)
    right = [claim for claim, label in rows_of("Brant") if label]
    report = check("\n\n".join(right), article_of("Brant"), settings=settings)
    assert sum(one.verdict != "supported" for one in report.sentences) <= 1
    assert report.run.checker is not None
    assert fitted.version in report.run.checker


def test_the_order_of_the_pairs_makes_no_difference(fitted: VerdictParameters) -> None:
    found = calibrate(pairs_of(*TOWNS)[::-1], settings=OFF)
    assert found.unread.weights == pytest.approx(fitted.unread.weights, rel=1e-4)
    assert found.unread.thresholds.default == pytest.approx(fitted.unread.thresholds.default, abs=2e-4)


def test_the_weakest_sentence_stands_for_a_claim() -> None:
    """A claim with an unsupported sentence is fitted as that sentence is."""
    bad, good = "Ferries will be free for pupils.", "Boats had carried people before."
    rest = [one for one in pairs_of(*TOWNS) if one.claim != bad]
    made = [
        calibrate(
            [*rest, *(LabelledPair(article=article_of(town), claim=claim, label=False) for town in TOWNS)], settings=OFF
        )
        for claim in (bad, f"{good} {bad}")
    ]
    assert made[0] == made[1]


# the settings file


@st.composite
def parameters(draw: st.DrawFn) -> VerdictParameters:
    """Return any parameters, with names of inputs that TOML must quote."""
    weights = st.dictionaries(st.text('abc_ ."\\é\n', max_size=6), FLOATS, max_size=4)

    def fitted() -> FittedSupport:
        low, default, high = sorted(draw(SHARES) for _ in range(3))
        thresholds = Thresholds(low=low, default=default, high=high)
        return FittedSupport(intercept=draw(FLOATS), weights=draw(weights), thresholds=thresholds)

    return named(VerdictParameters(version="x", read=fitted(), unread=fitted(), accused_below=draw(SHARES)))


@given(found=parameters())
def test_what_is_written_is_read_again(found: VerdictParameters) -> None:
    read = tomllib.loads(parameters_toml(found))
    assert list(read) == ["verdict"]
    assert Settings.model_validate(read).verdict == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("verdict = 3", r"verdict in .* must be a table: write \[verdict\]"),
        ('[verdict]\nversion = "x"', r"setting verdict\.read in .*: Field required"),
        ("[verdict]\nversoin = 'x'\n", r"setting verdict\.\w+ in .*"),
    ],
)
def test_a_table_that_is_wrong_is_told(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told):
        configure({FILE_VARIABLE: str(file)})


def test_no_variable_holds_the_parameters(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"SUMMARISE_VERDICT sets nothing"):
        configure({"SUMMARISE_VERDICT": "x"})


# the verb


def test_the_verb_writes_a_settings_file_and_prints_what_was_measured(
    pairs: Path, fitted: VerdictParameters, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file can be used as it is, and replaces another one only by --force; Python fits the same to the same."""
    Path("own.toml").write_text("seed = 3\n", encoding="utf-8")
    command = ["calibrate", "pairs.jsonl", "--out", "own.toml", "--entailment", "off"]
    assert "add --force" in fails(capsys, 2, *command)
    assert Path("own.toml").read_text(encoding="utf-8") == "seed = 3\n"
    assert run([*command, "--force"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(
        "36 supported and 36 unsupported claims of 6 articles, without the entailment model\n6 more"
    )
    assert "exact comparisons" not in output.out  # no supported claim has an error
    for row in ("right doubted, low", "wrong caught, high", "AUC", "calibration error"):
        assert f"\n{row}" in output.out
    assert "own.toml" in output.err
    written = configure({FILE_VARIABLE: "own.toml"}).settings.verdict
    assert written is not None
    assert written == fitted
    assert written.version in output.err
    monkeypatch.setenv(FILE_VARIABLE, "own.toml")
    assert run(["config"]) == 0
    assert f"version {written.version}, accused_below" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("", "needs the name of a file"),
        ("texts", "needs the name of a file"),
        ("gone/own.toml", "there is no folder gone"),
        ("pairs.jsonl", "is the input"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_first(out: str, told: str, pairs: Path, capsys: Capture) -> None:
    before = pairs.read_bytes()
    assert told in fails(capsys, 2, "calibrate", "pairs.jsonl", "--out", out, "--force")
    assert pairs.read_bytes() == before


def test_a_folder_without_a_model_is_told(pairs: Path, capsys: Capture) -> None:
    assert "is no entailment model" in fails(
        capsys, 4, "calibrate", "pairs.jsonl", "--out", "own.toml", "--entailment", "texts"
    )
    assert not Path("own.toml").exists()


def test_right_claims_with_errors_are_told() -> None:
    """They are doubted whatever their support, so that no threshold could keep its promise: it is 0."""
    wrongly = [
        LabelledPair(article=one.article, claim=one.claim, label=one.label or "95" in one.claim)
        for one in pairs_of(*TOWNS)
    ]
    found = calibration_of([*wrongly, *pairs_of("Lund")], OFF)
    assert found.errors == pytest.approx(6 / 48)
    assert found.parameters.unread.thresholds == Thresholds(low=0.0, default=0.0, high=0.0)
    assert "exact comparisons find errors in 12.5 % of the supported ones: these are doubted" in calibration_text(found)

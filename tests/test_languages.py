"""Other languages are detected by paragraph, reported, and never supported by the English checks."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from command_line import Capture
from reading import run
from recorded import SEEDS
from verdicts import SETTINGS

from summarise import Summary, check, read_article, summarise
from summarise.checks.languages import Literals, language_of, languages_of
from summarise.testing import ScriptedBackend


class Tongue(NamedTuple):
    """An article in a language (code and English name), and a right sentence about it."""

    code: str
    name: str
    article: str
    right: str

    @property
    def wrong(self) -> str:
        """The sentence with a wrong figure."""
        return self.right.replace("18", "27")


_TABLES = tomllib.loads(Path(__file__).with_name("tongues.toml").read_text(encoding="utf-8"))
TONGUES = tuple(Tongue(code, **table) for code, table in _TABLES.items())

ENGLISH = (
    "The council of Brennau decided on Tuesday to close the old bridge over the river. The work will cost 12.5 "
    "million euros and take 18 months.\n\nThe mayor, Lena Vogt, said that the town had waited for the money for years."
)
by_language = pytest.mark.parametrize("one", TONGUES, ids=[one.code for one in TONGUES])


@by_language
def test_an_article_in_another_language_is_found_to_be(one: Tongue) -> None:
    """The article and each of its paragraphs get the language's code."""
    article = read_article(one.article)
    found = languages_of(article)
    assert found.main == one.code
    assert {stretch.language for stretch in found.foreign} == {one.code}


@by_language
def test_a_paragraph_in_another_language_is_found_in_an_english_article(one: Tongue) -> None:
    """Its span is reported, and the article is still English."""
    paragraph = one.article.partition("\n\n")[0]
    article = read_article(f"{ENGLISH}\n\n{paragraph}\n\n{ENGLISH}")
    found = languages_of(article)
    assert found.main == "en"
    assert [(article.quote(stretch), stretch.language) for stretch in found.foreign] == [(paragraph, one.code)]


def test_the_article_is_in_the_language_of_most_of_it_and_stretches_are_as_long_as_they_can_be() -> None:
    """Adjacent paragraphs of one language form one stretch, which English splits."""
    german = TONGUES[0].article
    for text, stretches in (
        (german, [german]),
        (f"{german}\n\n{german}\n\n{ENGLISH}", [f"{german}\n\n{german}"]),
        (f"{german}\n\n{ENGLISH}\n\n{german}", [german, german]),
    ):
        article = read_article(text)
        found = languages_of(article)
        assert found.main == "de"
        assert [article.quote(stretch) for stretch in found.foreign] == stretches
    found = languages_of(read_article(f"{ENGLISH}\n\n{ENGLISH}\n\n{german}"))
    assert found.main == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Brennau",
        "Müller, Schmidt, Lefèvre and García won.",
        "Results: Real Sociedad 2, Borussia Mönchengladbach 1; Olympique de Marseille 3, Paris Saint-Germain 0.",
        "José María Álvarez del Manzano y López del Hierro\nJean-Claude de la Tour du Pin\nMarie van der Linden",
        "Moules marinières, coq au vin, crème brûlée",
        "BRENNAU BRIDGE SHUT AS COSTS RISE",
        "Tel. 0123 456789, Fax 0123 456780, Mo-Fr 9-17",
        "She said: “Ich bin ein Berliner” is what he meant to say to the crowd in the square.",
    ],
)
def test_names_and_short_texts_are_in_no_other_language(text: str) -> None:
    """Text without clear evidence counts as English."""
    assert language_of(text) in (None, "en")
    assert languages_of(read_article(text)).main == "en"


@pytest.mark.slow
def test_an_english_article_is_checked_without_the_language_identifier() -> None:
    """It takes 100 MB of memory; text with some common English words needs none."""
    script = (
        "import sys; from pathlib import Path; from summarise import check; "
        "report = check('Profit rose to 4.1 million euros.', Path(sys.argv[1])); "
        "print(report.sentences[0].verdict, 'py3langid' in sys.modules)"
    )
    article = SEEDS / "halvorn-annual-results" / "article.txt"
    ran = subprocess.run([sys.executable, "-c", script, article], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["contradicted", "False"]


@by_language
def test_no_sentence_about_it_is_supported(one: Tongue) -> None:
    """It is unverified with a language finding, and a figure finding if a figure is not in the article."""
    right, wrong = (check(claim, one.article).sentences[0] for claim in (one.right, one.wrong))
    assert (right.verdict, [finding.code for finding in right.findings]) == ("unverified", ["language"])
    assert right.unread
    assert (wrong.verdict, [finding.code for finding in wrong.findings]) == ("unverified", ["figure", "language"])
    assert [wrong.text[f.claim.start : f.claim.end] for f in wrong.findings if f.code == "figure"] == ["27"]
    assert not wrong.unread


@pytest.mark.parametrize("one", TONGUES[:2], ids=[one.code for one in TONGUES[:2]])
def test_a_model_s_sentence_is_shown_unless_something_else_is_against_it(one: Tongue) -> None:
    """The language alone causes no repair or replacement; a wrong figure does."""
    summary = _by_model(one, one.right)
    assert summary.text == one.right
    assert summary.run.language == one.code
    assert one.wrong not in _by_model(one, one.wrong).text


def _by_model(one: Tongue, said: str) -> Summary:
    answer = f'{{"sentences": [{{"text": "{said}", "sources": [1]}}]}}'
    return summarise(one.article, backend=ScriptedBackend([answer] * 9), length=1, settings=SETTINGS)


def test_dates_quotations_and_names_are_compared() -> None:
    """Each is an error if the article does not have it in any form."""
    article = "Am 14. März 2026 sagte Bürgermeisterin Lena Vogt in Brennau: „Wir haben lange auf das Geld gewartet.“"
    right = "Lena Vogt sagte am 14.3.2026, die Stadt habe „lange auf das Geld gewartet“."
    wrong = "Lena Huber sagte am 15.3.2027, die Stadt habe „nie auf das viele Geld gehofft“."
    assert [finding.code for finding in check(right, article).sentences[0].findings] == ["language"]
    codes = [finding.code for finding in check(wrong, article).sentences[0].findings]
    assert sorted(codes) == ["date", "language", "name", "quotation"]


def test_an_english_sentence_that_rests_on_another_language_is_not_supported() -> None:
    """It is unread although it copies the article."""
    foreign = TONGUES[0].article.partition("\n\n")[0]
    sentence = check(foreign.partition(". ")[0] + ".", f"{ENGLISH}\n\n{foreign}").sentences[0]
    assert sentence.unread
    assert check("The work will take 18 months.", f"{ENGLISH}\n\n{foreign}").sentences[0].verdict == "supported"


def test_the_command_tells_and_does_not_fail_unless_it_is_strict(folder: Path, capsys: Capture) -> None:
    """The command prints a note about the language; only `--strict` and `check` exit with 1."""
    (folder / "article.txt").write_text(TONGUES[0].article, encoding="utf-8")
    (folder / "summary.txt").write_text(TONGUES[0].right, encoding="utf-8")
    for arguments, code, prints in (
        (("article.txt", "--model", "extract", "--length", "2"), 0, True),
        (("article.txt", "--model", "extract", "--length", "2", "--strict"), 1, False),
        (("check", "article.txt", "summary.txt"), 1, True),
        (("facts", "article.txt"), 0, True),
    ):
        assert run(list(arguments)) == code
        output = capsys.readouterr()
        assert bool(output.out) is prints
        assert output.err.count("the article is in German") == 1


def test_english_is_not_mentioned(folder: Path, capsys: Capture) -> None:
    assert run(["bridge.txt", "--model", "extract"]) == 0
    assert "is in" not in capsys.readouterr().err


def test_quotations_in_pointed_marks_are_compared_whichever_way_they_point() -> None:
    """German and French guillemets are recognised; the text between two quotations is not quoted."""
    article = "»Wir gehen heute nach Hause«, sagte der Minister am Montag, »und kommen morgen nicht wieder«."
    literals = Literals(article)
    assert list(literals.compare(article, "de")) == []
    assert list(literals.compare(article.translate(str.maketrans("«»", "»«")), "fr")) == []
    (found,) = literals.compare("»Wir gehen heute nach Paris zurück«, sagte der Minister.", "de")
    assert found.code == "quotation"

"""Comparisons: a backend that answers by prompt version, and values of invented articles."""

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from invented import BRIDGE, CABLES, FALSE, VEHICLES, answer

from summarise import Comparison, Request, Settings, summarise
from summarise.backends.scripted import ScriptedBackend
from summarise.batch.comparison import locked_folder as locked_folder
from summarise.batch.statistics import Values, build_comparison, measure_summary, variant_summary
from summarise.batch.variants import Spec, parse_spec
from summarise.data import OnUnsupported
from summarise.data.comparison import Contrast, ExcludedArticle, MeasureName, SideBySide, Variant
from summarise.prompting.prompt import find
from summarise.report.comparison import comparison_markdown as comparison_markdown
from summarise.report.comparison import comparison_text as comparison_text

RIGHT, WRONG = answer(CABLES, VEHICLES), answer(FALSE, VEHICLES)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp"
VARIANTS = (Variant(name="a", spec="prompt=draft/prose/v1"), Variant(name="b", spec="prompt=draft/prose/v2"))


def bridges(count: int) -> list[tuple[str, str]]:
    """Return articles with ids that differ only in the street."""
    return [(f"a{number}", BRIDGE.replace("Mill Street", f"Mill Street {number}")) for number in range(count)]


def by_prompt(answers: Mapping[str, str], *, model: str = "scripted") -> ScriptedBackend:
    def respond(request: Request) -> str:
        assert request.prompt is not None
        return answers[request.prompt.id.rpartition("/")[2]]

    return ScriptedBackend(respond, model=model)


def always(text: str, *, model: str = "scripted") -> ScriptedBackend:
    return ScriptedBackend(lambda _: text, model=model)


def contrast(comparison: Comparison, name: MeasureName) -> Contrast:
    """Return the second variant's contrast in a measure."""
    (found,) = [measured for measured in comparison.measures if measured.measure.name == name]
    return found.contrasts[0]


def spec(name: str, written: Any) -> Spec:
    return parse_spec(name, written)


def own_prompts(folder: Path, *versions: str) -> Settings:
    """Write variants of the draft prompt and return settings that use them."""
    place = folder / "own/draft/prose"
    place.mkdir(parents=True, exist_ok=True)
    built_in, name = find("draft/prose", "v1")
    text = (built_in / f"{name}.md").read_text(encoding="utf-8")
    for version in versions:
        (place / f"{version}.md").write_text(
            text.replace("\n## user", f"\nVersion {version}.\n\n## user"), encoding="utf-8"
        )
    return Settings(entailment="off", repair_rounds=0, prompt_dir=folder / "own")


def drawn(rates: tuple[float, float], seed: int, each: Callable[[bool], Values], *, articles: int = 40) -> Comparison:
    """Compare two variants with these error rates; `each` returns values for an article with or without error."""
    random = Random(seed)
    values = {str(number): [each(random.random() < rate) for rate in rates] for number in range(articles)}
    return build_comparison(VARIANTS, values, seed=seed)


def shown() -> Comparison:
    """Return a comparison with a wrong sentence, and with mark-up in its names."""
    plain = Settings(entailment="off", repair_rounds=0)
    ways: tuple[OnUnsupported, ...] = ("keep", "drop")
    summaries = [
        summarise(BRIDGE, backend=ScriptedBackend([WRONG]), settings=plain, on_unsupported=way) for way in ways
    ]
    values: dict[str, list[Values | None]] = {
        f"{number} {HOSTILE}": [
            measure_summary(one) | {"words": 40.0 + number % 3 * place} for place, one in enumerate(summaries)
        ]
        for number in range(12)
    }
    variants = (*VARIANTS, Variant(name="c", spec=HOSTILE, models=(HOSTILE,)))
    values = {name: [*each, each[0]] for name, each in values.items()}
    written = tuple(variant_summary(one) for one in (*summaries, summaries[0]))
    found = build_comparison(
        variants, values, excluded=[ExcludedArticle(article=HOSTILE, variant="a", message=HOSTILE)]
    )
    return found.model_copy(update={"side_by_side": (SideBySide(article=HOSTILE, summaries=written),)})

"""Renders a report in any output format.

`python -m summarise.report.formats DIR` writes the JSON Schemas of the output.
"""

import json
import sys
from pathlib import Path

from summarise.data import Facts, OutputFormat, Record, Report, RunPlan, Summary
from summarise.data.comparison import Comparison
from summarise.report.annotations import CheckedFile, annotations, reports_junit, reports_sarif
from summarise.report.explain import explain
from summarise.report.markdown import report_markdown
from summarise.report.text import report_text, summary_text
from summarise.secrets import control_escaped, without_control

# default width of lines in the format "explain"
COLUMNS = 80


def shaped(
    report: Report,
    shape: OutputFormat,
    *,
    name: str,
    file: CheckedFile | None = None,
    width: int | None = None,
    colours: bool = False,
) -> str:
    """Return a report on the article `name` in an output format, without control characters.

    `file`: the summary's file, in which sentences are located. `width`: columns of "text" and "explain". `colours`: use
    ANSI codes in "explain". Raises UsageError if the report was read from JSON, and the format needs the article (all
    but "text" and "json" do).
    """
    match shape:
        case "json":
            text = report.model_dump_json(indent=2)
        case "html":
            text = report.to_html()
        case "junit":
            text = reports_junit([CheckedFile(report, name)], name=name)
        case "sarif":
            text = reports_sarif([file or CheckedFile(report, name)])
        case "github":
            text = "\n".join(annotations([file or CheckedFile(report, name)]))
        case "markdown":
            text = report_markdown(report)
        case "explain":
            text = explain(report, width=width or COLUMNS, colours=colours)
        case "text":
            text = summary_text(report, width=width) if isinstance(report, Summary) else report_text(report)
    if shape in ("json", "sarif"):
        return control_escaped(text)
    text = text if colours and shape == "explain" else without_control(text)
    return text if shape in ("text", "html") else text.rstrip("\n")


MODELS: dict[str, type[Record]] = {"comparison": Comparison, "facts": Facts, "plan": RunPlan, "summary": Summary}


def schema_text(model: type[Record]) -> str:
    """Return the JSON Schema (2020-12) of a model's serialised form."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path) -> list[Path]:
    """Write the schemas of `MODELS` to a folder. Returns the files."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in MODELS.items():
        path = directory / f"{name}.json"
        path.write_text(schema_text(model), encoding="utf-8", newline="\n")
        written.append(path)
    return written


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))

"""Reports in each output format, as text."""

from summarise.data import OutputFormat, Report, Summary
from summarise.observing.control_characters import control_escaped, without_control
from summarise.report.annotations import CheckedFile

# Default width of evidence.
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

    `colours` adds ANSI codes to "explain"; `file` locates the sentences. Raises UsageError for a report read from JSON,
    except as text or JSON.
    """
    text = _shaped(report, shape, name=name, file=file, width=width, colours=colours)
    if shape in ("json", "sarif"):
        return control_escaped(text)
    return text if colours and shape == "explain" else without_control(text)


def _shaped(
    report: Report, shape: OutputFormat, *, name: str, file: CheckedFile | None, width: int | None, colours: bool
) -> str:
    match shape:
        case "json":
            return report.model_dump_json(indent=2)
        case "html":
            return report.to_html()
        case "junit":
            from summarise.report.junit import report_junit

            return report_junit(report, name=name)
        case "sarif":
            from summarise.report.sarif import reports_sarif

            return reports_sarif([file or CheckedFile(report, name)])
        case "github":
            from summarise.report.annotations import annotations

            return "\n".join(annotations([file or CheckedFile(report, name)]))
        case "markdown":
            from summarise.report.markdown import report_markdown

            return report_markdown(report).rstrip("\n")
        case "explain":
            from summarise.report.explain import explain

            return explain(report, width=width or COLUMNS, colours=colours).rstrip("\n")
        case "text":
            from summarise.report.text import report_text, summary_text

            return summary_text(report, width=width) if isinstance(report, Summary) else report_text(report)

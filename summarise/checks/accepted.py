"""Read and write the file of findings that a person accepted, and mark the accepted sentences of a report."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from summarise.data import Accepted, AcceptedFinding, CheckedSentence, Report
from summarise.data.article import text_hash
from summarise.errors import ConfigurationError, UsageError
from summarise.files import read_bounded, write_whole

R = TypeVar("R", bound=Report)


def fault_codes(sentence: CheckedSentence) -> frozenset[str]:
    """Return the codes of a sentence's errors.

    A citation of a missing or unsupporting source adds "cites SOURCE", the lack of a required citation "cites nothing".
    """
    wrong = [cited for cited in sentence.citations if cited.verdict in ("does not support", "missing")]
    uncited = ["cites nothing"] if sentence.uncited else []
    return frozenset([error.code for error in sentence.errors] + [f"cites {cited.source}" for cited in wrong] + uncited)


def claim_hash(text: str) -> str:
    """Return the SHA-256 of a sentence after normalising its white space."""
    return text_hash(" ".join(text.split()))


def read_accepted(path: Path) -> Accepted:
    """Read accepted findings from a file with one JSON object a line.

    Raises ConfigurationError if the file cannot be read or a line is not valid.
    """
    try:
        data = read_bounded(path)
    except FileNotFoundError:
        raise ConfigurationError(
            f"there is no file {path} of accepted findings: write it with `summarise accept`"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror or type(error).__name__}") from None
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)
    return Accepted(entries=tuple(_entry(line, f"{path}, line {number}") for number, line in lines if line.strip()))


def accepted_from(accept: "str | Path | Accepted | None") -> Accepted | None:
    """Return `accept` or, if it is a path, the accepted findings in that file."""
    return accept if accept is None or isinstance(accept, Accepted) else read_accepted(Path(accept))


def accepted_in(report: R, accepted: Accepted | None) -> R:
    """Return the report with the reason in the field `accepted` of each sentence that a person accepted."""
    if accepted is None or not accepted.entries:
        return report
    article = text_hash(report.facts.article.text)
    entries = [entry for entry in accepted.entries if entry.article == article]
    sentences = []
    for sentence in report.sentences:
        entry = next((entry for entry in entries if covers(entry, sentence)), None)
        sentences.append(sentence.model_copy(update={"accepted": entry.reason}) if entry else sentence)
    return report.model_copy(update={"sentences": tuple(sentences)})


def covers(entry: AcceptedFinding, sentence: CheckedSentence) -> bool:
    """Return whether an accepted finding applies to a sentence about the same article.

    The texts must be equal except for white space, and the entry must list all `fault_codes` of the sentence. False
    for a sentence that is supported and well cited.
    """
    return (
        not _is_right(sentence)
        and entry.claim == claim_hash(sentence.text)
        and fault_codes(sentence) <= set(entry.codes)
    )


def _is_right(sentence: CheckedSentence) -> bool:
    return sentence.verdict == "supported" and sentence.well_cited


def unmatched_line(report: Report, accepted: Accepted | None) -> str | None:
    """Return a message with the number of accepted findings that apply to no sentence, or None."""
    article, entries = text_hash(report.facts.article.text), accepted.entries if accepted is not None else ()
    others = sum(entry.article != article for entry in entries)
    same_article = [entry for entry in entries if entry.article == article]
    count = others + sum(not any(covers(entry, sentence) for sentence in report.sentences) for entry in same_article)
    if not count:
        return None
    message = f"{count} accepted finding{' matches' if count == 1 else 's match'} nothing"
    return f"{message} ({others} of another article, or of this one before it was changed)" if others else message


def entry_for(report: Report, number: int, reason: str) -> AcceptedFinding:
    """Return the entry that accepts sentence `number`, counted from 1.

    Raises UsageError if there is no such sentence, it is supported and well cited, or the reason is empty.
    """
    total = len(report.sentences)
    if not 1 <= number <= total:
        raise UsageError(f"there is no sentence {number}: give a number from 1 to {total}")
    sentence = report.sentences[number - 1]
    if _is_right(sentence):
        raise UsageError(f"sentence {number} is supported: there is nothing to accept")
    if not reason.strip():
        raise UsageError("the reason is empty: say why the sentence is accepted")
    return AcceptedFinding(
        article=text_hash(report.facts.article.text),
        claim=claim_hash(sentence.text),
        text=" ".join(sentence.text.split()),
        codes=tuple(sorted(fault_codes(sentence))),
        reason=" ".join(reason.split()),
    )


def append(path: Path, entry: AcceptedFinding) -> None:
    """Append an entry to a file atomically. Raises OSError."""
    try:
        before = read_bounded(path)
    except FileNotFoundError:
        before = b""
    gap = b"\n" if before and not before.endswith(b"\n") else b""
    write_whole(path, before + gap + json.dumps(entry.model_dump(mode="json"), ensure_ascii=False).encode() + b"\n")


def _entry(line: bytes, place: str) -> AcceptedFinding:
    fields = AcceptedFinding.model_fields
    try:
        row = json.loads(line.decode("utf-8"))
        if isinstance(row, dict) and row.keys() <= fields.keys():
            return AcceptedFinding.model_validate(row)
        problem = f"has a field other than {', '.join(fields)}" if isinstance(row, dict) else "is not a JSON object"
    except UnicodeDecodeError:
        problem = "is not UTF-8"
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}"
    except (ValueError, RecursionError):
        problem = "is not JSON"
    raise ConfigurationError(f"{place}: {problem}; correct or remove the line")

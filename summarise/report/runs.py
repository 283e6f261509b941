"""Kept runs in words: what differs in a replay."""

from summarise.data import CheckedSentence, Difference, Replayed
from summarise.report.bidirectional import named
from summarise.report.text import finding_text
from summarise.report.wording import verdict_text
from summarise.version import __version__


def replayed_line(replayed: Replayed, name: str) -> str:
    """Return the line that tells which run was shown, and whether this version would come to the same."""
    kept = replayed.run
    then = f"{name}: kept {kept.saved:%Y-%m-%d %H:%M} UTC by summarise {kept.version}, {kept.writer.id}"
    if replayed.otherwise:
        return f"{then}; {replayed.otherwise}"
    if kept.ended is not None:
        return f"{then}; this version ends with the same error"
    if replayed.restated:
        return f"{then}; the file and the repeated run differ in {', '.join(replayed.restated)}"
    if not replayed.differences:
        return f"{then}; this version ({__version__}) writes and judges the same"
    return f"{then}; this version ({__version__}) writes or judges otherwise"


def difference_lines(replayed: Replayed) -> list[str]:
    """Return a line for each sentence that is judged or written otherwise now."""
    lines = [named(difference_line(difference)) for difference in replayed.differences]
    if replayed.otherwise and replayed.summary is not None and not lines:
        lines.append("the sentences that were shown were checked again: judged the same")
    return lines


def difference_line(difference: Difference) -> str:
    """Return what differs of one sentence."""
    then, now, place = difference.then, difference.now, difference.place
    if then is None and now is not None:
        return f"now also shown: {_verdict(now)}: “{now.text}”{_findings(now)}"
    assert then is not None, "a difference is of something"
    if now is None:
        return f"sentence {place} is shown no more (was {_verdict(then)}): “{then.text}”"
    if then.verdict == now.verdict:
        before, after = (_findings(one).removeprefix("; ") or "nothing" for one in (then, now))
        return f"sentence {place} is {now.verdict} as then: “{now.text}”; found now: {after}; found then: {before}"
    return f"sentence {place} was {_verdict(then)} and is {_verdict(now)}: “{now.text}”{_findings(now)}"


def _verdict(sentence: CheckedSentence) -> str:
    return f"{verdict_text(sentence)} ({sentence.probability:.2f})"


def _findings(sentence: CheckedSentence) -> str:
    return "".join(f"; {finding_text(finding, sentence.text)}" for finding in sentence.findings)

"""Minutes: decisions, actions with owner and date, and open questions, by rules and by a model that drafts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, run

from benchmarks.minutes.__main__ import FOLDER, MEETINGS, measure
from summarise import Settings, Summary, replay, summarise
from summarise.data import Request
from summarise.data.summary import NO_ITEMS
from summarise.testing import ScriptedBackend

OFF = Settings(entailment="off")
LAUNCH, COUNCIL = FOLDER / "launch.vtt", FOLDER / "council.vtt"
TURNS = ("Anna Feyer: Good morning, everyone.", "Tom Okoye: Morning. What a storm.", "Anna Feyer: Indeed.")
TALK = "\n\n".join(TURNS * 3)


@pytest.fixture(scope="module")
def launch() -> Summary:
    return summarise(LAUNCH, model="extract", style="minutes", settings=OFF)


@pytest.mark.models
@pytest.mark.slow
def test_most_items_of_labelled_meetings_are_found() -> None:
    scores, errors = measure(MEETINGS)
    for kind in ("action", "decision", "question"):
        assert min(scores[kind].precision, scores[kind].recall) >= 0.9, "\n".join(errors)
    actions = scores["action"]
    assert min(actions.owners, actions.dates) >= 0.95 * actions.right


@pytest.mark.slow
def test_a_chatty_meeting_keeps_what_outlasts_it() -> None:
    """Remarks, jests, an offer taken over and a letter read aloud are left out; the last figure and date stand."""
    text = summarise(FOLDER / "market.txt", model="extract", style="minutes", settings=OFF).text
    assert "twenty pounds ninety" in text
    assert "twenty pounds fifty" not in text
    assert "- Piotr Clarke: “I'll get the quote from the electrician by Monday.” (by Monday)" in text
    assert "by Friday" not in text
    for words in ("come back", "eat my hat", "I can do the posters", "barrels", "mulled wine", "wait a second"):
        assert words not in text
    assert text.count("posters") == text.count("bins") == 1


@pytest.mark.slow
def test_a_long_list_keeps_the_strongest_and_explains_the_rest(tmp_path: Path, capsys: Capture) -> None:
    """Without a length at most ten actions of a short meeting are shown, those with a date first."""
    things = "roof gate fence stove kettle ladder carpet curtain window mirror boiler bucket".split()
    turns = [f"Tom Okoye: I'll repair the {thing}." for thing in things] + ["Tom Okoye: I'll paint the shed by Friday."]
    path = tmp_path / "long.txt"
    path.write_text("\n".join(f"{turn}\nAnna Feyer: Hm, so it is." for turn in turns), encoding="utf-8")
    arguments = [str(path), "--model", "extract", "--style", "minutes"]
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert (shown.count("repair the"), shown.count("paint the shed")) == (9, 1)
    assert run([*arguments, "--length", "20"]) == 0
    assert capsys.readouterr().out.count("repair the") == 12
    assert run([*arguments, "--explain"]) == 0
    assert "not chosen    “Tom Okoye: “I'll repair the bucket.””" in capsys.readouterr().out


@pytest.mark.slow
def test_a_decision_that_is_changed_later_does_not_stand(launch: Summary) -> None:
    decisions = [one.text for one in dict(launch.sections)["Decisions"]]
    assert "Anna Feyer: “Let's move the launch to 19 January instead.”" in decisions
    assert not any("12 January" in text or "12th" in text for text in decisions)
    council = summarise(COUNCIL, model="extract", style="minutes", settings=OFF)
    assert "Wednesdays instead of Thursdays" in council.text
    assert "stays open until eight on Thursdays" not in council.text


def test_the_owner_is_the_one_who_promised_or_accepted(launch: Summary) -> None:
    """Two speakers have one surname; a request that is refused has no owner."""
    owners = {one.evidence[0].text: (one.item.owner, one.item.due) for one in launch.sentences if one.item}
    assert owners["Jonas, can you tell the distributors about the new date?"] == ("Jonas Feyer", "Wednesday")
    assert owners["Anna will write the newsletter on Friday, as always."] == ("Anna Feyer", "Friday")
    assert owners["I can take the stand."] == ("Jonas Feyer", None)
    assert "Tom, could you take the stand on both days?" not in owners


def test_the_text_has_headings_times_and_dates(launch: Summary) -> None:
    lines = launch.text.splitlines()
    assert [line for line in lines if line and not line.startswith("- ")] == ["Decisions", "Actions", "Open questions"]
    assert "- 00:03:23 Priya Nair: “I'll book the hotel for Jonas and me this afternoon.” (this afternoon)" in lines
    asked = "Anna Feyer: “Jonas, can you tell the distributors about the new date?”"
    assert f"- 00:01:17 {asked} (owner: Jonas Feyer, by Wednesday)" in lines
    assert "coffee" not in launch.text
    assert launch.exit_code == 0
    assert launch.passed


@pytest.mark.parametrize(
    "article", [TALK, "The Harbour Bridge in Brelmouth closed on Friday. Engineers found cracks in it."]
)
def test_without_items_one_line_says_so(article: str) -> None:
    summary = summarise(article, model="extract", style="minutes", settings=OFF)
    assert (summary.text, summary.exit_code) == (NO_ITEMS, 0)
    assert ("no transcript" in summary.run.notices) == (article is not TALK)


@pytest.mark.slow
def test_a_length_limits_the_items_and_short_lists_keep_decisions() -> None:
    summary = summarise(LAUNCH, model="extract", style="minutes", length=4, settings=OFF)
    assert [one.item.kind for one in summary.sentences if one.item] == ["decision", "decision", "decision", "action"]


@pytest.mark.slow
def test_the_command_shows_them_in_every_view(capsys: Capture, tmp_path: Path) -> None:
    arguments = (str(LAUNCH), "--model", "extract", "--style", "minutes")
    for shape, parts in {
        "text": ("Decisions\n- 00:02:17 Anna Feyer: “Agreed",),
        "explain": ("\nActions\n", "00:03:23 Priya Nair: “I'll book"),
        "markdown": ("## Open questions\n\n- 00:02:21 Jonas Feyer: “What about",),
        "html": ('<h3 class="section">Decisions</h3>', "00:03:55 Anna Feyer: “Let&#39;s move the launch"),
    }.items():
        assert run([*arguments, "--format", shape]) == 0
        printed = capsys.readouterr().out
        for part in parts:
            assert part in printed, shape
    assert run([*arguments, "--json", "--save", str(tmp_path / "run.json")]) == 0
    sentences = json.loads(capsys.readouterr().out)["sentences"]
    assert {"kind": "action", "owner": "Priya Nair", "due": "this afternoon"} in [one["item"] for one in sentences]
    again = replay(tmp_path / "run.json").summary
    assert again is not None
    assert again.text == summarise(LAUNCH, model="extract", style="minutes").text


def items(request: Request, *rows: tuple[str, str, str, str, str]) -> str:
    """Return the answer of a model: kind, text, owner and date of each item, and words of the line that it is from."""
    lines = [line for line in request.user.splitlines() if line.startswith("[")]
    numbers = {words: [int(line[1 : line.index("]")]) for line in lines if words in line][:1] for *_, words in rows}
    fields = ("kind", "text", "owner", "due", "sources")
    made = [dict(zip(fields, (*row[:-1], numbers[row[-1]] if row[-1] else []), strict=True)) for row in rows]
    return json.dumps({"items": made})


def drafted(answer: Callable[[Request], str], **options: Any) -> tuple[Summary, list[Request]]:
    backend = ScriptedBackend(answer)
    settings = options.pop("settings", Settings())
    options.setdefault("on_unsupported", "replace")
    return summarise(LAUNCH, backend=backend, style="minutes", settings=settings, **options), backend.requests


@pytest.mark.slow
def test_a_models_owner_and_date_are_checked() -> None:
    rows = (
        (
            "action",
            "Jonas Feyer will write to the distributors by Wednesday.",
            "Jonas Feyer",
            "Wednesday",
            "I'll write to",
        ),
        ("action", "Anna Feyer will book the hotel this afternoon.", "Anna Feyer", "this afternoon", "book the hotel"),
        ("action", "Tom Okoye will send the battery report.", "Tom Okoye", "Friday", "I will send it round"),
        ("decision", "The launch is on 12 January.", "", "", "we'll go with 12 January"),
        ("decision", "The launch moves to 19 January.", "", "", "move the launch"),
    )
    summary, _ = drafted(lambda request: items(request, *rows))
    shown = {one.text: one.item and (one.item.owner, one.item.due) for one in summary.sentences}
    assert shown == {
        "The launch moves to 19 January.": (None, None),
        "Jonas Feyer will write to the distributors by Wednesday.": ("Jonas Feyer", "Wednesday"),
        "Priya Nair: “I'll book the hotel for Jonas and me this afternoon.”": ("Priya Nair", "this afternoon"),
        "Tom Okoye will send the battery report.": ("Tom Okoye", "Thursday evening"),
    }


def test_a_model_may_find_no_items() -> None:
    summary, requests = drafted(items)
    assert (summary.text, len(requests)) == (NO_ITEMS, 1)


@pytest.mark.slow
def test_an_answer_without_kinds_is_asked_for_again() -> None:
    late = "The launch moves to 19 January."
    asked: list[Request] = []

    def answer(request: Request) -> str:
        asked.append(request)
        return late if len(asked) == 1 else items(request, ("decision", late, "", "", ""))

    summary, _ = drafted(answer)
    assert [one.text for one in summary.sentences] == [late]
    assert len(asked) == 2


@pytest.mark.slow
def test_the_items_of_all_parts_are_merged_and_the_merge_may_drop_some() -> None:
    early, late = "The launch is on 12 January.", "The launch moves to 19 January."

    def answer(request: Request) -> str:
        if request.stage == "merge":
            return items(request, ("decision", late, "", "", late))
        parts = ((early, "go with 12"), (late, "19 January instead"))
        return items(request, *(("decision", text, "", "", "") for text, words in parts if words in request.user))

    summary, requests = drafted(answer, settings=Settings(chunk_tokens=700))
    assert [one.text for one in summary.sentences] == [late]
    merge = next(request for request in requests if request.stage == "merge")
    assert merge.prompt is not None
    assert merge.prompt.id == "merge/minutes/v1"
    assert f"decision: {early}" in merge.user

"""How fast each backend was, as the command remembers it from run to run, to tell how long the next one will take.

Holds counts and times of calls, and nothing of what was said. A file that is missing, damaged or in the way of nothing
but this is no error.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from summarise.data import Record, RunRecord, Speed
from summarise.files import read_bounded, write_whole
from summarise.observing.secrets import shown
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

FILE = "speeds.json"
JUDGE = "judge"
"""The stage in which another backend may be asked."""
KEPT = 60
"""So many of a backend's last calls count."""


class CallTiming(Record):
    """One call: the tokens that the server had not read before, those that it wrote, and the seconds that it took."""

    read: int = Field(ge=0)
    written: int = Field(ge=0)
    seconds: float = Field(gt=0, allow_inf_nan=False)


Table = dict[str, tuple[CallTiming, ...]]
_TABLE: TypeAdapter[Table] = TypeAdapter(Table)


def speed_of(backend_id: str, settings: Settings) -> Speed | None:
    """Return how fast a backend was in runs on this machine, None where none is remembered."""
    try:
        return fitted(_read(settings.cache_dir / FILE).get(backend_id, ()))
    except (ArithmeticError, ValidationError):
        return None  # Figures that no call has: somebody else wrote the file.


def remember(run: RunRecord, settings: Settings) -> None:
    """Keep the times of a run's calls that were answered, by backend, with the last ones before them.

    Whose name shows a key is not kept.
    """
    timed: dict[str, list[CallTiming]] = defaultdict(list)
    for call in run.calls:
        name = run.judge if call.stage == JUDGE else run.backend
        read = max(0, call.prompt_tokens - call.cached_tokens)
        if (
            name
            and call.model is not None
            and not call.from_cache
            and call.seconds > 0
            and read + call.completion_tokens > 0
        ):
            timed[name].append(CallTiming(read=read, written=call.completion_tokens, seconds=call.seconds))
    secrets = secrets_of(settings)
    timed = {name: found for name, found in timed.items() if not shown(secrets, name)}
    if not timed:
        return
    path = settings.cache_dir / FILE
    table = _read(path)
    for name, found in timed.items():
        table[name] = (*table.get(name, ()), *found)[-KEPT:]
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _TABLE.dump_json(table))


def fitted(timed: Sequence[CallTiming]) -> Speed | None:
    """Return the two rates that fit the times of calls best (least squares, none below 0); None without calls."""
    if not any(one.read + one.written for one in timed):
        return None
    rr = sum(one.read * one.read for one in timed)
    rw = sum(one.read * one.written for one in timed)
    ww = sum(one.written * one.written for one in timed)
    rs = sum(one.read * one.seconds for one in timed)
    ws = sum(one.written * one.seconds for one in timed)
    determinant = rr * ww - rw * rw
    read, written = 0.0, 0.0
    if determinant > 1e-9 * rr * ww:
        read, written = (rs * ww - ws * rw) / determinant, (ws * rr - rs * rw) / determinant
    if read <= 0 or written <= 0:
        # One of the two explains the times alone, or they hang together: all goes by what is written, if anything is.
        read, written = (0.0, ws / ww) if ww else (rs / rr, 0.0)
    return Speed(per_prompt_token=read, per_completion_token=written, calls=len(timed))


def _read(path: Path) -> Table:
    try:
        return _TABLE.validate_json(read_bounded(path))
    except (OSError, ValidationError):
        return {}

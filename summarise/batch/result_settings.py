"""What shapes the results of a batch, by name: the same again gives the same, and what differs can be told.

Holds no secret: of what may hold one, and of what is long, there is only a hash.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from summarise.batch.jobs import Job, SummariseJob
from summarise.checks.entailment.model import read_layout
from summarise.checks.entailment.reader import folder_of
from summarise.checks.verdict import parameters_in
from summarise.pipeline.setup import prompt_of
from summarise.settings.model import ENTAILMENT_NAMES, Settings
from summarise.settings.stages import STAGES
from summarise.version import __version__

Used = Mapping[str, Any]
"""Values of JSON by name."""
NO_MATTER = frozenset(
    "api_key api_keys key_commands headers max_calls max_tokens_total max_cost concurrency connect_timeout "
    "read_timeout total_timeout max_attempts ca_bundle client_cert client_key proxy cache cache_dir "
    "max_answer_bytes entailment_threads".split()
)
"""Settings that make no other results: how models are reached, how fast, and what may be spent."""
ELSEWHERE = frozenset("model prompts prompt_dir accept entailment length".split())
"""Settings that are told by what they come to."""
HASHED = frozenset("base_url base_urls extra_body models commands".split())
"""Settings whose values may be secret, or are tables."""


def settings_used(job: Job, *, backends: Mapping[str, str]) -> Used:
    """Return what shapes the results of a job; `backends` are the ids of backends that were given, by name.

    ConfigurationError where a prompt or an entailment model is not there.
    """
    settings = job.settings
    used: dict[str, Any] = {
        "version": __version__,
        "checker": _checker(settings),
        **_settings(settings),
        "judge": backends.get(job.judge or "", job.judge),
        "encoding": job.encoding,
        "format": job.shape,
        "accept": None if job.accepted is None else _hash(job.accepted.model_dump(mode="json")),
    }
    if job.own_checks:
        used["own_checks"] = [check.name for check in job.own_checks]
    if isinstance(job, SummariseJob):
        used |= {
            "job": "summarise",
            "model": [backends.get(name or "", name) for name in job.options.models],
            "length": settings.length if job.options.length is None else job.options.length,
            "style": job.options.style,
            "on_unsupported": job.options.on_unsupported,
            "prompts": _prompts(settings, job.options.style, judged=job.judge is not None),
        }
    else:
        used["job"] = "check"
        if job.judge is not None:
            used["prompts"] = {"judge": prompt_of("judge", "prose", settings).sha256}
    return used


def changed(before: Used, now: Used) -> list[str]:
    """Return what differs, in words: "length (4, now 80w)"; of what is long only the name."""
    told = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old != new:
            short = all(isinstance(value, str | int | float | None) for value in (old, new))
            told.append(f"{name} ({_word(old)}, now {_word(new)})" if short and name not in HASHED else name)
    return told


def _word(value: object) -> str:
    return "not set" if value is None else str(value)


def _settings(settings: Settings) -> dict[str, Any]:
    values = settings.model_dump(mode="json", exclude=set(NO_MATTER | ELSEWHERE))
    return {name: _hash(value) if name in HASHED and value else value for name, value in values.items()}


def _checker(settings: Settings) -> str:
    """Return what judges, without loading it: the parameters of the verdict, and the entailment model."""
    read = settings.entailment != "off"
    folder = folder_of(settings)
    parameters = parameters_in(folder)
    version = parameters.version
    if folder is not None:
        version += f" {_hash(parameters.model_dump(mode='json'))}"
    if not read:
        return f"{version}, entailment none"
    layout = read_layout(None if settings.entailment in ENTAILMENT_NAMES else settings.entailment)  # type: ignore[arg-type]
    return f"{version}, entailment {layout.name}"


def _prompts(settings: Settings, style: Any, *, judged: bool) -> dict[str, str]:
    """Return the hash of each prompt that a run may use, by its place."""
    places = [path for stage in STAGES.values() for path in (stage.paths or (stage.name,))]
    wanted = [place for place in places if place != "judge" or judged]
    return {place: prompt_of(place, style, settings).sha256 for place in wanted}


def _hash(value: object) -> str:
    return hashlib.sha256(to_json(value)).hexdigest()[:16]

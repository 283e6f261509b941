"""Settings of a run, and the one place beside the command that reads environment variables.

Does not decide which backend suits; it only holds what was asked for.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from pydantic import ConfigDict, Field, SecretStr

from summarise.data import Record, Strategy

ENVIRONMENT = {
    "model": "SUMMARISE_MODEL",
    "base_url": "SUMMARISE_BASE_URL",
    "api_key": "OPENAI_API_KEY",
    "cache_dir": "SUMMARISE_CACHE_DIR",
}


class Settings(Record):
    """Everything that can be set, with its default.

    Times are seconds, sizes of articles are characters and words, sizes of requests are tokens.
    `prompts` maps a stage to the version to use, e.g. {"draft": "v1"} or, for a variant, {"draft": "bullets/v1"};
    other stages use the newest. `strategy` is None for the one that suits the model. A sentence with errors goes back
    to the model at most `repair_rounds` times, and models are asked no more than `max_calls` times in all, repairs and
    a judge included (None: as often as the plan of the run allows). `max_tokens_total`, of tokens read and written, and
    `max_cost`, in US dollars, bound all calls of a run together, a judge's too. With `stream` answers are read as they
    are written, so that `read_timeout` is the longest pause in one and not the longest answer. No answer may have more
    than `max_answer_bytes`, unpacked.
    """

    # What was given may be a key in the wrong place.
    model_config = ConfigDict(hide_input_in_errors=True)

    model: str | None = None
    base_url: str | None = None
    api_key: SecretStr | None = None
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("summarise"))
    prompts: Mapping[str, str] = Field(default_factory=dict)
    prompt_dir: Path | None = None
    strategy: Strategy | None = None
    repair_rounds: int = Field(default=2, ge=0, le=2)
    max_calls: int | None = Field(default=None, ge=1)
    max_tokens_total: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    seed: int = 1
    context_tokens: int = Field(default=8192, ge=512)
    chunk_tokens: int | None = Field(default=None, ge=32)
    concurrency: int = Field(default=4, ge=1)
    connect_timeout: float = Field(default=10.0, gt=0)
    read_timeout: float = Field(default=120.0, gt=0)
    total_timeout: float = Field(default=600.0, gt=0)
    attempts: int = Field(default=3, ge=1)
    stream: bool = False
    max_answer_bytes: int = Field(default=16 * 2**20, ge=1024)
    min_words: int = Field(default=40, ge=1)
    max_characters: int = Field(default=10_000_000, ge=1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **chosen: Any) -> "Settings":
        """Build settings from environment variables; what is `chosen` (and not None) goes before them."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {
            field: environment[variable] for field, variable in ENVIRONMENT.items() if environment.get(variable)
        }
        values.update({field: value for field, value in chosen.items() if value is not None})
        return cls(**values)

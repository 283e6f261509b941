"""What the server bears: sizes, times, and how much at once."""

from pydantic import Field

from summarise.data import Record


class Limits(Record):
    """Bounds of the server; sizes in bytes, times in seconds.

    `workers` processes read and check, `writers` do what asks a model (summaries, and checks with a judge). At most
    `waiting` requests wait for either kind; articles of more than `long_characters` leave one worker to the others,
    where there are two or more. `job_seconds` bounds one job, `end_seconds` what is under way when the server is asked
    to end. `requests_per_minute` and `wrong_tokens_per_minute` are for one client's address.
    """

    body_bytes: int = Field(default=16 * 2**20, ge=1024)
    head_bytes: int = Field(default=16 * 2**10, ge=1024)
    body_seconds: float = Field(default=30.0, gt=0)
    job_seconds: float = Field(default=900.0, gt=0)
    end_seconds: int = Field(default=10, ge=0)
    connections: int = Field(default=256, ge=1)
    workers: int = Field(default=2, ge=1)
    writers: int = Field(default=2, ge=1)
    waiting: int = Field(default=64, ge=0)
    long_characters: int = Field(default=50_000, ge=1)
    requests_per_minute: int = Field(default=6000, ge=1)
    wrong_tokens_per_minute: int = Field(default=20, ge=1)

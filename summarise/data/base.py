"""The base of all data."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Frozen data: unknown fields are errors, and so are numbers that are none or infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

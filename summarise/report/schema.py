"""JSON Schemas of the output: `python -m summarise.report.schema DIR` writes them."""

import json
import sys
from pathlib import Path

from summarise.data import Facts, Record, RunPlan, Summary
from summarise.data.comparison import Comparison

MODELS: dict[str, type[Record]] = {"comparison": Comparison, "facts": Facts, "plan": RunPlan, "summary": Summary}


def schema_text(model: type[Record]) -> str:
    """Return a model's JSON Schema (2020-12) for serialisation."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path) -> list[Path]:
    """Write the schemas to a folder, and return the files."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in MODELS.items():
        path = directory / f"{name}.json"
        path.write_text(schema_text(model), encoding="utf-8", newline="\n")
        written.append(path)
    return written


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))

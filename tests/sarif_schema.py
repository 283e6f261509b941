"""A JSON Schema for the subset of SARIF 2.1.0 (OASIS) that the program writes; other properties are refused."""

from typing import Any


def _record(required: str, **properties: Any) -> dict[str, Any]:
    names = required.split()
    return {"type": "object", "required": names, "properties": properties, "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
POSITIVE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _record("text", text=TEXT)
REGION = _record(
    "startLine startColumn endLine endColumn",
    startLine=POSITIVE,
    startColumn=POSITIVE,
    endLine=POSITIVE,
    endColumn=POSITIVE,
)
ARTIFACT = _record("uri", uri={"type": "string", "pattern": r"^[^ \\\\<>\"{}|^`]+$"})
PHYSICAL = _record("artifactLocation", artifactLocation=ARTIFACT, region=REGION)
LOCATION = _record("physicalLocation", id={"type": "integer", "minimum": 0}, physicalLocation=PHYSICAL, message=MESSAGE)
SUPPRESSION = _record("kind", kind={"enum": ["inSource", "external"]}, justification={"type": "string"})
RESULT = _record(
    "message ruleId",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
    relatedLocations={"type": "array", "items": LOCATION, "uniqueItems": True},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties={"type": "object"},
    suppressions={"type": "array", "items": SUPPRESSION, "uniqueItems": True},
)
RULE = _record("id", id=TEXT, shortDescription=MESSAGE, defaultConfiguration=_record("level", level=LEVEL))
DRIVER = _record("name", name=TEXT, semanticVersion=TEXT, rules={"type": "array", "items": RULE, "uniqueItems": True})
RUN = _record(
    "tool",
    tool=_record("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
SCHEMA = _record(
    "version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": RUN},
)

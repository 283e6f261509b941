"""Settings under which findings alone decide verdicts: no entailment model reads. It has no tests."""

from summarise import Settings

SETTINGS = Settings(entailment="off")

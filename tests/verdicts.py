"""Settings under which findings alone decide verdicts: no entailment model reads. It has no tests."""

from summarise.settings.model import Settings

SETTINGS = Settings(entailment="off")

"""Settings without an entailment model, so that findings alone decide verdicts."""

from summarise import Settings

SETTINGS = Settings(entailment="off")

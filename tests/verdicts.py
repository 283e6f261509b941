"""Verdicts that hang on nothing but what was found, for tests in which no model and no fit matters. It has no tests."""

from summarise.checks.verdict import VerdictModel
from summarise.data import FittedSupport, Thresholds, VerdictParameters
from summarise.settings.model import Settings

_ALIKE = FittedSupport(intercept=2.0, weights={}, thresholds=Thresholds(low=0.5, default=0.5, high=0.5))
BY_FINDINGS = VerdictParameters(version="by findings", read=_ALIKE, unread=_ALIKE, accused_below=0.3)
"""A sentence is unverified where an error was found, and supported otherwise."""
UNREAD = VerdictModel(BY_FINDINGS, read=False)
SETTINGS = Settings(entailment="off", verdict=BY_FINDINGS)

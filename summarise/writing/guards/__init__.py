"""Guards against degenerate answers: what can be used of a model's raw reply, and what was wrong with it.

Pure functions over text. They do not check facts: a sentence that passes may still be false.
"""

from summarise.writing.guards.output_parser import Output
from summarise.writing.guards.validation import Examined, OutputSentence, examine

__all__ = ["Examined", "Output", "OutputSentence", "examine"]

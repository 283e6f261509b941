"""Guards against degenerate answers: what can be used of a model's raw reply, and what was wrong with it.

Pure functions over text. They do not check facts: a sentence that passes may still be false.
"""

from summarise.guards.examine import Examined, Said, examine
from summarise.guards.reading import Output

__all__ = ["Examined", "Output", "Said", "examine"]

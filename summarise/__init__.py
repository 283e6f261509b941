"""Summarise articles and check every sentence against facts extracted from them.

Public names are imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from summarise.version import __version__

if TYPE_CHECKING:
    from summarise.api import acheck as acheck
    from summarise.api import aplan as aplan
    from summarise.api import asummarise as asummarise
    from summarise.api import check as check
    from summarise.api import diff as diff
    from summarise.api import extract_facts as extract_facts
    from summarise.api import plan as plan
    from summarise.api import summarise as summarise
    from summarise.batch.comparison import acompare as acompare
    from summarise.batch.comparison import compare as compare
    from summarise.batch.jobs import Result as Result
    from summarise.batch.many import acheck_many as acheck_many
    from summarise.batch.many import asummarise_many as asummarise_many
    from summarise.batch.many import check_many as check_many
    from summarise.batch.many import summarise_many as summarise_many
    from summarise.data import Accepted as Accepted
    from summarise.data import AcceptedFinding as AcceptedFinding
    from summarise.data import Article as Article
    from summarise.data import Backend as Backend
    from summarise.data import CallEnded as CallEnded
    from summarise.data import CallStarted as CallStarted
    from summarise.data import Facts as Facts
    from summarise.data import ProgressEvent as ProgressEvent
    from summarise.data import Replayed as Replayed
    from summarise.data import Reply as Reply
    from summarise.data import Report as Report
    from summarise.data import Request as Request
    from summarise.data import RetryScheduled as RetryScheduled
    from summarise.data import RunPlan as RunPlan
    from summarise.data import Save as Save
    from summarise.data import SentenceChecked as SentenceChecked
    from summarise.data import StageProgress as StageProgress
    from summarise.data import Summary as Summary
    from summarise.data import Url as Url
    from summarise.data.comparison import Comparison as Comparison
    from summarise.errors import SummariseError as SummariseError
    from summarise.pipeline.options import SummaryOptions as SummaryOptions
    from summarise.pipeline.reading import aread_article as aread_article
    from summarise.pipeline.reading import read_article as read_article
    from summarise.pipeline.replay import areplay as areplay
    from summarise.pipeline.replay import replay as replay
    from summarise.settings.model import Settings as Settings

_NAMES = {  # module to public names
    "summarise.api": "acheck aplan asummarise check diff extract_facts plan summarise",
    "summarise.batch.comparison": "acompare compare",
    "summarise.batch.many": "acheck_many asummarise_many check_many summarise_many",
    "summarise.batch.jobs": "Result",
    "summarise.data": (
        "Accepted AcceptedFinding Article Backend CallEnded CallStarted Facts ProgressEvent "
        "Replayed Reply Report Request RetryScheduled RunPlan Save SentenceChecked StageProgress Summary Url"
    ),
    "summarise.data.comparison": "Comparison",
    "summarise.errors": "SummariseError",
    "summarise.pipeline.options": "SummaryOptions",
    "summarise.pipeline.reading": "aread_article read_article",
    "summarise.pipeline.replay": "areplay replay",
    "summarise.settings.model": "Settings",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

"""What is added to the checking of one article by other packages: checks, and what reads facts.

Knows neither packages nor settings.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from summarise.data import Fact, Finding, PluginUse


@dataclass(frozen=True)
class Plugins:
    """Checks that are asked after the built-in ones, and extractors, by name, that read the article and its claims.

    `uses` says where they come from, for the record of the run.
    """

    checks: tuple[Callable[..., Iterable[Finding]], ...] = ()
    extractors: Mapping[str, Callable[[Any], Iterable[Fact]]] = field(default_factory=dict)
    uses: tuple[PluginUse, ...] = ()


NO_PLUGINS = Plugins()

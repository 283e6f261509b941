"""What works on this machine: each part that a run may need, whether it does, and what to do where it does not.

Asks no model and contacts nobody. Of keys and proxies only names are told.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from summarise.data.doctor import Part
from summarise.errors import SummariseError
from summarise.settings.configuration import configuration_file, configure, is_there
from summarise.settings.environment import proxies_set
from summarise.settings.model import Settings
from summarise.settings.providers import providers
from summarise.version import __version__

REINSTALL = "install the program again: pip install --force-reinstall summarise-checked"
DOCUMENTS = ("pypdfium2", "mammoth")
"""The packages that read PDF and Word."""


def diagnose(make_settings: Callable[[], Settings] = lambda: configure().settings) -> tuple[Part, ...]:
    """Return the parts, each tried: parser and entailment model are loaded, the weights of the local model hashed."""
    try:
        settings, problem = make_settings(), None
    except SummariseError as error:
        settings, problem = Settings(), str(error)
    python = f"{platform.python_version()} ({sys.executable}), {platform.platform()}"
    return (
        _works("Python", python),
        _works("summarise", f"{__version__} ({Path(__file__).parent.parent})"),
        _configuration(problem),
        _parser(),
        _entailment(settings),
        _documents(),
        _local(settings),
        _keys(settings),
        _proxy(settings),
        _cache(settings),
    )


def _works(name: str, found: str) -> Part:
    return Part(name=name, state="works", found=found)


def _not_set_up(name: str, found: str, to_do: str) -> Part:
    return Part(name=name, state="not set up", found=found, to_do=to_do)


def _broken(name: str, found: str, to_do: str) -> Part:
    return Part(name=name, state="broken", found=found, to_do=to_do)


def _configuration(problem: str | None) -> Part:
    file = configuration_file()
    if problem is not None:
        return _broken("configuration", problem, f"put it right, in {file} or in the environment")
    return _works("configuration", str(file) if is_there(file) else f"no file at {file}: the defaults apply")


def _parser() -> Part:
    from summarise.facts.parser import load

    problem = load().problem
    if problem is None:
        return _works("parser", "spaCy with en_core_web_sm 3.8.0")
    return _broken("parser", f"{problem}; rules read the sentences, less well", REINSTALL)


def _entailment(settings: Settings) -> Part:
    from summarise.checks.entailment.reader import loaded

    name, chosen = "entailment model", settings.entailment
    if chosen == "off":
        return _not_set_up(name, "switched off", "leave out the setting `entailment`")
    folder = chosen if isinstance(chosen, Path) else None
    to_do = REINSTALL if folder is None else "name another folder with the setting `entailment`, or leave it out"
    try:
        return _works(name, loaded(folder).name)
    except SummariseError as error:
        return _broken(name, str(error), to_do)
    except Exception as error:
        # Where the engine's library does not fit the machine, it raises what the system raises.
        return _broken(name, f"it cannot be loaded: {type(error).__name__}", to_do)


def _documents() -> Part:
    missing = [name for name in DOCUMENTS if find_spec(name) is None]
    if not missing:
        return _works("documents", "PDF and Word can be read")
    return _not_set_up("documents", f"{', '.join(missing)} missing", "pip install 'summarise-checked[documents]'")


def _local(settings: Settings) -> Part:
    from summarise.backends.catalogue import local_to_do
    from summarise.backends.model_files import SMOLLM2, verify

    to_do = local_to_do(settings)
    if to_do is None:
        return _works("local model", f"{SMOLLM2.name} and its engine")
    if verify(settings) == "damaged":
        return _broken("local model", "its weights are damaged", to_do)
    return _not_set_up("local model", "engine or weights are missing; `extract` needs neither", to_do)


def _keys(settings: Settings) -> Part:
    names = sorted(set(_key_names(settings)))
    if names:
        return _works("keys", f"set: {', '.join(names)} (none was tried)")
    return _not_set_up("keys", "no key is set", "set the variable of a hosted provider (listed by `summarise models`)")


def _key_names(settings: Settings) -> Iterator[str]:
    """Yield the variables of providers' keys that are set, and the providers whose key a command prints."""
    for row in providers().values():
        if row.key_variable is not None and row.key_variable in settings.api_keys:
            yield row.key_variable
        if row.name in settings.key_commands:
            yield f"{row.name} (by a command)"


def _proxy(settings: Settings) -> Part:
    names = [*proxies_set(), *(("the setting `proxy`",) if settings.proxy is not None else ())]
    return _works("proxy", f"set: {', '.join(names)}" if names else "no proxy is set")


def _cache(settings: Settings) -> Part:
    folder = settings.cache_dir
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists())
    except OSError:
        return _broken("cache", f"{folder} cannot be reached", "name another folder with SUMMARISE_CACHE_DIR")
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return _broken("cache", f"{folder} cannot be written", "name another folder with SUMMARISE_CACHE_DIR")
    from summarise.backends.cache import cache_stats

    stats = cache_stats(settings)
    if not stats.readable and not stats.busy:
        return _broken("cache", f"{stats.path} is no cache that can be read", "run `summarise cache clear`")
    return _works("cache", f"{folder}, {stats.answers:,} answers kept")

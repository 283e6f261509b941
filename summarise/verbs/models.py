"""`summarise models`: what can be asked, and the local model fetched."""

import click

from summarise.options import HELP, json_option, options, quiet_option, settings_from
from summarise.terminal import print_json, print_text, tell


@click.command("models", context_settings=HELP)
@click.argument("verb", type=click.Choice(["list", "get"]), default="list")
@options(json_option, quiet_option)
def models_command(verb: str, *, as_json: bool, quiet: bool) -> int:
    """List the models that can be used, and how each is asked; `models get` fetches the local one (92 MB), once."""
    import json

    from summarise.ability import strategy_for
    from summarise.backends import available_backends
    from summarise.backends.weights import fetch
    from summarise.report.models import models_text

    settings = settings_from()
    if verb == "get":
        path = fetch(settings, (lambda _: None) if quiet else tell)
        if as_json:
            print_json(json.dumps({"path": str(path)}, indent=2))
        else:
            print_text(str(path))
        return 0
    statuses = [(status, strategy_for(status.model or status.name)) for status in available_backends(settings)]
    if as_json:
        print_json(json.dumps([s.model_dump() | chosen.model_dump() for s, chosen in statuses], indent=2))
    else:
        print_text(models_text(statuses))
    return 0

"""`summarise doctor`: what works on this machine, what does not, and what to do."""

import click

from summarise.cli.options import HELP, json_option, options
from summarise.cli.terminal import print_json, print_text
from summarise.errors import ConfigurationError


@click.command("doctor", context_settings=HELP)
@options(json_option)
def doctor_command(*, as_json: bool) -> int:
    """Show what works on this machine, what does not, and what to do.

    Python, configuration, parser, entailment model, documents, the local model, keys (by name only), proxy and cache.
    No model is called and nothing is sent. Exits with 4 if something required, or set up by you, does not work.
    """
    import json

    from summarise.pipeline.doctor import diagnose
    from summarise.report.doctor import diagnosis_text

    parts = diagnose()
    if as_json:
        print_json(json.dumps([part.model_dump() for part in parts], indent=2))
    else:
        print_text(diagnosis_text(parts))
    return ConfigurationError.exit_code if any(part.state == "broken" for part in parts) else 0

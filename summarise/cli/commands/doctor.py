"""The command `summarise doctor`."""

import click

from summarise.cli.options import HELP, json_option, options
from summarise.cli.terminal import print_data
from summarise.errors import ConfigurationError


@click.command("doctor", context_settings=HELP)
@options(json_option)
def doctor_command(*, as_json: bool) -> int:
    """Show what works on this machine, what does not, and what to do.

    Python, configuration, parser, entailment model, documents, the local model, keys (by name only), proxy and cache.
    No model is called and nothing is sent. Exits with 4 if something required, or set up by you, does not work.
    """
    from summarise.pipeline.doctor import diagnose
    from summarise.report.text import diagnosis_text

    parts = diagnose()
    print_data([part.model_dump() for part in parts], diagnosis_text(parts), as_json=as_json)
    return ConfigurationError.exit_code if any(part.state == "broken" for part in parts) else 0

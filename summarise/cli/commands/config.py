"""The command `summarise config`."""

import click

from summarise.cli.options import HELP, json_option, options
from summarise.cli.terminal import print_data, print_json, print_text


@click.command("config", short_help="Show every setting and where it came from.", context_settings=HELP)
@click.argument("verb", type=click.Choice(["show", "path"]), default="show")
@options(json_option)
def config_command(verb: str, *, as_json: bool) -> int:
    """Show every setting and where it came from, or the `path` of the configuration file; no key is shown."""
    from summarise.settings.configuration import configuration_file, configure, is_there

    if verb == "path":
        path = configuration_file()
        print_data({"path": str(path), "exists": is_there(path)}, str(path), as_json=as_json)
        return 0
    from summarise.report.configuration import configuration_json, configuration_text

    found = configure()
    if as_json:
        print_json(configuration_json(found))
    else:
        print_text(configuration_text(found))
    return 0

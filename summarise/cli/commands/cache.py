"""The command `summarise cache`."""

import click

from summarise.cli import options as shared
from summarise.cli.terminal import print_data
from summarise.errors import ConfigurationError


@click.command("cache", short_help="Show how many answers are stored, or clear them.", context_settings=shared.HELP)
@click.argument("verb", type=click.Choice(["stats", "clear"]), default="stats")
@shared.options(shared.json_option)
def cache_command(verb: str, *, as_json: bool) -> int:
    """Show how many answers of models are stored, to be used again for the same requests; `clear` removes them."""
    from summarise.backends.cache import cache_stats, clear_cache
    from summarise.report.text import cleared_line, stats_text

    settings = shared.settings_from()
    if verb == "stats":
        stats = cache_stats(settings)
        text = stats_text(stats)
    else:
        try:
            stats = clear_cache(settings)
        except OSError as error:
            raise ConfigurationError(f"the cache cannot be cleared: {error.strerror or error}") from None
        text = cleared_line(stats)
    print_data(stats.model_dump(mode="json"), text, as_json=as_json)
    return 0

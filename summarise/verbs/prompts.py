"""`summarise prompts`: the prompts there are."""

from pathlib import Path

import click

from summarise.options import HELP, json_option, options, prompt_dir_option
from summarise.terminal import print_json, print_text


@click.command("prompts", context_settings=HELP)
@options(prompt_dir_option, json_option)
def prompts_command(prompt_dir: str | None, *, as_json: bool) -> int:
    """List the prompts there are, with the reason for each version and its hash."""
    import json

    from summarise.prompt import available, builtin_directory, read, require_folder

    places = [Path(prompt_dir)] if prompt_dir is not None else []
    for place in places:
        require_folder(place)
    found = [read(place, name) for place in [*places, builtin_directory()] for name in available(place)]
    if as_json:
        print_json(json.dumps([{"id": p.id, "sha256": p.sha256, "why": p.front.why} for p in found], indent=2))
    else:
        print_text("\n".join(f"{p.id}  {p.sha256[:12]}  {p.front.why}" for p in found))
    return 0

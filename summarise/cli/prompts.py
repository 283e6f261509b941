"""The subcommands of `summarise prompts`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.terminal import json_text, notify, print_data, print_json, print_markup, print_text, read_source

if TYPE_CHECKING:
    from summarise.data.exchange import PromptPreview
    from summarise.prompting import Listed, Prompt


# fields of a request that a language model receives
MESSAGE = {"stage", "prompt", "system", "examples", "user", "json_schema", "candidates", "sampling"}


@click.group(
    "prompts",
    short_help="List, show or lock prompts, or show a request.",
    context_settings=shared.HELP,
    invoke_without_command=True,
)
@shared.options(shared.prompt_dir_option, shared.json_option)
@click.pass_context
def prompts_command(context: click.Context, prompt_dir: str | None, *, as_json: bool) -> int | None:
    """List the prompts, or show, render or lock some of them.

    A prompt is named STAGE/vN; STAGE alone means its newest version. A prompt in --prompt-dir replaces the built-in one
    of the same name.
    """
    given = {"prompt_dir": prompt_dir, "as_json": as_json}
    if context.invoked_subcommand is None:
        code: int = context.invoke(list_command, **given)
        return code
    # Options before the verb also apply to it.
    context.default_map = dict.fromkeys(prompts_command.commands, given)
    return None


@prompts_command.command("list", context_settings=shared.HELP)
@shared.options(shared.prompt_dir_option, shared.json_option)
def list_command(prompt_dir: str | None, *, as_json: bool) -> int:
    """List all prompts with hash and purpose, and report invalid ones.

    Your own prompts come first, each with the names of the built-in prompts that it replaces.
    """
    from summarise.prompting import listed

    found = listed(shared.settings_from(prompt_dir=prompt_dir).prompt_dir)
    rows = [_head(entry.prompt) | {"why": entry.prompt.front.why, "overrides": entry.overrides} for entry in found]
    print_data(rows, "\n".join(map(_list_line, found)), as_json=as_json)
    return 0


def _list_line(entry: "Listed") -> str:
    place = f", instead of {' and '.join(entry.overrides)}" if entry.overrides else ""
    own = f"own{place}  " if entry.prompt.own else ""
    return f"{entry.prompt.id}  {entry.prompt.sha256[:12]}  {own}{entry.prompt.front.why}"


def _head(prompt: "Prompt") -> dict[str, Any]:
    return {"id": prompt.id, "sha256": prompt.sha256, "where": "own" if prompt.own else "built-in"}


@prompts_command.command("show", short_help="Print the file of a prompt.", context_settings=shared.HELP)
@click.argument("name", metavar="STAGE/vN")
@shared.options(shared.prompt_dir_option, shared.json_option)
def show_command(name: str, prompt_dir: str | None, *, as_json: bool) -> int:
    """Print the file of a prompt as it is; with --json, validate it and print its parts."""
    from summarise.prompting import content, find, parse_name, read

    place, found = find(*parse_name(name), directory=shared.settings_from(prompt_dir=prompt_dir).prompt_dir)
    if as_json:
        prompt = read(place, found)
        messages = prompt.model_dump(include={"system", "examples", "user"})
        print_json(json_text(_head(prompt) | {"front": prompt.front.model_dump()} | messages))
    else:
        print_markup(content(place, found).decode(errors="replace").rstrip("\n"))
    return 0


@prompts_command.command("render", short_help="Print the request for an article.", context_settings=shared.HELP)
@click.argument("name", metavar="STAGE/vN")
@shared.options(
    click.option("--article", metavar="FILE", required=True, help="The article, or - for standard input."),
    click.option("--model", "-m", metavar="NAME", help="Model that the request is for; it is not called."),
    shared.base_url_option,
    click.option("--length", "-l", metavar="N|Nw", help="4 for four sentences, 80w for eighty words."),
    click.option(
        "--style",
        type=click.Choice(["prose", "bullets", "headline", "brief", "minutes"]),
        help="How the summary is written (default: the style of the prompt).",
    ),
    click.option(
        "--chunk",
        "number",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        metavar="N",
        help="The request for the N-th chunk, sentence to rewrite, or batch of notes.",
    ),
    click.option("--sentence", metavar="TEXT", help="The sentence to repair or judge."),
    shared.prompt_dir_option,
    shared.encoding_option,
    shared.input_format_option,
    shared.json_option,
    shared.quiet_option,
)
def render_command(name: str, *, article: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Print the exact request that a run would make with a prompt for an article; nothing is sent.

    With --json, the output also contains the body of the HTTP request.
    """
    import asyncio

    from summarise.pipeline.prompt_preview import preview
    from summarise.prompting import load, parse_name
    from summarise.settings.model import model_names

    settings = shared.settings_from(**{key: given[key] for key in ("model", "base_url", "prompt_dir")})
    shared.require_server(given["base_url"], *model_names(settings.model))
    prompt = load(*parse_name(name), directory=settings.prompt_dir)
    source = read_source(article, given, max_characters=settings.max_characters)
    which = {key: given[key] for key in ("length", "style", "number", "sentence")}
    rendered = asyncio.run(preview(source, prompt, settings=settings, **which))
    if as_json:
        sent = rendered.sent.model_dump() if rendered.sent is not None else None
        data: dict[str, Any] = {"backend": rendered.backend, "number": rendered.number, "of": rendered.of}
        data |= rendered.request.model_dump(mode="json", include=MESSAGE)
        print_json(json_text(data | {"sent": sent, "remarks": rendered.remarks}))
    else:
        print_text(_rendered_text(rendered))
    if not quiet:
        notify(f"{prompt.id} · {rendered.backend} · request {rendered.number} of {rendered.of} · not sent")
        for remark in rendered.remarks:
            notify(remark)
    return 0


def _rendered_text(rendered: "PromptPreview") -> str:
    request = rendered.request
    examples = [
        block
        for example in request.examples
        for block in (("example user", example.user), ("example answer", example.assistant))
    ]
    form = "free text"
    if request.json_schema is not None:
        form = json.dumps(request.json_schema, indent=2, ensure_ascii=False)
    sampling = {**request.sampling.model_dump(), "answers": request.candidates}
    blocks = [
        ("system", request.system),
        *examples,
        ("user", request.user),
        ("form", form),
        ("sampling", "\n".join(f"{name} {value}" for name, value in sampling.items())),
    ]
    return "\n\n".join(f"== {heading}\n{text}" for heading, text in blocks)


@prompts_command.command("lock", short_help="Lock the prompts of a folder.", context_settings=shared.HELP)
@click.argument("folder", metavar="DIR")
def lock_command(folder: str) -> int:
    """Validate and lock the prompts of a folder: it is then an error to edit or remove one of them.

    Their hashes are written to DIR/prompts.lock. The names of newly locked prompts are printed.
    """
    from summarise.prompting import lock

    if new := lock(Path(folder)):
        print_text("\n".join(f"locked {name}" for name in new))
    return 0

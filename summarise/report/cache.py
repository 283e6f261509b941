"""The cache of answers in words. Does not read it."""

from rich.filesize import decimal

from summarise.backends.cache import CacheStats


def stats_text(stats: CacheStats) -> str:
    """Return what is kept, on one to three lines."""
    if not stats.readable:
        return f"{stats.path} is no cache of answers that can be read: `summarise cache clear` removes it"
    if stats.busy:
        return f"{stats.path} is in use by another program: try again"
    lines = [f"{counted(stats)} kept in {stats.path}"]
    if stats.oldest and stats.newest:
        oldest, newest = (f"{moment:%Y-%m-%d %H:%M}" for moment in (stats.oldest, stats.newest))
        lines.append(f"{decimal(stats.bytes)}, from {oldest} to {newest} UTC")
    if stats.damaged is not None:
        lines.append(f"a damaged cache was set aside in {stats.damaged}: `summarise cache clear` removes it, too")
    return "\n".join(lines)


def cleared_line(stats: CacheStats) -> str:
    """Return what was removed, on one line."""
    return f"{counted(stats) if stats.readable else 'what could not be read'} removed from {stats.path}"


def counted(stats: CacheStats) -> str:
    """Return how many answers they are."""
    return f"{stats.answers:,} answer{'' if stats.answers == 1 else 's'}"

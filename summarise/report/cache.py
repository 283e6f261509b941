"""The cache of answers in words. Does not read it."""

from summarise.backends.response_cache import CacheStats


def stats_text(stats: CacheStats) -> str:
    """Return what is kept, on one to three lines."""
    if not stats.readable:
        return f"{stats.path} is no cache of answers that can be read: `summarise cache clear` removes it"
    if stats.busy:
        return f"{stats.path} is in use by another program: try again"
    lines = [f"{counted(stats)} kept in {stats.path}"]
    if stats.oldest and stats.newest:
        oldest, newest = (f"{moment:%Y-%m-%d %H:%M}" for moment in (stats.oldest, stats.newest))
        lines.append(f"{size_text(stats.bytes)}, from {oldest} to {newest} UTC")
    if stats.damaged is not None:
        lines.append(f"a damaged cache was set aside in {stats.damaged}: `summarise cache clear` removes it, too")
    return "\n".join(lines)


def cleared_line(stats: CacheStats) -> str:
    """Return what was removed, on one line."""
    return f"{counted(stats) if stats.readable else 'what could not be read'} removed from {stats.path}"


def counted(stats: CacheStats) -> str:
    """Return how many answers they are."""
    return f"{stats.answers:,} answer{'' if stats.answers == 1 else 's'}"


def size_text(size: int) -> str:
    """Return a number of bytes as people say it: 812 bytes, 1.2 MB."""
    if size < 1000:
        return f"{size} bytes"
    value, units = float(size), ["kB", "MB", "GB"]
    for unit in units:
        value /= 1000
        if value < 999.5 or unit == units[-1]:
            break
    return f"{value:.1f} {unit}"

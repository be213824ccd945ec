"""The routes of the service as Django resolves them, those of packages and of staff included."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """``key`` is the name with its namespace, or the whole pattern where there is no name."""

    key: str
    pattern: str
    view: Callable[..., Any]
    parameters: frozenset[str]


def routes() -> list[Route]:
    return list(below(get_resolver(), "", (), frozenset()))


def below(
    resolver: URLResolver, prefix: str, spaces: tuple[str, ...], parameters: frozenset[str]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        named = parameters | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLPattern):
            key = ":".join((*spaces, entry.name)) if entry.name else pattern
            yield Route(key, pattern, entry.callback, named)
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from below(entry, pattern, inner, named)

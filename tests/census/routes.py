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
    return list(below(get_resolver(), "", ()))


def below(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = ":".join((*namespaces, entry.name)) if entry.name else pattern
            parameters = frozenset(entry.pattern.regex.groupindex)
            yield Route(name, pattern, entry.callback, parameters)
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from below(entry, pattern, inner)

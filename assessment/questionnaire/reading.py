"""YAML with the place of everything in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# The same in C where libyaml is there: twenty times as fast.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The file is missing, or no YAML."""

    def __init__(self, line: int, said: str) -> None:
        self.line, self.said = line, said
        super().__init__(said)


@dataclass(frozen=True)
class Node:
    """A value (scalar, list or mapping of nodes; None: nothing) and where it stands."""

    value: Any
    file: str
    line: int

    def items(self) -> list["Node"]:
        return self.value if isinstance(self.value, list) else []

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        if isinstance(self.value, dict):
            yield from self.value.items()

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


def read(path: Path) -> Node:
    """Raises Unreadable; a key that stands twice in a mapping is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(1, f"can't be read: {type(error).__name__}") from error
    try:
        loader = Loader(text)
        found = loader.get_single_node()
        if found is None:
            raise Unreadable(1, "empty")
        return placed(loader, found, path.name)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(
            mark.line + 1 if mark else 1, f"no YAML: {type(error).__name__}"
        ) from error


def placed(loader: Loader, node: yaml.Node, file: str) -> Node:
    line = node.start_mark.line + 1
    match node:
        case yaml.SequenceNode():
            return Node([placed(loader, one, file) for one in node.value], file, line)
        case yaml.MappingNode():
            entries: dict[str, Node] = {}
            for key, value in node.value:
                name = str(loader.construct_object(key, deep=True))
                if name in entries:
                    raise Unreadable(key.start_mark.line + 1, f"{name!r} stands there twice")
                entries[name] = placed(loader, value, file)
            return Node(entries, file, line)
    return Node(loader.construct_object(node, deep=True), file, line)

"""The words of the documents, one file a language."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("texts")
LANGUAGES = ("fi", "sv", "en")
# What must not be parted at the end of a line: "72 tunnin", "b alakohta", "artikel 33", "6.1 f".
BOUND = re.compile(
    r"(?<=\d) (?=[\w§])|(?<=\b[a-f]) (?=alakohta)|(?<=[Aa]rtikel) (?=\d)|(?<=Article) (?=\d)"
    r"| (?=[–§])"
)


@cache
def texts(language: str) -> dict[str, Any]:
    """Raises FileNotFoundError for a language there is no file for."""
    source = (FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return bound(yaml.safe_load(source))


def bound(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: bound(value) for key, value in node.items()}
    if isinstance(node, list):
        return [bound(value) for value in node]
    return BOUND.sub("\N{NO-BREAK SPACE}", node)

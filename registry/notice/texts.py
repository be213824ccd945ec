"""The texts that Dig1 publishes, one Markdown file a language, rendered once."""

import re
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown import markdown

FOLDER = Path(__file__).parent / "texts"
HEADING = re.compile(r"^## (\d+)\. .*$", re.MULTILINE)


def source(name: str, language: str) -> str:
    """A text as it is written. Raises FileNotFoundError if it does not exist in the language."""
    return (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def rendered(name: str, language: str) -> SafeString:
    """A text as HTML. The files are ours and in the repository, so their HTML is trusted.

    Raises FileNotFoundError for a text or language that does not exist.
    """
    return mark_safe(markdown(source(name, language), output_format="html"))  # noqa: S308


def section(number: int, language: str) -> list[str]:
    """The paragraphs of one numbered section of the notice, without its heading.

    Raises KeyError if the notice has no such section.
    """
    parts = HEADING.split(source("notice", language))
    sections = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    return [line.strip() for line in sections[number].splitlines() if line.strip()]

"""The texts that Dig1 publishes, one Markdown file a language, rendered once."""

from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown import markdown

FOLDER = Path(__file__).parent / "texts"


@lru_cache(maxsize=64)
def rendered(name: str, language: str) -> SafeString:
    """A text as HTML. The files are ours and in the repository, so their HTML is trusted.

    Raises FileNotFoundError for a text or language that does not exist.
    """
    source = (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")
    return mark_safe(markdown(source, output_format="html"))  # noqa: S308

"""The texts of the sources: those that are translated, and those that forgot to be.

Messages are collected as `make messages` does, but without gettext's programs: Django turns a
template into something like Python, and babel reads that. What a template shows without a
translation tag is what is left of its text once the tags are taken out.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
# As `make messages` ignores it, besides hidden folders.
NOT_READ = {"tests"}
# Packages that speak to nobody but developers.
NOT_SHOWN = {"bench"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LETTER = re.compile(r"[^\W\d_]")
NAME_OF_COLUMN = re.compile(r"id|[a-z]+(_[a-z]+)+")


class Message(NamedTuple):
    context: str
    text: str
    plural: str


def folders() -> list[Path]:
    return [p for p in ROOT.iterdir() if p.is_dir() and p.name[0] != "." and p.name not in NOT_READ]


def files(folders: Iterable[Path], *suffixes: str) -> list[Path]:
    """The files with the suffixes, by paths relative to the root of the project."""
    found = (path for folder in folders for path in folder.rglob("*"))
    return sorted(p.relative_to(ROOT) for p in found if p.suffix in suffixes)


def templates() -> list[Path]:
    return files([ROOT / "templates"], ".html", ".txt")


def python_for_people() -> list[Path]:
    """Ours that people see texts of; migrations only repeat what the models say."""
    packages = [p for p in folders() if (p / "__init__.py").exists() and p.name not in NOT_SHOWN]
    return [path for path in files(packages, ".py") if "migrations" not in path.parts]


# --- what is translated ----------------------------------------------------------------------


def messages() -> dict[Message, Path]:
    """Every message of the sources, with a file that has it."""
    return {
        message: path
        for path in [*files(folders(), ".py", ".html", ".txt"), Path("manage.py")]
        for message in messages_of(path)
    }


def messages_of(path: Path) -> Iterator[Message]:
    source = (ROOT / path).read_text(encoding="utf-8")
    if path.suffix != ".py":
        # In parentheses, since the lines of a template are not indented as Python's are.
        source = f"(\n{templatize(source)}\n)"
    for _line, found, _comments, context in extract(
        "python", BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"}
    ):
        text, *plural = (found,) if isinstance(found, str) else found[-2:]
        yield Message(context or "", text, "".join(plural))


# --- what is not: templates --------------------------------------------------------------------

TRANSLATED = re.compile(r"(?:translate|trans)\b")
# Blocks that are translated, not shown, or names of classes.
BLOCK = re.compile(r"(?:blocktranslate|blocktrans|comment|block (?:\w+_class|coltype))\b")
END_OF_BLOCK = re.compile(r"end(?:blocktranslate|blocktrans|comment|block)\b")
# A literal such as "Save" handed to a filter or an included template, and not as _("Save").
LITERAL = re.compile(r"""(?<!_\()(["'])([A-ZÅÄÖ][a-zåäö]+[^"']*)\1""")
SAID = {"alt", "aria-label", "aria-description", "data-label", "placeholder", "title"}


class Texts(HTMLParser):
    """Collects what a browser would show or say."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        button = tag == "input" and dict(attributes).get("type") in ("submit", "button", "reset")
        said = SAID | {"value"} if button else SAID
        self.found += [value for name, value in attributes if name in said and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated_in_template(path: Path) -> list[str]:
    tokens = Lexer((ROOT / path).read_text(encoding="utf-8")).tokenize()
    text = "".join(outside_tags(tokens))
    if path.suffix == ".html":
        parser = Texts()
        parser.feed(text)
        parser.close()
        shown = parser.found
    else:
        shown = text.splitlines()
    return [" ".join(one.split()) for one in [*shown, *literals(tokens)] if LETTER.search(one)]


def outside_tags(tokens: Iterable[Token]) -> Iterator[str]:
    inside = False
    for token in tokens:
        if token.token_type is TokenType.BLOCK:
            inside = bool(BLOCK.match(token.contents)) or (
                inside and not END_OF_BLOCK.match(token.contents)
            )
        elif token.token_type is TokenType.TEXT and not inside:
            yield token.contents


def literals(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        tag = token.token_type in (TokenType.BLOCK, TokenType.VAR)
        if tag and not TRANSLATED.match(token.contents):
            yield from (match[2] for match in LITERAL.finditer(token.contents))


# --- what is not: Python -----------------------------------------------------------------------

# Where a bare string would be shown to people: arguments and attributes of these names ...
NAMED = {
    "description",
    "empty_label",
    "empty_value_display",
    "help_text",
    "index_title",
    "label",
    "search_help_text",
    "short_description",
    "site_header",
    "site_title",
    "subject",
    "title",
    "verbose_name",
    "verbose_name_plural",
    "violation_error_message",
}
# ... and the first text among the arguments of these functions, fields of models, and choices.
CALLED = re.compile(
    r"ValidationError|add_error|messages\.(debug|info|success|warning|error)"
    r"|models\.(?!ForeignKey|ManyToMany|OneToOne|F$|Q$|Index)\w+Field"
)


def untranslated_in_python(path: Path) -> list[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = (text for node in ast.walk(tree) for text in bare(node))
    return [t for t in found if LETTER.search(t) and not NAME_OF_COLUMN.fullmatch(t)]


def bare(node: ast.AST) -> Iterator[str]:
    """The strings of the node that people would see as they are."""
    match node:
        case ast.keyword(arg=name, value=ast.Constant(value=str(text))) if name in NAMED:
            yield text
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
            if name in NAMED - {"label"}:  # an application's label is its key
                yield text
        case ast.Call(func=func, args=arguments) if CALLED.fullmatch(ast.unparse(func)):
            yield from (argument.value for argument in arguments if is_text(argument))
        case ast.ClassDef(bases=bases) if any("Choices" in ast.unparse(base) for base in bases):
            for choice in ast.walk(node):
                if isinstance(choice, ast.Tuple) and is_text(choice.elts[-1]):
                    yield choice.elts[-1].value


def is_text(node: ast.AST) -> bool:
    value: Any = getattr(node, "value", None)
    return isinstance(node, ast.Constant) and isinstance(value, str)

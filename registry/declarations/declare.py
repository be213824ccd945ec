"""``declare``: what is stored in a table, why, how long, and what erasure does to it.

Every app says it in its ``privacy`` module. Third-party tables and stores that are no tables are
declared the same way. ``plan`` compiles the declarations; nothing else reads this module's lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from registry.declarations.vocabulary import (
    Basis,
    Category,
    Display,
    Editor,
    Erase,
    Exempt,
    Law,
    Link,
    Purpose,
    Recipient,
    Retention,
    Source,
)


@dataclass(frozen=True)
class Personal:
    """One column of personal data (or of company data treated as such).

    ``seen_by_admin``: whether the company admin sees it of their people.
    ``link``: the column points at a person and is cut when that person is erased.
    ``law``/``until``: for ``Erase.RETAIN``, the law and the column that holds the end date.
    """

    category: Category
    purposes: tuple[Purpose, ...]
    basis: Basis
    source: Source
    retention: Retention
    recipients: tuple[Recipient, ...]
    display: Display = Display.VALUE
    editor: Editor = Editor.NOBODY
    erase: Erase = Erase.DELETE
    seen_by_admin: bool = False
    link: Link | None = None
    law: Law | None = None
    until: str | None = None
    label: Promise | None = None


@dataclass(frozen=True)
class Via:
    """A path to the subject over another table: ``column IN (SELECT key FROM table WHERE ...)``."""

    column: str
    table: str
    key: str
    subject: str


@dataclass(frozen=True)
class Declaration:
    table: str  # model label ("persons.Membership"), or the bare name of a table without a model
    columns: Mapping[str, Personal | Exempt]
    tenant: str | None = None
    subject: str | Via | None = None
    outlives: bool = False
    expires: str | None = None
    title: Promise | None = None


@dataclass(frozen=True)
class Store:
    """A place outside the tables where personal data may be: mail, logs, cookies, caches."""

    key: str
    label: Promise
    categories: tuple[Category, ...]
    purposes: tuple[Purpose, ...]
    basis: Basis
    retention: Promise
    recipients: tuple[Recipient, ...]
    erasure: Promise


declarations: dict[str, Declaration] = {}
stores: dict[str, Store] = {}


def declare(
    table: str,
    *,
    columns: Mapping[str, Personal | Exempt],
    tenant: str | None = None,
    subject: str | Via | None = None,
    outlives: bool = False,
    expires: str | None = None,
    title: Promise | None = None,
) -> None:
    """Declare one table.

    ``tenant``: the column with the organisation's id, for the rows of one company.
    ``subject``: the column (or path) with the account's id, for rows that are about one person
    and go when that person goes.
    ``outlives``: the rows stay when their company is erased, since nothing personal is in them.
    ``expires``: the condition, in SQL, of the rows that the nightly retention deletes.
    ``title``: what people call these rows, where the model's own plural does not say it.

    Raises ValueError if the table is declared twice.
    """
    if table in declarations:
        raise ValueError(f"{table} is declared twice")
    declarations[table] = Declaration(
        table, dict(columns), tenant, subject, outlives, expires, title
    )


def declare_store(store: Store) -> None:
    """Declare a store that is no table. Raises ValueError if its key is taken."""
    if store.key in stores:
        raise ValueError(f"store {store.key} is declared twice")
    stores[store.key] = store


def exempt(reason: Exempt, *columns: str) -> dict[str, Exempt]:
    """Several columns of one table that are exempt for one reason."""
    return dict.fromkeys(columns, reason)

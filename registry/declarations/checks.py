"""System checks: nothing is stored that is not declared, and no declaration contradicts itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models

from registry.declarations.declare import Declaration, Personal, Via, declarations
from registry.declarations.vocabulary import Erase, Exempt, Recipient

PRIVACY = "privacy"
OF_A_ROW = (Erase.DELETE,)
OF_A_COLUMN = (Erase.NULL, Erase.SCRUB, Erase.SEVER, Erase.RETAIN)


@register(PRIVACY)
def check_models(**kwargs: Any) -> list[CheckMessage]:
    """Every concrete column of every model (auto-created ones too) is declared, and no other."""
    everything = apps.get_models(include_auto_created=True)
    return list(undeclared(declarations, everything)) + list(contradictions(declarations))


def undeclared(
    declared: dict[str, Declaration], all_models: Iterable[type[models.Model]]
) -> Iterator[CheckMessage]:
    for model in all_models:
        meta = model._meta
        if meta.proxy or not meta.managed:
            continue
        declaration = declared.get(meta.label)
        if declaration is None:
            yield Error(
                f"The table of {meta.label} is not declared.",
                hint="Declare it in the privacy module of its app (third-party tables: in the "
                "privacy module of the app of ours that uses them).",
                id="privacy.E001",
            )
            continue
        columns = {field.column for field in meta.concrete_fields}
        for column in sorted(columns - set(declaration.columns)):
            yield Error(
                f"Column {meta.label}.{column} is not declared.",
                hint="Say in its privacy module what it is for, or exempt it by a reason.",
                id="privacy.E002",
            )
        generated = {field.column for field in meta.concrete_fields if field.generated}
        derived = {n for n, s in declaration.columns.items() if s is Exempt.DERIVED}
        for column in sorted(derived - generated):
            yield Error(f"{meta.label}.{column} is not derived.", id="privacy.E013")
        for column in sorted(set(declaration.columns) - columns):
            yield Error(f"{meta.label}.{column} is declared but not stored.", id="privacy.E003")


def contradictions(declared: dict[str, Declaration]) -> Iterator[CheckMessage]:
    for label, declaration in declared.items():
        personal = {n: s for n, s in declaration.columns.items() if isinstance(s, Personal)}
        for path in (declaration.tenant, declaration.subject):
            column = path.column if isinstance(path, Via) else path
            if column and column not in declaration.columns:
                yield Error(f"{label}: the path {column} is no column of it.", id="privacy.E004")
        if personal and not (declaration.tenant or declaration.subject):
            yield Error(
                f"{label} holds personal data that no company or person leads to.",
                hint="Give it a tenant or a subject, so that it can be shown and erased.",
                id="privacy.E005",
            )
        for name, spec in personal.items():
            if not spec.purposes or not spec.recipients:
                yield Error(f"{label}.{name} lacks purposes or recipients.", id="privacy.E006")
            if (spec.erase is Erase.RETAIN) != bool(spec.law and spec.until):
                yield Error(
                    f"{label}.{name}: exactly what is retained names a law and an end date.",
                    id="privacy.E007",
                )
            if spec.until and spec.until not in declaration.columns:
                yield Error(f"{label}.{name}: no column {spec.until}.", id="privacy.E008")
            if spec.seen_by_admin != (Recipient.COMPANY_ADMIN in spec.recipients):
                yield Error(
                    f"{label}.{name}: exactly what the company admin sees has the admin among its"
                    " recipients.",
                    id="privacy.E014",
                )
            if spec.link and not declaration.tenant:
                yield Error(f"{label}.{name}: a link needs a tenant's row.", id="privacy.E009")
        if declaration.outlives and personal:
            yield Error(
                f"{label} outlives its company although it holds personal data.",
                hint="Retain its columns under a law, or let the rows go.",
                id="privacy.E012",
            )
        kinds = {spec.erase in OF_A_ROW for spec in personal.values()}
        if len(kinds) > 1 and not all(spec.erase in OF_A_COLUMN for spec in personal.values()):
            yield Error(
                f"{label}: some columns go with the row and others outlive it.",
                hint="Either the row is deleted (all DELETE) or it stays (none DELETE).",
                id="privacy.E010",
            )


@register(Tags.database, PRIVACY)
def check_database(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Every column that the database has is declared: tables without a model can't hide."""
    return [
        Error(
            f"Column {table}.{column} is in the database but not declared.",
            hint="Declare the table by its bare name.",
            id="privacy.E011",
        )
        for database in databases or ()
        for table, column in sorted(stored_columns(database) - declared_columns())
    ]


def declared_columns() -> set[tuple[str, str]]:
    return {
        (apps.get_model(label)._meta.db_table if "." in label else label, column)
        for label, declaration in declarations.items()
        for column in declaration.columns
    }


def stored_columns(database: str) -> set[tuple[str, str]]:
    """All columns of all tables in all schemas but PostgreSQL's own (and the key's)."""
    with connections[database].cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, a.attname
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sec')
              AND n.nspname NOT LIKE 'pg_toast%%' AND n.nspname NOT LIKE 'pg_temp%%'
            """
        )
        return set(cursor.fetchall())

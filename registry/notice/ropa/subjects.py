"""Whom the data are about: the categories of data subjects, GDPR Article 30(1)(c)."""

from django.utils.translation import gettext_lazy as _

from registry.declarations.declare import Store
from registry.declarations.plan import Table
from registry.declarations.vocabulary import Section, Term


class Subject(Term):
    USER = ("user", _("customers' people who use the service"), "dpv:User")
    ADDRESSEE = (
        "addressee",
        _("people known by their email address only, such as those invited"),
        "dpv:DataSubject",
    )
    CUSTOMER = ("customer", _("customer companies, sole traders among them"), "dpv:Customer")
    STAFF = ("staff", _("Dig1's staff"), "dpv:Employee")
    VISITOR = ("visitor", _("visitors of the service"), "dpv:Visitor")


# Accounts have these rows only if they are Dig1's staff's.
OF_STAFF = {"accounts.User_groups", "accounts.User_user_permissions", "admin.LogEntry"}
# Everybody's who comes to the service, signed in or not.
OF_VISITORS = {"cookies", "limits", "log", "sessions"}
# Messages to people who may have no account yet.
OF_ADDRESSEES = {"invitations"}


def subjects_of_table(table: Table) -> tuple[Subject, ...]:
    """By what leads to a row: an account, an address, or a company alone."""
    if table.label in OF_STAFF:
        return (Subject.STAFF,)
    if table.address:
        return (Subject.ADDRESSEE, Subject.USER)
    if table.subject:
        return (Subject.USER,) if table.tenant else (Subject.USER, Subject.STAFF)
    return (Subject.CUSTOMER, Subject.USER) if table.link_columns else (Subject.CUSTOMER,)


def subjects_of_store(store: Store) -> tuple[Subject, ...]:
    found = [Subject.ADDRESSEE if store.key in OF_ADDRESSEES else Subject.USER]
    if any(category.section is Section.COMPANY for category in store.categories):
        found.append(Subject.CUSTOMER)
    if store.key in OF_VISITORS:
        found += [Subject.STAFF, Subject.VISITOR]
    return tuple(found)

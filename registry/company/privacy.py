"""Company basics, declared. A sole trader's company data is personal data, so all of it is."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from registry.declarations.declare import Personal, declare, exempt
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Editor,
    Erase,
    Exempt,
    Link,
    Purpose,
    Recipient,
    Retention,
    Source,
)

basic = partial(
    Personal,
    purposes=(Purpose.IDENTIFICATION, Purpose.SERVICE),
    basis=Basis.CONTRACT,
    source=Source.COMPANY_ADMIN,
    retention=Retention.RELATIONSHIP,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF),
    editor=Editor.COMPANY_ADMIN,
    erase=Erase.SCRUB,
    seen_by_admin=True,
)
names = partial(basic, category=Category.COMPANY_NAMES, source=Source.CONTRACT)
mailed = (*names().recipients, Recipient.MAIL)  # an invitation says by whom
addresses = partial(basic, category=Category.COMPANY_ADDRESSES)
other = partial(basic, category=Category.COMPANY_OTHER)

ADDRESS_COLUMNS = tuple(
    f"{kind}_{part}"
    for kind in ("visiting", "postal", "invoicing")
    for part in ("street", "postal_code", "city")
)

declare(
    "company.Organisation",
    tenant="id",
    columns={
        "id": Exempt.KEY,
        "name": names(recipients=mailed),
        "name_key": Exempt.DERIVED,
        "business_id": names(editor=Editor.STAFF, recipients=mailed),
        "identified_at": basic(
            category=Category.RELATIONSHIP_PERIOD,
            purposes=(Purpose.IDENTIFICATION,),
            source=Source.DIG1,
            editor=Editor.STAFF,
            erase=Erase.NULL,
        ),
        **dict.fromkeys(ADDRESS_COLUMNS, addresses()),
        "phone": basic(category=Category.COMPANY_PHONE),
        "email": basic(category=Category.COMPANY_EMAIL),
        "other_contact_details": other(),
        "e_invoice_address": other(),
        "e_invoice_operator": other(),
        **exempt(Exempt.STATE, "mfa_required", "created_at", "locked_at", "erased_at"),
    },
)
declare(
    "company.TradeName",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "name": names(source=Source.COMPANY_ADMIN, erase=Erase.DELETE),
        "name_key": Exempt.DERIVED,
    },
)

logged = partial(
    Personal,
    category=Category.LOG,
    purposes=(Purpose.SECURITY, Purpose.HISTORY),
    basis=Basis.LEGITIMATE_INTEREST,
    source=Source.SYSTEM,
    retention=Retention.RELATIONSHIP,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF),
    seen_by_admin=True,
)

declare(
    "company.Change",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "at": logged(),
        "table_name": logged(),
        "row_id": Exempt.STRUCTURE,
        "columns": logged(),
        "changed_by": logged(link=Link.ACCOUNT, retention=Retention.MEMBERSHIP),
        "by_staff": logged(),
    },
)

looked = partial(logged, purposes=(Purpose.SECURITY,), retention=Retention.ACCESS_LOG)

declare(
    "company.AccessEvent",
    tenant="organisation_id",
    subject="person_id",
    expires="at < now() - interval '2 years'",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "at": looked(),
        "person_id": Exempt.STRUCTURE,
        "actor_id": looked(link=Link.ACCOUNT, retention=Retention.MEMBERSHIP),
        "by_staff": looked(),
        "page": looked(),
    },
)

granted = partial(
    Personal,
    category=Category.SIGN_IN,
    purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
    basis=Basis.LEGITIMATE_INTEREST,  # as the role they come with
    source=Source.COMPANY_ADMIN,
    retention=Retention.MEMBERSHIP,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF),
    seen_by_admin=True,
)

declare(
    "company.OrganisationUserObjectPermission",
    tenant="organisation_id",
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "user_id": Exempt.STRUCTURE,
        "permission_id": granted(label=_("right")),
    },
)
declare(
    "company.OrganisationGroupObjectPermission",
    tenant="organisation_id",
    columns=exempt(Exempt.KEY, "id")
    | exempt(Exempt.TENANT, "organisation_id")
    | exempt(Exempt.REFERENCE, "group_id", "permission_id"),
)

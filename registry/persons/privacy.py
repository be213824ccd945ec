"""Person identifiers, declared: memberships, invitations, accounts and the sign-in tables."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from registry.declarations.declare import Personal, Store, Via, declare, declare_store, exempt
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Display,
    Editor,
    Exempt,
    Purpose,
    Recipient,
    Retention,
    Source,
)

COMPANY_AND_DIG1 = (Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF)

# --- the person in one company ---------------------------------------------------------------

at_work = partial(
    Personal,
    category=Category.OFFICE_AND_POSITION,
    purposes=(Purpose.IDENTIFICATION, Purpose.SERVICE),
    basis=Basis.LEGITIMATE_INTEREST,
    source=Source.ADMIN_OR_SUBJECT,
    retention=Retention.MEMBERSHIP,
    recipients=COMPANY_AND_DIG1,
    seen_by_admin=True,
)

declare(
    "persons.Membership",
    tenant="organisation_id",
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "user_id": Exempt.STRUCTURE,
        "office": at_work(editor=Editor.SUBJECT),
        "position": at_work(editor=Editor.SUBJECT),
        "role": at_work(
            purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
            source=Source.COMPANY_ADMIN,
            editor=Editor.COMPANY_ADMIN,
        ),
        "joined_at": at_work(
            category=Category.RELATIONSHIP_PERIOD,
            purposes=(Purpose.HISTORY,),
            source=Source.SYSTEM,
        ),
    },
)

invited = partial(at_work, source=Source.COMPANY_ADMIN, retention=Retention.INVITATION)

declare(
    "persons.Invitation",
    tenant="organisation_id",
    subject=Via("email", "accounts_user", "email", "id"),
    expires="expires_at < now()",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "email": invited(category=Category.SIGN_IN, recipients=(*COMPANY_AND_DIG1, Recipient.MAIL)),
        "role": invited(purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY)),
        "office": invited(),
        "position": invited(),
        "invited_by_id": Exempt.STRUCTURE,
        "secret_digest": invited(
            category=Category.SIGN_IN,
            purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
            source=Source.SYSTEM,
            recipients=(Recipient.HOSTING,),
            display=Display.EXISTENCE,
            seen_by_admin=False,
        ),
        "sent_at": invited(
            category=Category.LOG, purposes=(Purpose.HISTORY,), source=Source.SYSTEM
        ),
        "expires_at": invited(
            category=Category.LOG,
            purposes=(Purpose.SECURITY,),
            source=Source.SYSTEM,
            recipients=(*COMPANY_AND_DIG1, Recipient.MAIL),
        ),
    },
)

# --- the account -----------------------------------------------------------------------------

account = partial(
    Personal,
    category=Category.SIGN_IN,
    purposes=(Purpose.IDENTIFICATION, Purpose.AUTHENTICATION),
    basis=Basis.CONTRACT,
    source=Source.SUBJECT,
    retention=Retention.ACCOUNT,
    recipients=(Recipient.HOSTING, Recipient.STAFF),
)
secret = partial(account, display=Display.EXISTENCE, recipients=(Recipient.HOSTING,))
logged = partial(
    account,
    category=Category.LOG,
    purposes=(Purpose.SECURITY,),
    basis=Basis.LEGITIMATE_INTEREST,
    source=Source.SYSTEM,
)
given = partial(account, purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY), source=Source.DIG1)

declare(
    "accounts.User",
    title=_("account"),
    subject="id",
    columns={
        "id": Exempt.KEY,
        "email": account(
            editor=Editor.SIGN_IN_PAGES,
            recipients=(*COMPANY_AND_DIG1, Recipient.MAIL),
            seen_by_admin=True,
        ),
        "password": secret(editor=Editor.SIGN_IN_PAGES, label=_("password")),
        "phone": account(
            category=Category.PERSON_PHONE,
            purposes=(Purpose.SERVICE, Purpose.SUPPORT),
            basis=Basis.LEGITIMATE_INTEREST,
            recipients=COMPANY_AND_DIG1,
            editor=Editor.SUBJECT,
            seen_by_admin=True,
        ),
        "date_joined": logged(purposes=(Purpose.HISTORY,)),
        "last_login": logged(label=_("last sign-in")),
        "is_active": given(),
        "is_staff": given(),
        "is_superuser": given(label=_("all rights in the staff site")),
    },
)
declare(
    "accounts.User_groups",
    title=_("staff groups"),
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "group_id": given(label=_("staff group")),
    },
)
declare(
    "accounts.User_user_permissions",
    title=_("staff permissions"),
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "permission_id": given(label=_("staff permission")),
    },
)
declare(
    "account.EmailAddress",
    title=_("email addresses"),
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "email": account(
            editor=Editor.SIGN_IN_PAGES, recipients=(*account().recipients, Recipient.MAIL)
        ),
        "verified": account(source=Source.SYSTEM, purposes=(Purpose.AUTHENTICATION,)),
        "primary": account(),
    },
)
declare(
    "account.EmailConfirmation",
    title=_("email confirmations under way"),
    subject=Via("email_address_id", "account_emailaddress", "id", "user_id"),
    expires="created < now() - interval '1 day'",
    columns={
        "id": Exempt.KEY,
        "email_address_id": Exempt.STRUCTURE,
        "key": secret(source=Source.SYSTEM, retention=Retention.CODE),
        **dict.fromkeys(("created", "sent"), logged(retention=Retention.CODE)),
    },
)
declare(
    "mfa.Authenticator",
    title=_("two-step sign-in"),
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "type": account(editor=Editor.SIGN_IN_PAGES, label=_("two-step sign-in: method")),
        "data": secret(editor=Editor.SIGN_IN_PAGES, label=_("two-step sign-in: secret")),
        "created_at": logged(label=_("two-step sign-in: added")),
        "last_used_at": logged(label=_("two-step sign-in: last used")),
    },
)

in_session = partial(logged, retention=Retention.SESSION)
secret_of_session = partial(in_session, display=Display.EXISTENCE, recipients=(Recipient.HOSTING,))
noticed = (*logged().recipients, Recipient.MAIL)  # security notices say from where

declare(
    "usersessions.UserSession",
    title=_("sign-ins"),
    subject="user_id",
    expires="id IN (SELECT sec.ended_sign_ins())",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "created_at": in_session(label=_("signed in")),
        "ip": in_session(label=_("IP address"), recipients=noticed),
        "last_seen_at": in_session(label=_("last seen")),
        "session_key": secret_of_session(label=_("session identifier")),
        "user_agent": in_session(label=_("browser"), recipients=noticed),
        "data": secret_of_session(label=_("session data")),
    },
)
declare(
    "sessions.Session",
    title=_("open sessions"),
    subject=Via("session_key", "usersessions_usersession", "session_key", "user_id"),
    expires="expire_date < now()",
    columns={
        "session_key": secret_of_session(label=_("session identifier")),
        "session_data": secret_of_session(label=_("session data")),
        "expire_date": in_session(label=_("session ends")),
    },
)
declare(
    "admin.LogEntry",
    title=_("actions on the staff site"),
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "action_time": logged(label=_("staff action: time")),
        "action_flag": logged(label=_("staff action: kind")),
        "content_type_id": Exempt.REFERENCE,
        # The admin site writes opaque keys and column names here, never values.
        **exempt(Exempt.STRUCTURE, "object_id", "object_repr", "change_message"),
    },
)

# --- tables of the framework, without a person -------------------------------------------------

declare("auth.Group", columns=exempt(Exempt.REFERENCE, "id", "name"))
declare(
    "auth.Group_permissions", columns=exempt(Exempt.REFERENCE, "id", "group_id", "permission_id")
)
declare(
    "auth.Permission", columns=exempt(Exempt.REFERENCE, "id", "name", "content_type_id", "codename")
)
declare("contenttypes.ContentType", columns=exempt(Exempt.REFERENCE, "id", "app_label", "model"))
declare("django_migrations", columns=exempt(Exempt.INFRASTRUCTURE, "id", "app", "name", "applied"))
# Its rows have no subject to show or erase them by: what is in them stands below, as a store.
declare(
    "dig1_cache",
    expires="expires < now()",
    columns=exempt(Exempt.INFRASTRUCTURE, "cache_key", "value", "expires"),
)
# Guardian's generic tables exist because the package makes them; the direct ones in ``company``
# are used instead, and a test holds these two empty.
for label, owner in (
    ("guardian.UserObjectPermission", "user_id"),
    ("guardian.GroupObjectPermission", "group_id"),
):
    declare(
        label,
        columns=exempt(
            Exempt.INFRASTRUCTURE, "id", "permission_id", "content_type_id", "object_pk", owner
        ),
    )

# --- stores that are no tables ---------------------------------------------------------------

declare_store(
    Store(
        key="mail",
        label=_("Messages the service sends: codes and security notices"),
        categories=(Category.SIGN_IN, Category.LOG),
        purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
        basis=Basis.CONTRACT,
        retention=_("handed to the mail provider at once; the service keeps no copy"),
        recipients=(Recipient.MAIL,),
        erasure=_("nothing is kept"),
    )
)
declare_store(
    Store(
        key="invitations",
        label=_("Messages the service sends: invitations"),
        categories=(Category.COMPANY_NAMES, Category.SIGN_IN),
        purposes=(Purpose.IDENTIFICATION, Purpose.SERVICE),
        basis=Basis.LEGITIMATE_INTEREST,
        retention=_("handed to the mail provider at once; the service keeps no copy"),
        recipients=(Recipient.MAIL,),
        erasure=_("nothing is kept"),
    )
)
declare_store(
    Store(
        key="sessions",
        label=_(
            "Sessions, of visitors too who are not signed in: addresses and codes that wait to be"
            " confirmed, and forms that wait while you sign in again"
        ),
        categories=(Category.SIGN_IN, Category.LOG),
        purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
        basis=Basis.CONTRACT,
        retention=_("at most 12 hours after the last use"),
        recipients=(Recipient.HOSTING,),
        erasure=_("with the account; a visitor's expire by themselves"),
    )
)
declare_store(
    Store(
        key="log",
        label=_("The server's log: times, addresses of pages and errors, without personal data"),
        categories=(Category.LOG,),
        purposes=(Purpose.SECURITY,),
        basis=Basis.LEGITIMATE_INTEREST,
        retention=_("90 days"),
        recipients=(Recipient.HOSTING,),
        erasure=_("identifiers only, which lead to nobody after deletion"),
    )
)
declare_store(
    Store(
        key="limits",
        label=_(
            "Counters against guessing and flooding, by IP address, account identifier or a hash of"
            " what was typed; codes of two-step sign-in that have been used"
        ),
        categories=(Category.LOG,),
        purposes=(Purpose.SECURITY,),
        basis=Basis.LEGITIMATE_INTEREST,
        retention=_("one hour at most"),
        recipients=(Recipient.HOSTING,),
        erasure=_("expire by themselves"),
    )
)

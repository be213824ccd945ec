"""The records of the rights, declared; and the queue of jobs, which holds opaque keys only."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from registry.declarations.declare import Personal, Store, Via, declare, declare_store, exempt
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Display,
    Exempt,
    Link,
    Purpose,
    Recipient,
    Retention,
    Source,
)

COMPANY_AND_DIG1 = (Recipient.COMPANY_ADMIN, Recipient.HOSTING, Recipient.STAFF)

# --- erasures: opaque keys and counts, so that their record may outlive its subject ------------

declare(
    "rights.ErasureRun",
    tenant="organisation_id",
    outlives=True,
    columns=exempt(Exempt.KEY, "id")
    | exempt(Exempt.TENANT, "organisation_id")
    | exempt(
        Exempt.STATE,
        "scope",
        "part_of",
        "companies",
        "plan_hash",
        "fingerprint",
        "language",
        "started_at",
        "not_before",
        "called_off_at",
        "refused_at",
        "noted_at",
        "journalled_at",
        "deleted_at",
        "files_deleted_at",
        "files",
        "verified_at",
        "certified_at",
        "certificate",
        "signature",
    ),
)
declare(
    "rights.ErasureStep",
    tenant="organisation_id",
    outlives=True,
    columns=exempt(Exempt.KEY, "id")
    | exempt(Exempt.TENANT, "organisation_id")
    | exempt(Exempt.STRUCTURE, "run_id")
    | exempt(Exempt.STATE, "sequence", "table_name", "action", "rows", "residual", "law", "until"),
)
declare(
    "rights.ErasureSubject",
    tenant="organisation_id",
    outlives=True,
    columns=exempt(Exempt.KEY, "id", "person_id", "membership_id", "orderer_id", "accounts")
    | exempt(Exempt.TENANT, "organisation_id")
    | exempt(Exempt.STRUCTURE, "run_id")
    | exempt(Exempt.STATE, "closes_account"),
)
declare(
    "rights.ErasureFile",
    tenant="organisation_id",
    outlives=True,
    columns=exempt(Exempt.KEY, "id")
    | exempt(Exempt.TENANT, "organisation_id")
    | exempt(Exempt.STRUCTURE, "run_id")
    | exempt(Exempt.STATE, "name"),
)

# --- exports -----------------------------------------------------------------------------------

exported = partial(
    Personal,
    category=Category.LOG,
    purposes=(Purpose.SECURITY, Purpose.HISTORY),
    basis=Basis.LEGITIMATE_INTEREST,
    source=Source.SYSTEM,
    retention=Retention.EXPORT,
    recipients=COMPANY_AND_DIG1,
    seen_by_admin=True,
)

declare(
    "rights.Export",
    tenant="organisation_id",
    subject="requested_by_id",
    expires="expires_at < now()",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "requested_by_id": Exempt.STRUCTURE,
        "requested_at": exported(),
        "language": Exempt.STATE,
        "state": exported(),
        **exempt(Exempt.STATE, "rows_total", "rows_done", "files_missing"),
        "size": exported(),
        # Everything that is stored about the company, once more: it is offered where it was made.
        "file": exported(
            display=Display.EXISTENCE,
            recipients=(Recipient.COMPANY_ADMIN, Recipient.HOSTING),
        ),
        "expires_at": exported(),
    },
)

# --- requests for correction -------------------------------------------------------------------

requested = partial(
    Personal,
    category=Category.LOG,
    purposes=(Purpose.HISTORY,),
    basis=Basis.LEGAL_OBLIGATION,
    source=Source.SUBJECT,
    retention=Retention.REQUEST,
    recipients=COMPANY_AND_DIG1,
    seen_by_admin=True,
)
decided = partial(requested, source=Source.ADMIN_OR_STAFF)

declare(
    "rights.CorrectionRequest",
    tenant="organisation_id",
    subject="person_id",
    expires="decided_at < now() - interval '2 years'",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "person_id": Exempt.STRUCTURE,
        "table_name": requested(),
        "row_key": Exempt.STRUCTURE,
        "column": requested(),
        "old_value": requested(),
        "new_value": requested(),
        "reason": requested(),
        "language": Exempt.STATE,
        "made_at": requested(source=Source.SYSTEM),
        "due_on": requested(source=Source.SYSTEM),
        "decided_by": Exempt.STATE,
        "decided_at": decided(),
        "decider_id": decided(
            link=Link.ACCOUNT, retention=Retention.MEMBERSHIP, label=_("answered by")
        ),
        "outcome": decided(),
        "answer": decided(),
    },
)

# --- links to one's data, for people without an account ----------------------------------------

linked = partial(
    Personal,
    category=Category.SIGN_IN,
    purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
    basis=Basis.LEGAL_OBLIGATION,
    source=Source.SUBJECT,
    retention=Retention.ACCESS_LINK,
    recipients=(Recipient.HOSTING,),
)

declare(
    "rights.AccessLink",
    subject=Via("email", "accounts_user", "email", "id"),
    expires="expires_at < now()",
    columns={
        "id": Exempt.KEY,
        "email": linked(recipients=(Recipient.HOSTING, Recipient.MAIL)),
        "secret_digest": linked(source=Source.SYSTEM, display=Display.EXISTENCE),
        "sent_at": linked(category=Category.LOG, source=Source.SYSTEM),
        "expires_at": linked(category=Category.LOG, source=Source.SYSTEM),
    },
)

# --- retention, and the queue of jobs ----------------------------------------------------------

declare(
    "rights.RetentionRun",
    columns=exempt(Exempt.KEY, "id")
    | exempt(Exempt.STATE, "started_at", "finished_at", "plan_hash"),
)
declare(
    "rights.RetentionLine",
    columns=exempt(Exempt.KEY, "id")
    | exempt(Exempt.STRUCTURE, "run_id")
    | exempt(Exempt.STATE, "sequence", "table_name", "reason", "rows"),
)
# The arguments of jobs are keys of rows and companies, never values; a job that is done is
# deleted at once, one that failed or was cancelled stays for a while, to be looked into.
declare(
    "procrastinate_jobs",
    expires="status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND id NOT IN"
    " (SELECT job_id FROM procrastinate_events WHERE at >= now() - interval '30 days')",
    columns=exempt(Exempt.KEY, "id", "args", "lock", "queueing_lock")
    | exempt(
        Exempt.INFRASTRUCTURE,
        "queue_name",
        "task_name",
        "priority",
        "status",
        "scheduled_at",
        "attempts",
        "abort_requested",
        "worker_id",
    ),
)
declare("procrastinate_events", columns=exempt(Exempt.INFRASTRUCTURE, "id", "job_id", "type", "at"))
declare(
    "procrastinate_periodic_defers",
    columns=exempt(
        Exempt.INFRASTRUCTURE, "id", "task_name", "defer_timestamp", "job_id", "periodic_id"
    ),
)
declare("procrastinate_workers", columns=exempt(Exempt.INFRASTRUCTURE, "id", "last_heartbeat"))

declare_store(
    Store(
        key="exports",
        label=_("Files that company admins have asked for: everything stored about the company"),
        categories=tuple(Category),
        purposes=(Purpose.SERVICE,),
        basis=Basis.LEGAL_OBLIGATION,
        retention=_("one hour"),
        recipients=(Recipient.HOSTING,),
        erasure=_("with the company, and with whoever asked for them"),
    )
)
declare_store(
    Store(
        key="access_links",
        label=_(
            "Messages the service sends: links to one's own data, and the answer that nothing is"
            " stored; the address, while a visitor looks at its data"
        ),
        categories=(Category.SIGN_IN,),
        purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY),
        basis=Basis.LEGAL_OBLIGATION,
        retention=_("15 minutes in the visitor's session; the service keeps no copy of messages"),
        recipients=(Recipient.HOSTING, Recipient.MAIL),
        erasure=_("expires by itself"),
    )
)
declare_store(
    Store(
        key="correction_mail",
        label=_(
            "Messages the service sends: that somebody asks for the correction of their data, and"
            " that such a request is answered"
        ),
        categories=(Category.COMPANY_NAMES, Category.SIGN_IN, Category.LOG),
        purposes=(Purpose.HISTORY,),
        basis=Basis.LEGAL_OBLIGATION,
        retention=_("handed to the mail provider at once; the service keeps no copy"),
        recipients=(Recipient.MAIL,),
        erasure=_("nothing is kept"),
    )
)
declare_store(
    Store(
        key="erasure_mail",
        label=_("Messages to a company's admins: that its deletion was ordered or called off"),
        categories=(Category.COMPANY_NAMES, Category.SIGN_IN),
        purposes=(Purpose.SECURITY, Purpose.SERVICE),
        basis=Basis.LEGAL_OBLIGATION,
        retention=_("handed to the mail provider at once; the service keeps no copy"),
        recipients=(Recipient.MAIL,),
        erasure=_("nothing is kept"),
    )
)
declare_store(
    Store(
        key="journal",
        label=_(
            "Journal of deletions, kept outside the database so that nothing deleted comes back"
            " with a backup: opaque identifiers and times"
        ),
        categories=(Category.LOG,),
        purposes=(Purpose.SECURITY,),
        basis=Basis.LEGAL_OBLIGATION,
        retention=_("until the last backup that may hold the data has expired"),
        recipients=(Recipient.HOSTING,),
        erasure=_("identifiers only, which lead to nobody after deletion"),
    )
)

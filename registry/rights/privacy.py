"""The record of erasures, declared: opaque keys and counts, so that it may outlive its subject."""

from registry.declarations.declare import declare, exempt
from registry.declarations.vocabulary import Exempt

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
        "started_at",
        "verified_at",
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
    columns=exempt(Exempt.KEY, "id", "user_id", "membership_id")
    | exempt(Exempt.TENANT, "organisation_id")
    | exempt(Exempt.STRUCTURE, "run_id")
    | exempt(Exempt.STATE, "with_account"),
)

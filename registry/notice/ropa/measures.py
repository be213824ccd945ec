"""What keeps the data safe: the general description of GDPR Article 30(1)(g)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Measure:
    """A technical or organisational measure, and its DPV term."""

    text: str
    dpv: str


def measures() -> Iterator[Measure]:
    """Those that the service itself takes, in the active language."""
    yield Measure(
        _(
            "The database keeps companies apart by itself (row-level security): a company's page"
            " reaches that company's rows only. Rights go by role."
        ),
        "dpv:AccessControlMethod",
    )
    yield Measure(
        _(
            "Dig1's staff have personal accounts, rights by task and an address and a database"
            " role of their own."
        ),
        "dpv:AuthorisationProtocols",
    )
    yield Measure(
        _(
            "Two-step sign-in: Dig1's staff must use it, everybody can, and a company can require"
            " it of its people."
        ),
        "dpv:MultiFactorAuthentication",
    )
    yield Measure(
        _("Passwords and the secrets of links are stored as digests only."),
        "dpv:HashFunctions",
    )
    yield Measure(_("The secrets of two-step sign-in are encrypted."), "dpv:EncryptionAtRest")
    yield Measure(
        _("Pages are served over encrypted connections only."), "dpv:EncryptionInTransfer"
    )
    yield Measure(
        _("Sign-ins, changes of data, and who looked at a person's data are recorded."),
        "dpv:ActivityMonitoring",
    )
    yield Measure(
        _(
            "Nothing can be stored that is not declared with its purpose, basis and period;"
            " inspection, erasure and this record come from the same declarations."
        ),
        "dpv:PrivacyByDesign",
    )
    yield Measure(_("What has expired is deleted the following night."), "dpv:DataDeletionPolicy")
    yield Measure(
        _(
            "Backups are kept for %(days)s days. Deletions are repeated after a restore, from a"
            " journal outside the database."
        )
        % {"days": settings.BACKUP_DAYS},
        "dpv:DataBackupProtocols",
    )

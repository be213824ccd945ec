"""Who has been told of which version of the notice, declared."""

from functools import partial

from registry.declarations.declare import Personal, declare
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Exempt,
    Purpose,
    Recipient,
    Retention,
    Source,
)

# That people were informed has to be shown: GDPR Articles 5(2) and 12 to 14.
told = partial(
    Personal,
    category=Category.LOG,
    purposes=(Purpose.HISTORY,),
    basis=Basis.LEGAL_OBLIGATION,
    source=Source.SYSTEM,
    retention=Retention.ACCOUNT,
    recipients=(Recipient.HOSTING, Recipient.STAFF),
)

declare(
    "notice.NoticeShown",
    subject="user_id",
    columns={
        "id": Exempt.KEY,
        "user_id": Exempt.STRUCTURE,
        "version": told(),
        "shown_at": told(),
    },
)

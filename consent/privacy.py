"""What the visitor's browser keeps for the service, declared. The cookies are in ``cookies``."""

from django.utils.translation import gettext_lazy as _

from registry.declarations.declare import Store, declare_store
from registry.declarations.vocabulary import Basis, Category, Purpose, Recipient

declare_store(
    Store(
        key="cookies",
        label=_("Cookies in your browser: session, form protection and language"),
        categories=(Category.SIGN_IN, Category.LOG),
        purposes=(Purpose.AUTHENTICATION, Purpose.SECURITY, Purpose.SERVICE),
        basis=Basis.LEGITIMATE_INTEREST,
        retention=_(
            "session 12 hours at most, form protection one year,"
            " language until the browser is closed"
        ),
        recipients=(Recipient.HOSTING,),
        erasure=_("when you delete them in your browser"),
    )
)

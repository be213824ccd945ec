"""The closed vocabularies of the declarations, in the privacy notice's own words.

Each member carries the term of the W3C Data Privacy Vocabulary (DPV 2.1) that the record of
processing is exported with. A column that fits no member may not be stored: extend the notice
first, then this file.
"""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Term(Enum):
    """An enum member with a key, a label for people and a DPV term for machines."""

    label: Promise
    dpv: str

    def __new__(cls, key: str, label: Promise, dpv: str) -> "Term":
        member = object.__new__(cls)
        member._value_ = key
        member.label = label
        member.dpv = dpv
        return member

    def __str__(self) -> str:
        return str(self.label)


class Section(Term):
    """The groups of the notice's section 5, in its order. Then what the companies themselves write
    in the tool, of which Dig1 is the processor; log data stands last."""

    COMPANY = ("company", _("Company basics"), "dpv:PersonalData")
    PERSON = ("person", _("Person identifiers"), "pd:Identifying")
    RELATIONSHIP = ("relationship", _("Customer relationship"), "pd:ServiceConsumptionBehavior")
    PAYMENT = ("payment", _("Payment events"), "pd:Transactional")
    ASSESSMENT = ("assessment", _("Assessments, kept on the company's behalf"), "pd:Professional")
    LOG = ("log", _("Log data"), "pd:Tracking")


class Category(Enum):
    """A bullet of the notice's section 5."""

    section: Section
    label: Promise
    dpv: str

    def __new__(cls, section: Section, label: Promise, dpv: str) -> "Category":
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.section = section
        member.label = label
        member.dpv = dpv
        return member

    COMPANY_NAMES = (Section.COMPANY, _("Names"), "pd:OfficialID")
    COMPANY_ADDRESSES = (Section.COMPANY, _("Addresses"), "pd:PhysicalAddress")
    COMPANY_PHONE = (Section.COMPANY, _("Phone number"), "pd:TelephoneNumber")
    COMPANY_EMAIL = (Section.COMPANY, _("Email address"), "pd:EmailAddress")
    COMPANY_OTHER = (Section.COMPANY, _("Other contact details"), "pd:Contact")
    SIGN_IN = (Section.PERSON, _("Email address (user name) and password"), "pd:Authenticating")
    PERSON_PHONE = (Section.PERSON, _("Phone number"), "pd:TelephoneNumber")
    OFFICE_AND_POSITION = (
        Section.PERSON,
        _("Office and position in the organisation"),
        "pd:CurrentEmployment",
    )
    RELATIONSHIP_PERIOD = (
        Section.RELATIONSHIP,
        _("Start and end of the customer relationship"),
        "pd:ServiceConsumptionBehavior",
    )
    MARKETING_CHOICES = (
        Section.RELATIONSHIP,
        _("Direct marketing consents and bans, if any"),
        "pd:PrivacyPreference",
    )
    SUBSCRIPTIONS = (
        Section.RELATIONSHIP,
        _("Subscriptions to customer and service messages and reminders"),
        "pd:Preference",
    )
    PAYMENT_EVENTS = (Section.PAYMENT, _("Payment events"), "pd:Transactional")
    SERVICE_AND_SALES = (
        Section.PAYMENT,
        _("Service events and sales"),
        "pd:PurchasesAndSpendingHabit",
    )
    ASSESSMENT = (Section.ASSESSMENT, _("Content of the assessment"), "pd:Professional")
    AUTHORSHIP = (
        Section.ASSESSMENT,
        _("Who has taken part in the assessment"),
        "pd:ProfessionalEvaluation",
    )
    LOG = (Section.LOG, _("Log data on use and security"), "pd:Tracking")


class Purpose(Term):
    """A bullet of the notice's section 4."""

    IDENTIFICATION = (
        "identification",
        _("Identifying the customer and managing users"),
        "dpv:CustomerManagement",
    )
    AUTHENTICATION = (
        "authentication",
        _("Identification, authentication and authorisation in Dig1's services"),
        "dpv:IdentityAuthentication",
    )
    SECURITY = (
        "security",
        _("Information security of the services and management of access"),
        "dpv:EnforceSecurity",
    )
    SERVICE = (
        "service",
        _("Serving the customer and running, managing and developing the relationship"),
        "dpv:CustomerRelationshipManagement",
    )
    HISTORY = (
        "history",
        _("Managing customer data and the customer and contact history"),
        "dpv:RecordManagement",
    )
    SUPPORT = (
        "support",
        _("Support and advice, managing service measures and assuring quality"),
        "dpv:CustomerCare",
    )


class Basis(Term):
    """Legal basis, GDPR Article 6(1)(a) to (f)."""

    CONSENT = ("6(1)(a)", _("consent, GDPR Art. 6(1)(a)"), "eu-gdpr:A6-1-a")
    CONTRACT = ("6(1)(b)", _("contract, GDPR Art. 6(1)(b)"), "eu-gdpr:A6-1-b")
    LEGAL_OBLIGATION = ("6(1)(c)", _("legal obligation, GDPR Art. 6(1)(c)"), "eu-gdpr:A6-1-c")
    VITAL_INTERESTS = ("6(1)(d)", _("vital interests, GDPR Art. 6(1)(d)"), "eu-gdpr:A6-1-d")
    PUBLIC_TASK = ("6(1)(e)", _("public task, GDPR Art. 6(1)(e)"), "eu-gdpr:A6-1-e")
    LEGITIMATE_INTEREST = ("6(1)(f)", _("legitimate interest, GDPR Art. 6(1)(f)"), "eu-gdpr:A6-1-f")


class Source(Term):
    """Where a value comes from: the notice's section 6, and what the service itself records."""

    CONTRACT = (
        "contract",
        _("the customer's staff when the contract is made"),
        "dpv:DataSource",
    )
    SUBJECT = ("subject", _("the person"), "dpv:DataSubjectDataSource")
    COMPANY_ADMIN = ("company_admin", _("the company's admin"), "dpv:ThirdPartyDataSource")
    ADMIN_OR_SUBJECT = (
        "admin_or_subject",
        _("the company's admin or the person"),
        "dpv:DataSource",
    )
    DIG1 = ("dig1", _("Dig1's staff"), "dpv:DataControllerDataSource")
    ADMIN_OR_STAFF = (
        "admin_or_staff",
        _("the company's admin or Dig1's staff"),
        "dpv:DataSource",
    )
    COMPANY_PEOPLE = ("company_people", _("the company's people"), "dpv:ThirdPartyDataSource")
    SYSTEM = ("system", _("the service, when it is used"), "dpv:DataControllerDataSource")


class Retention(Term):
    """How long a value is kept."""

    ACCOUNT = (
        "account",
        _(
            "until the account is deleted: with its last company or, without one, 30 days after the"
            " last sign-in (Dig1's staff: while they need it)"
        ),
        "dpv:UntilEventDuration",
    )
    MEMBERSHIP = (
        "membership",
        _("until the person leaves the company or is deleted from it"),
        "dpv:UntilEventDuration",
    )
    RELATIONSHIP = (
        "relationship",
        _("until the company's data is deleted"),
        "dpv:UntilEventDuration",
    )
    INVITATION = (
        "invitation",
        _("until accepted or revoked, 14 days at most"),
        "dpv:TemporalDuration",
    )
    SESSION = (
        "session",
        _("until you sign out, 12 hours at most"),
        "dpv:TemporalDuration",
    )
    CODE = ("code", _("until used, one day at most"), "dpv:TemporalDuration")
    ACCESS_LOG = ("access_log", _("two years"), "dpv:TemporalDuration")
    EXPORT = ("export", _("one hour"), "dpv:TemporalDuration")
    ACCESS_LINK = ("access_link", _("until used, 15 minutes at most"), "dpv:TemporalDuration")
    REQUEST = ("request", _("two years from the decision"), "dpv:TemporalDuration")
    ACCOUNTING = (
        "accounting",
        _("six years from the end of the year in which the fiscal year ended"),
        "dpv:TemporalDuration",
    )


class Law(Term):
    """A law that forbids erasure for a time, GDPR Article 17(3)(b)."""

    ACCOUNTING_ACT = (
        "1336/1997 2:10",
        _("Accounting Act (1336/1997), chapter 2, section 10"),
        "dpv:Law",
    )


class Recipient(Term):
    """Who receives a value: the notice's section 8."""

    HOSTING = (
        "hosting",
        _("Microsoft Azure, Ireland (hosting, on Dig1's behalf)"),
        "dpv:DataProcessor",
    )
    MAIL = ("mail", _("the mail provider, on Dig1's behalf"), "dpv:DataProcessor")
    STAFF = ("staff", _("Dig1's staff named for the task"), "dpv:Employee")
    COMPANY_ADMIN = ("company_admin", _("your company's admin"), "dpv:Recipient")
    COLLEAGUES = ("colleagues", _("your colleagues in the company"), "dpv:Recipient")


class Display(Enum):
    """How a value is shown to the person it is about."""

    VALUE = "value"
    EXISTENCE = "existence"  # a secret: shown as "exists", never as itself


class Editor(Enum):
    """Who corrects a value in the tool (GDPR Article 16), and where."""

    NOBODY = "nobody"
    SUBJECT = "subject"  # in place, on the inspection page
    SIGN_IN_PAGES = "sign_in_pages"  # with verification, on allauth's pages
    COMPANY_ADMIN = "company_admin"
    STAFF = "staff"


class Erase(Enum):
    """What erasure of the company does to a column."""

    DELETE = "delete"  # goes with its row
    NULL = "null"
    SCRUB = "scrub"  # overwritten by the empty string; the row stays as a tombstone
    SEVER = "sever"  # the link to the person is cut; the row stays
    RETAIN = "retain"  # kept under a law, until the date in a column


class Link(Enum):
    """What a column that points at a person holds."""

    ACCOUNT = "account"
    MEMBERSHIP = "membership"


class Exempt(Enum):
    """Why a column is no personal data. Closed: no free text, so that exemptions cannot rot."""

    KEY = "surrogate key"
    TENANT = "reference to the organisation the row belongs to"
    STRUCTURE = "reference between rows"
    STATE = "state of a process, says nothing about a person"
    DERIVED = "made by the database from a declared column, and gone with it"
    REFERENCE = "reference data of the application, the same for everybody"
    INFRASTRUCTURE = "bookkeeping of the framework"

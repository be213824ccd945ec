"""What the documents are drawn from: the short form, and rows that a profile suggests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assessment.documents.texts import texts

Flags = Mapping[str, bool | None]
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """Whatever is empty becomes a place to fill in."""

    name: str = ""
    business_id: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    contact: str = ""  # a role in the company, rather than a person's name
    dpo: str = ""


@dataclass(frozen=True)
class Activity:
    name: str = ""
    purposes: Lines = ()
    basis: Lines = ()
    data_subjects: Lines = ()
    data: Lines = ()
    sources: Lines = ()
    recipients: Lines = ()
    transfers: Lines = ()  # outside the EU and EEA, each with its safeguard
    retention: Lines = ()
    security: Lines = ()


@dataclass(frozen=True)
class Given:
    company: Company = field(default_factory=Company)
    activities: tuple[Activity, ...] = ()
    drawn_on: date | None = None


# The flag that brings each suggestion; None: every company has it.
SUGGESTIONS = {
    "customers": None,
    "suppliers": None,
    "personnel": "has_employees",
    "recruitment": "has_employees",
    "marketing": "markets",
    "site": "has_site",
    "consents": "uses_consent",
    "cctv": "cctv",
    "tracking": "tracking",
    "whistle": "needs_whistle",
}


def suggested(flags: Flags, language: str) -> list[Activity]:
    """Rows to begin from. What is not known of the company is not suggested."""
    keys = [key for key, flag in SUGGESTIONS.items() if flag is None or flags.get(flag)]
    return [activity(key, language) for key in keys]


def activity(key: str, language: str) -> Activity:
    words = texts(language)
    row = words["activities"][key]
    lines = {name: tuple(value) for name, value in row.items() if name != "name"}
    return Activity(name=row["name"], security=tuple(words["security"]), **lines)

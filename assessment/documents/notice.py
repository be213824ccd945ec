"""The privacy notice, in the eleven sections that Finnish companies use (GDPR Arts 13-14)."""

from typing import Any

from assessment.documents.model import Block, Bullets, Heading, Paragraph
from assessment.documents.writer import Writer

# What the profile tells that is to be said of the data.
SPECIAL = ("special", "criminal", "hetu", "children")


def sections(writer: Writer) -> list[Block]:
    words = writer.words["notice"]
    told = {
        "controller": controller(writer, words),
        "contact": [Paragraph(words["contact"]), writer.facts("contact", "email", "phone", "dpo")],
        "register": [Paragraph(register(writer, words))],
        "purposes": [Paragraph(words["purposes"]), writer.compared("purposes", "basis")],
        "content": content(writer, words),
        "sources": [writer.compared("sources"), Paragraph(words["must"])],
        "cookies": cookies(writer, words["cookies"]),
        "disclosures": disclosures(writer, words),
        "security": [Paragraph(words["security"]), Bullets(security(writer))],
        "rights": rights(writer, words),
        "marketing": [
            Paragraph(writer.by_flag("markets", words["marketing"])),
            Paragraph(words["marketing"]["service"]),
        ],
    }
    hint = [Paragraph(words["staff"])] if writer.flags.get("has_employees") else []
    titled = ([Heading(title), *told[key]] for key, title in words["sections"].items())
    return [*hint, *(block for section in titled for block in section)]


def controller(writer: Writer, words: dict[str, Any]) -> list[Block]:
    facts = writer.facts("name", "business_id", "address", "phone", "email")
    return [facts, Paragraph(words["joint"])] if writer.flags.get("is_joint") else [facts]


def register(writer: Writer, words: dict[str, Any]) -> str:
    names = ", ".join(writer.name(one) for one in writer.given.activities)
    names = names or writer.words["empty"]["activity"]
    return words["register"].format(company=writer.company["name"], names=names)


def content(writer: Writer, words: dict[str, Any]) -> list[Block]:
    special = [Paragraph(words[flag]) for flag in SPECIAL if writer.flags.get(flag)]
    table = writer.compared("data_subjects", "data", "retention")
    return [Paragraph(words["content"]), table, *special]


def cookies(writer: Writer, words: dict[str, Any]) -> list[Block]:
    first = Paragraph(writer.by_flag("has_site", words))
    if not writer.flags.get("has_site"):
        return [first]
    return [first, Paragraph(words["choice"]), Paragraph(words["list"])]


def disclosures(writer: Writer, words: dict[str, Any]) -> list[Block]:
    table = writer.compared("recipients", "transfers")
    told = [Paragraph(words["disclosures"]), table]
    if writer.flags.get("transfers") is False:
        return told
    return [*told, Paragraph(words["safeguards"])]


def security(writer: Writer) -> tuple[str, ...]:
    """The measures of every activity, each once."""
    found = [line for one in writer.given.activities for line in writer.lines(one, "security")]
    return tuple(dict.fromkeys(found)) or (writer.words["empty"]["security"],)


def rights(writer: Writer, words: dict[str, Any]) -> list[Block]:
    part = words["rights"]
    return [
        Paragraph(part["intro"]),
        Bullets(tuple(part["list"])),
        Paragraph(part["answer"]),
        Paragraph(writer.by_flag("adm_ai", words["automation"])),
        Paragraph(part["complaint"]),
    ]

"""The record of processing activities that a controller keeps (GDPR Art. 30(1))."""

from typing import Any

from assessment.documents.model import Block, Heading, Paragraph
from assessment.documents.writer import Writer

TOLD = (
    "purposes",
    "basis",
    "data_subjects",
    "data",
    "sources",
    "recipients",
    "transfers",
    "retention",
    "security",
)


def rows(writer: Writer) -> list[Block]:
    words = writer.words["record"]
    more = [(words["review"], words["review_empty"])]
    if writer.flags.get("is_joint"):
        more.insert(0, (words["joint"], words["joint_empty"]))
    names = ("name", "business_id", "address", "phone", "email", "contact", "dpo")
    facts = writer.facts(*names, more=more)
    return [
        Heading(words["controller"]),
        facts,
        Heading(words["activities"]),
        *writer.described(*TOLD),
        *on_behalf(writer, words),
    ]


def on_behalf(writer: Writer, words: dict[str, Any]) -> list[Block]:
    """Of a processor's own record, Art. 30(2)."""
    known = writer.flags.get("is_processor")
    if known is False:
        return []
    told = words["processor_text"] if known else words["processor_unknown"]
    return [Heading(words["processor"]), Paragraph(told)]

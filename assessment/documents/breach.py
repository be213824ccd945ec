"""A template for the day of a personal data breach (GDPR Arts 33-34)."""

from assessment.documents.model import Block, Bullets, Heading, Paragraph
from assessment.documents.writer import Writer


def parts(writer: Writer) -> list[Block]:
    words = writer.words["breach"]
    reporter = writer.facts("name", "business_id", "contact", "email", "phone", "dpo")
    told = writer.pairs(words["ombudsman_rows"])
    return [
        Heading(words["first"]),
        Bullets(tuple(words["steps"])),
        Heading(words["ombudsman"]),
        Paragraph(words["ombudsman_intro"]),
        writer.table((*reporter.rows, *told.rows)),
        Heading(words["persons"]),
        Paragraph(words["persons_intro"]),
        *(Paragraph(line.format(**address(writer))) for line in words["message"]),
        Heading(words["log"]),
        writer.pairs(words["log_rows"]),
    ]


def address(writer: Writer) -> dict[str, str]:
    """Whom people can ask."""
    names = ("contact", "email", "phone")
    return {"company": writer.company["name"], **{one: writer.company[one] for one in names}}

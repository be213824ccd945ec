"""The three documents, drawn from what a company has given."""

from assessment.documents import breach, notice, record
from assessment.documents.given import Flags, Given
from assessment.documents.model import Draft
from assessment.documents.writer import Writer


def privacy_notice(given: Given, flags: Flags, language: str) -> Draft:
    writer = Writer(given, flags, language)
    return writer.draft(writer.words["notice"], notice.sections(writer))


def record_of_processing(given: Given, flags: Flags, language: str) -> Draft:
    writer = Writer(given, flags, language)
    return writer.draft(writer.words["record"], record.rows(writer))


def breach_report(given: Given, language: str) -> Draft:
    writer = Writer(given, {}, language)
    return writer.draft(writer.words["breach"], breach.parts(writer))

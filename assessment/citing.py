"""Provisions of law as people write them in each language."""

from assessment.questionnaire.model import Reference


def cite(reference: Reference, language: str) -> str:
    """The act by its full name, and the provision: "tietosuojalaki, 29 §"."""
    return f"{reference.act.name[language]}, {provision(reference, language)}"


def provision(reference: Reference, language: str) -> str:
    number, paragraph, point = (*reference.provision.split(":"), "", "")[:3]
    if reference.act.unit == "section":
        return section(spaced(number), paragraph, language)
    return article(number, paragraph, point, language)


def spaced(number: str) -> str:
    """Section 5a is written 5 a."""
    digits = number.rstrip("abcdefghij")
    letter = number[len(digits) :]
    return f"{digits}\N{NO-BREAK SPACE}{letter}" if letter else digits


def section(number: str, subsection: str, language: str) -> str:
    gap = "\N{NO-BREAK SPACE}"
    match language:
        case "fi":
            return (
                f"{number}{gap}§:n {subsection}{gap}momentti" if subsection else f"{number}{gap}§"
            )
        case "sv":
            return f"{number}{gap}§" + (f" {subsection}{gap}mom." if subsection else "")
    return f"section{gap}{number}" + (f"({subsection})" if subsection else "")


def article(number: str, paragraph: str, point: str, language: str) -> str:
    gap = "\N{NO-BREAK SPACE}"
    match language:
        case "fi":
            if point:
                return f"{number}{gap}artiklan {paragraph}{gap}kohdan {point}{gap}alakohta"
            return (
                f"{number}{gap}artiklan {paragraph}{gap}kohta"
                if paragraph
                else f"{number}{gap}artikla"
            )
        case "sv":
            dotted = f"{number}.{paragraph}" if paragraph else number
            return f"artikel{gap}{dotted}" + (f"{gap}{point}" if point else "")
    return (
        f"Article{gap}{number}"
        + (f"({paragraph})" if paragraph else "")
        + (f"({point})" if point else "")
    )

"""Reads what a workbook holds, as far as the tests need it (ECMA-376)."""

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

MAIN = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


class Sheet:
    """``rows``: the texts of the cells; ``part``: any element of the sheet's own XML."""

    def __init__(self, xml: bytes, shared: list[str]) -> None:
        self.root = ElementTree.fromstring(xml)  # noqa: S314  (made by the test itself)
        self.rows = [
            [self.text(cell, shared) for cell in row.findall("c", MAIN)]
            for row in self.root.findall("sheetData/row", MAIN)
        ]

    @staticmethod
    def text(cell: ElementTree.Element, shared: list[str]) -> str:
        value = cell.find("v", MAIN)
        assert cell.find("f", MAIN) is None, "a formula"
        assert cell.get("t") == "s" or value is None, "no text"
        return "" if value is None else shared[int(value.text)]

    def part(self, path: str) -> ElementTree.Element:
        found = self.root.find(path, MAIN)
        assert found is not None, path
        return found


def sheets(content: bytes) -> list[Sheet]:
    with ZipFile(BytesIO(content)) as file:
        shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))  # noqa: S314
        texts = ["".join(one.itertext()) for one in shared.findall("si", MAIN)]
        names = sorted(n for n in file.namelist() if n.startswith("xl/worksheets/sheet"))
        return [Sheet(file.read(name), texts) for name in names]


def names(content: bytes) -> list[str]:
    with ZipFile(BytesIO(content)) as file:
        book = ElementTree.fromstring(file.read("xl/workbook.xml"))  # noqa: S314
        return [sheet.get("name", "") for sheet in book.findall("sheets/sheet", MAIN)]

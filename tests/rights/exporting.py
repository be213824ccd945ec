"""Exports as who gets them reads them."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zipfile import ZipFile

from registry.rights.export.archive import Archive
from registry.rights.export.contents import Contents, of_me, of_our_company
from registry.rights.export.statements import FORMULA
from tests.cast import Company, Person


@dataclass
class Package:
    """A ZIP that somebody has downloaded."""

    data: bytes

    @cached_property
    def zip(self) -> ZipFile:
        opened = ZipFile(io.BytesIO(self.data))
        assert opened.testzip() is None
        return opened

    @property
    def names(self) -> list[str]:
        return self.zip.namelist()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads(self.zip.read("manifest.json"))

    @property
    def tables(self) -> set[str]:
        return {name[5:-5] for name in self.names if name.startswith("data/") and "json" in name}

    def text(self, name: str) -> str:
        return self.zip.read(name).decode("utf-8-sig")

    def json(self, table: str, folder: str = "data") -> list[dict[str, Any]]:
        return json.loads(self.text(f"{folder}/{table}.json"))

    def csv(self, table: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(f"data/{table}.csv")), delimiter=";"))

    def columns(self, table: str) -> list[str]:
        return self.text(f"data/{table}.csv").splitlines()[0].split(";")

    def everything(self) -> str:
        return "\n".join(self.text(name) for name in self.names if not name.startswith("files/"))

    def check(self) -> None:
        """What the manifest says is true of every file, and it names them all."""
        listed = {file["name"]: file for file in self.manifest["files"]}
        assert set(self.names) == {*listed, "manifest.json"}
        for name, file in listed.items():
            content = self.zip.read(name)
            assert file["bytes"] == len(content)
            assert file["sha256"] == hashlib.sha256(content).hexdigest()
            if name.endswith(".json"):
                assert file["rows"] == len(json.loads(content))
        for table in self.tables:
            assert listed[f"data/{table}.csv"]["rows"] == len(self.csv(table))
            assert self.csv(table) == [as_in_csv(row) for row in self.json(table)]


def mine(person: Person, language: str = "en") -> Package:
    return packed(of_me(person.id), language)


def ours(company: Company, language: str = "en") -> Package:
    return packed(of_our_company(company.id, asked_by=company.admin.id), language)


def packed(contents: Contents, language: str = "en") -> Package:
    return Package(b"".join(Archive(contents, language)))


def as_in_csv(row: dict[str, Any]) -> dict[str, str]:
    return {name: cell(value) for name, value in row.items()}


def cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return guarded(value)
        case list():
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        case float():
            return f"{value:.2f}"  # all numbers with a fraction are sums of money
    return str(value)


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text

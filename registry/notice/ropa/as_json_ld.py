"""Linked data in the terms of the W3C Data Privacy Vocabulary, DPV 2.1."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from registry.notice.ropa.record import Activity, Record

NAMESPACES = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def as_json_ld(record: Record) -> bytes:
    return json.dumps(document(record), ensure_ascii=False, indent=2).encode()


def document(record: Record) -> Node:
    """What the record is about is named by an address of the notice's page."""
    base = settings.SITE_URL.rstrip("/") + reverse("notice")
    return {
        "@context": {"@version": 1.1, "@base": base, "@language": record.language, **NAMESPACES},
        "@id": "#ropa",
        "@type": "dpv:ROPA",
        "dct:title": " ".join(record.register),
        "dct:created": {"@value": record.made_on.isoformat(), "@type": "xsd:date"},
        "dpv:hasIdentifier": exact(record.plan_hash),
        "dpv:hasDataController": controller(record),
        "dpv:hasLocation": {"@type": "dpv:StorageLocation", "dct:description": record.transfers},
        "dpv:hasTechnicalOrganisationalMeasure": [
            {"@type": one.dpv, "dct:description": one.text} for one in record.measures
        ]
        + [
            {"@type": "dpv:TechnicalOrganisationalMeasure", "dct:description": text}
            for text in record.protection
        ],
        "dpv:hasNotice": {
            "@id": base,
            "@type": "dpv:PrivacyNotice",
            **({"dct:hasVersion": exact(record.version.name)} if record.version else {}),
        },
        "dct:description": list(record.disclosures),
        "dpv:hasProcess": [process(activity) for activity in record.activities],
    }


def controller(record: Record) -> Node:
    return {
        "@id": "#controller",
        "@type": "dpv:DataController",
        "dpv:hasName": record.controller[0].split(",")[0],
        "dpv:hasContact": [", ".join(record.controller), ", ".join(record.contact)],
    }


def process(activity: Activity) -> Node:
    """One activity; ``dct:title`` and ``dct:description`` say each term in the notice's words."""
    node = {
        "@id": f"#{activity.key}",
        "@type": "dpv:Process",
        "dct:title": activity.title,
        "dpv:hasDataController": {"@id": "#controller"},
        "dpv:hasDataSubject": [instance("subject", one) for one in activity.subjects],
        "dpv:hasPersonalData": [
            {
                "@id": f"#{item.key}",
                "@type": item.category.dpv,
                "dct:title": item.name,
                "dct:subject": str(item.category.label),
            }
            for item in activity.items
        ],
        "dpv:hasPurpose": [instance("purpose", one) for one in activity.purposes],
        "dpv:hasLegalBasis": instance("basis", activity.basis),
        "dpv:hasRecipient": [instance("recipient", one) for one in activity.recipients],
        "dpv:hasStorageCondition": storage(activity),
    }
    if activity.source:
        node["dpv:hasDataSource"] = instance("source", activity.source)
    if activity.law:
        node["dpv:hasApplicableLaw"] = instance("law", activity.law)
    return node


def storage(activity: Activity) -> Node:
    kind = activity.retention.dpv if activity.retention else "dpv:Duration"
    duration = {"@type": kind, "dct:description": activity.kept}
    return {"@type": "dpv:StorageDuration", "dpv:hasDuration": duration}


def instance(kind: str, term: Any) -> Node:
    """A term of our own vocabularies, as an instance of DPV's."""
    return {"@id": f"#{kind}-{term.name.lower()}", "@type": term.dpv, "dct:title": str(term)}


def exact(value: str) -> Node:
    """Text in no language."""
    return {"@value": value, "@type": "xsd:string"}

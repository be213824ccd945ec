"""Assessments, declared. Dig1 keeps them on the company's behalf (GDPR Article 28)."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from registry.declarations.declare import Personal, Via, declare, exempt
from registry.declarations.vocabulary import (
    Basis,
    Category,
    Exempt,
    Link,
    Purpose,
    Recipient,
    Retention,
    Source,
)

content = partial(
    Personal,
    category=Category.ASSESSMENT,
    purposes=(Purpose.SERVICE,),
    basis=Basis.CONTRACT,
    source=Source.COMPANY_PEOPLE,
    retention=Retention.RELATIONSHIP,
    recipients=(Recipient.COMPANY_ADMIN, Recipient.COLLEAGUES, Recipient.HOSTING),
    seen_by_admin=True,
)
timed = partial(content, source=Source.SYSTEM)

declare(
    "assessment.Actor",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "person_id": content(
            category=Category.AUTHORSHIP,
            basis=Basis.LEGITIMATE_INTEREST,
            source=Source.SYSTEM,
            retention=Retention.MEMBERSHIP,
            link=Link.ACCOUNT,
            label=_("person"),
        ),
        "since": timed(category=Category.AUTHORSHIP, basis=Basis.LEGITIMATE_INTEREST),
    },
)
declare(
    "assessment.Assessment",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        **exempt(Exempt.TENANT, "organisation_id"),
        "name": content(),
        "version": Exempt.REFERENCE,
        "due_on": content(),
        "profile": content(),
        "started_at": timed(),
        **exempt(Exempt.STRUCTURE, "started_by_id", "baseline_id", "signed_by_id"),
        "signed_at": timed(),
        "seal": timed(),
    },
)

given = {
    "id": Exempt.KEY,
    "organisation_id": Exempt.TENANT,
    **exempt(Exempt.STRUCTURE, "assessment_id", "actor_id"),
    "question": content(),
    "state": content(),
    "level": content(),
    "reason": content(),
    "note": content(),
    "answered_at": timed(),
    "revision": Exempt.STATE,
}
declare(
    "assessment.Answer", tenant="organisation_id", columns={**given, "to_confirm": Exempt.STATE}
)
declare("assessment.Revision", tenant="organisation_id", columns=given)
declare(
    "assessment.Measure",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        "assessment_id": Exempt.STRUCTURE,
        "question": content(),
        "owner_id": content(
            category=Category.AUTHORSHIP,
            basis=Basis.LEGITIMATE_INTEREST,
            retention=Retention.MEMBERSHIP,
            link=Link.MEMBERSHIP,
        ),
        "due_on": content(),
        "status": content(),
        "hours": content(),
        "cost": content(),
        "note": content(),
    },
)
declare(
    "assessment.Comment",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        **exempt(Exempt.STRUCTURE, "assessment_id", "actor_id"),
        "question": content(),
        "text": content(),
        "written_at": timed(),
    },
)

# About one person in one company: the row goes with the membership.
OF_MEMBER = Via("membership_id", "persons_membership", "id", "user_id")
asked = partial(
    content,
    category=Category.AUTHORSHIP,
    basis=Basis.LEGITIMATE_INTEREST,
    retention=Retention.MEMBERSHIP,
)
declare(
    "assessment.Mention",
    tenant="organisation_id",
    subject=OF_MEMBER,
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        **exempt(Exempt.STRUCTURE, "comment_id", "membership_id"),
        "at": asked(source=Source.SYSTEM),
    },
)
declare(
    "assessment.Assignment",
    tenant="organisation_id",
    subject=OF_MEMBER,
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        **exempt(Exempt.STRUCTURE, "assessment_id", "membership_id"),
        "section": asked(),
        "due_on": asked(),
    },
)
declare(
    "assessment.Evidence",
    tenant="organisation_id",
    columns={
        "id": Exempt.KEY,
        "organisation_id": Exempt.TENANT,
        **exempt(Exempt.STRUCTURE, "assessment_id", "actor_id"),
        "question": content(),
        "name": content(),
        "kind": content(),
        "size": timed(),
        "sha256": timed(label=_("SHA-256 of the file")),
        "file": content(),
        "valid_until": content(),
        "added_at": timed(),
    },
)

"""An assessment is taken along as a file, and brought in as a new round, wholly or not at all."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessment.models import Answer, Assessment, Revision
from registry.company import tenant
from tests.assessment.answering import answer_everything, page
from tests.cast import QUESTION
from tests.company.english import in_english


def taken_along(client, company, key=None):
    address = reverse("assessment_json", args=[company.id, key or company.row("assessment")])
    return client.get(address).content


def bring_in(client, company, content):
    file = SimpleUploadedFile("arviointi.json", content)
    return client.post(reverse("assessment_import", args=[company.id]), {"file": file})


def test_what_was_taken_along_comes_in_exactly(cast, sign_in):
    answer_everything(cast.a)
    file = taken_along(sign_in(cast.a.admin), cast.a)
    client = sign_in(cast.b.admin, mfa=True)
    brought = bring_in(client, cast.b, file)
    key = brought.url.rstrip("/").rpartition("/")[2]
    assert taken_along(client, cast.b, key) == file
    with tenant.serving(organisation=cast.b.id):
        answers = Answer.objects.filter(assessment=key)
        assert answers.count() == Revision.objects.filter(assessment=key).count() > 100


def test_nobody_is_named_in_it(cast, sign_in):
    file = taken_along(sign_in(cast.a.admin), cast.a).decode()
    assert "@" not in file and str(cast.a.admin.id) not in file


def test_every_fault_is_told_with_its_place_and_nothing_comes_in(cast):
    client = in_english(cast.a.admin)
    said = json.loads(taken_along(client, cast.a))
    said["answers"][QUESTION]["level"] = 7
    said["answers"]["no.such"] = said["answers"][QUESTION]
    said["due_on"] = "tomorrow"
    shown = bring_in(client, cast.a, json.dumps(said).encode()).content.decode()
    for place in (f"answers.{QUESTION}.level", "answers.no.such", "due_on"):
        assert place in shown
    with tenant.serving(organisation=cast.a.id):
        assert Assessment.objects.count() == 1


@pytest.mark.parametrize("file", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_such_file_is_told(cast, file):
    shown = bring_in(in_english(cast.a.admin), cast.a, file)
    assert shown.status_code == 200 and "Nothing was brought in" in shown.content.decode()


def test_identity_codes_are_refused_this_way_too(cast):
    client = in_english(cast.a.admin)
    said = json.loads(taken_along(client, cast.a))
    said["answers"][QUESTION]["note"] = "131052-308T"
    shown = bring_in(client, cast.a, json.dumps(said).encode()).content.decode()
    assert f"answers.{QUESTION}.note" in shown and "131052" not in shown


def test_too_large_a_file_is_refused(cast):
    shown = bring_in(in_english(cast.a.admin), cast.a, b" " * (1024**2 + 1)).content.decode()
    assert "too large" in shown


def test_members_take_along_and_bring_nothing_in(cast, sign_in):
    client = sign_in(cast.a.member)
    assert client.get(page("assessment_json", cast.a)).status_code == 200
    assert bring_in(client, cast.a, b"{}").status_code == 403

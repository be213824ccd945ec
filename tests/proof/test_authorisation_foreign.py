"""SECURITY.md check 3: what is another's answers like what never existed, to the byte."""

import re
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpResponse

from tests.census.matrix import REGISTER, SIGN_IN
from tests.census.personas import PERSONAS
from tests.census.routes import routes
from tests.proof.targets import Scene, targets
from tests.proof.visiting import Visits

# What differs between any two answers to the same question.
RANDOM = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=csrftoken=)\w+|(?<=nonce-)[\w+/=-]+'
    r'|(?<=nonce=")[^"]+|expires=[^;]+'
)
SIGNED_IN = [who for who in PERSONAS if who.signed_in]
# An address that names nothing of one's own belongs to one of these groups.
GROUPS = {
    "foreign": "company",
    "deleted": "company",
    "absent": "company",
    "foreign child": "child",
    "deleted child": "child",
    "absent child": "child",
}


def seen(response: HttpResponse, path: str) -> str:
    """All of an answer, without what is random and without the address that was asked for."""
    head = "".join(f"{name}: {value}\n" for name, value in sorted(response.items()))
    text = f"{response.status_code}\n{head}{response.cookies}\n\n{response.content.decode()}"
    for form in (path, quote(path, safe=""), quote(path)):
        text = text.replace(form, "(the address)")
    return RANDOM.sub("(random)", text)


def test_what_is_anothers_cannot_be_told_from_what_never_existed(
    scene: Scene, visits: Visits, figure: Callable[[str, str], None]
) -> None:
    asked, wrong = 0, []
    for route in routes():
        if not route.parameters or route.key not in {**REGISTER, **SIGN_IN}:
            continue
        for who in SIGNED_IN:
            for method in ("GET", "POST"):
                answers: dict[str, dict[str, str]] = defaultdict(dict)
                for target in targets(route.key, route.parameters, who, scene):
                    group = GROUPS.get(target.about)
                    if group is None:
                        continue
                    asked += 1
                    response = visits.ask(who, method, target.path)
                    answers[group][target.about] = seen(response, target.path)
                wrong += [
                    f"{route.key}: {method} by {who}: {sorted(found)}"
                    for found in answers.values()
                    if len(set(found.values())) > 1
                ]
                if "organisation_id" in route.parameters:
                    wrong += [
                        f"{route.key}: {method} by {who}: {about} is not answered by 404"
                        for about, answer in answers["company"].items()
                        if not answer.startswith("404")
                    ]
    figure("check 3", f"{asked} requests for what is another's, {len(wrong)} told apart or not 404")
    assert not wrong, "\n".join(wrong)

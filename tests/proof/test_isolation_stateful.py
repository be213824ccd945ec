"""Whatever people do in several companies at once, nobody reads or changes what is another's.

SECURITY.md check 14: a state machine over sign-up, invitation, joining, leaving, editing,
switching and erasure. After every step the rows of all companies but the one acted on are the
same to the byte, and no page has shown an address or a name that its reader may not know.
"""

from django.db import connections, transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.proof.world import (
    EMAIL,
    FOR_ADMINS,
    PAGES,
    Firm,
    Human,
    born,
    confirm,
    digest,
    found,
    invite,
    membership_of,
)

HUMANS, FIRMS = 5, 3
who = st.integers(0, HUMANS - 1)
where = st.integers(0, FIRMS - 1)
role = st.sampled_from(["admin", "member", "reader"])


class World(RuleBasedStateMachine):
    steps = 0

    @initialize()
    def begin(self):
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.humans = [born(number) for number in range(HUMANS)]
        self.firms = [found(self.humans[number], number) for number in range(FIRMS)]

    def teardown(self):
        if hasattr(self, "rollback"):
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    # --- what the model knows ------------------------------------------------------------------

    def acting(self, human: int, firm: int) -> tuple[Human, Firm]:
        World.steps += 1
        return self.humans[human], self.firms[firm]

    def others_unchanged(self, firm: Firm | None, do):
        """Do it, and see that no other company's row has changed."""
        others = [one for one in self.firms if one is not firm]
        before = [digest(one) for one in others]
        status = do()
        assert [digest(one) for one in others] == before
        if firm is not None:
            digest(firm)  # the guards of its own rows, too
        return status

    def expected(self, human: Human, firm: Firm, *, for_admins: bool) -> int:
        if not human.alive:
            return 302  # to the sign-in
        if firm.erased or human.id not in firm.roles:
            return 404
        return 403 if for_admins and firm.roles[human.id] != "admin" else 200

    def may_know(self, human: Human, firm: Firm) -> set[str]:
        people = {one.email for one in self.humans if one.id in firm.roles}
        return people | set(firm.invited) | {human.email}

    def gone(self, person) -> None:
        """The account goes with its last company."""
        if not any(person in firm.roles for firm in self.firms):
            for human in self.humans:
                if human.id == person:
                    human.alive = False

    # --- what people do ------------------------------------------------------------------------

    @rule(human=who, firm=where, page=st.sampled_from(PAGES))
    def look(self, human, firm, page):
        human, firm = self.acting(human, firm)
        answer = human.client.get(reverse(page, args=[firm.id]))
        assert answer.status_code == self.expected(human, firm, for_admins=page in FOR_ADMINS)
        text = answer.content.decode()
        assert set(EMAIL.findall(text)) <= self.may_know(human, firm)
        for other in self.firms:
            if human.id not in other.roles:
                assert other.name not in text

    @rule(human=who, firm=where, other=where, subject=who)
    def look_at_a_person_through_the_wrong_company(self, human, firm, other, subject):
        human, firm = self.acting(human, firm)
        subject = self.humans[subject]
        owner = self.firms[other]
        if owner.erased or subject.id not in owner.roles:
            return
        key = membership_of(owner, subject.id)
        status = human.client.get(reverse("person", args=[firm.id, key])).status_code
        expected = self.expected(human, firm, for_admins=True)
        assert status == (404 if expected == 200 and owner is not firm else expected)

    @rule(human=who)
    def inspect_myself(self, human):
        human, _firm = self.acting(human, 0)
        answer = human.client.get(reverse("inspection"))
        assert answer.status_code == (200 if human.alive else 302)
        assert set(EMAIL.findall(answer.content.decode())) <= {human.email}

    @rule(human=who, firm=where, subject=who, office=st.sampled_from(["Turku", "Oulu", ""]))
    def correct_an_office(self, human, firm, subject, office):
        human, firm = self.acting(human, firm)
        subject = self.humans[subject]
        if firm.erased or subject.id not in firm.roles:
            return
        key = membership_of(firm, subject.id)
        url = reverse("inspection_edit", args=["persons_membership", key, "office"])
        own = human is subject
        status = self.others_unchanged(
            firm if own else None,
            lambda: human.client.post(url, {"office": office}).status_code,
        )
        assert status == (302 if own or not human.alive else 404)

    @rule(human=who, firm=where, guest=who, as_role=role)
    def invite_somebody(self, human, firm, guest, as_role):
        human, firm = self.acting(human, firm)
        guest = self.humans[guest]
        expected = self.expected(human, firm, for_admins=True)
        status = self.others_unchanged(firm, lambda: invite(human, firm, guest.email, as_role))
        if expected != 200:
            assert status == expected
        elif guest.id in firm.roles or guest.email in firm.invited:
            assert status in (200, 302, 429)
        else:
            assert status in (302, 429)

    @rule(human=who, firm=where, guest=who)
    def open_a_link_and_join(self, human, firm, guest):
        human, firm = self.acting(human, firm)
        guest = self.humans[guest]
        if guest.email not in firm.invited:
            return
        link, as_role = firm.invited[guest.email]
        status = self.others_unchanged(firm, lambda: human.client.post(link).status_code)
        if human is guest and human.alive and not firm.erased and status == 302:
            firm.roles.setdefault(human.id, as_role)
            del firm.invited[guest.email]
        else:
            assert human.id in firm.roles or status in (200, 302, 410)
            page = human.client.get(reverse("company", args=[firm.id])).status_code
            assert page == self.expected(human, firm, for_admins=False)

    @rule(human=who, firm=where, subject=who, as_role=role)
    def change_a_role(self, human, firm, subject, as_role):
        human, firm = self.acting(human, firm)
        subject = self.humans[subject]
        if firm.erased or subject.id not in firm.roles:
            return
        url = reverse("person_edit", args=[firm.id, membership_of(firm, subject.id)])
        form = {"office": "Lohja", "position": "Juristi", "role": as_role}
        status = self.others_unchanged(firm, lambda: human.client.post(url, form).status_code)
        expected = self.expected(human, firm, for_admins=True)
        if expected != 200:
            assert status == expected
        elif firm.admins == [subject.id] and as_role != "admin":
            assert status == 200  # the form again: a company always has an admin
        else:
            assert status == 302
            firm.roles[subject.id] = as_role
            if as_role != "admin":
                self.forget_invitations()

    @rule(human=who, firm=where)
    def leave(self, human, firm):
        human, firm = self.acting(human, firm)
        url = reverse("leave", args=[firm.id])
        status = self.others_unchanged(firm, lambda: confirm(human.client, url))
        expected = self.expected(human, firm, for_admins=False)
        if expected != 200:
            assert status == expected
        elif firm.admins == [human.id]:
            assert status == 409
        else:
            assert status == 302
            self.left(firm, human.id)

    @rule(human=who, firm=where, subject=who)
    def erase_a_person(self, human, firm, subject):
        human, firm = self.acting(human, firm)
        subject = self.humans[subject]
        if firm.erased or subject.id not in firm.roles:
            return
        url = reverse("person_erase", args=[firm.id, membership_of(firm, subject.id)])
        status = self.others_unchanged(firm, lambda: confirm(human.client, url))
        expected = self.expected(human, firm, for_admins=True)
        if expected != 200:
            assert status == expected
        elif firm.admins == [subject.id]:
            assert status == 409
        else:
            assert status == 302
            self.left(firm, subject.id)

    @rule(human=who, firm=where)
    def erase_the_company(self, human, firm):
        human, firm = self.acting(human, firm)
        url = reverse("company_erase", args=[firm.id])
        status = self.others_unchanged(
            firm, lambda: confirm(human.client, url, company_name=firm.name)
        )
        expected = self.expected(human, firm, for_admins=True)
        assert status == (302 if expected == 200 else expected)
        if expected == 200:
            people, firm.roles, firm.invited, firm.erased = list(firm.roles), {}, {}, True
            for person in people:
                self.gone(person)

    def left(self, firm: Firm, person) -> None:
        del firm.roles[person]
        self.gone(person)
        self.forget_invitations()

    def forget_invitations(self) -> None:
        """An inviter who is no admin any more takes their invitations along: ask the service."""
        for firm in self.firms:
            for email, (link, _role) in list(firm.invited.items()):
                if self.humans[0].client.get(link).status_code == 410:
                    del firm.invited[email]


def test_nobody_reads_or_changes_what_is_another_companys(cast, settings_without_limits, figure):
    World.steps = 0
    connections["default"].ensure_connection()
    run_state_machine_as_test(
        World,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
    assert World.steps > 300
    figure("check 14", f"{World.steps} steps in several companies: 0 violations")

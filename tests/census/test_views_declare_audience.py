"""Every view says whose it is, in words that the matrix repeats."""

from django.contrib.admin import site

from tests.census.matrix import DOOR, REGISTER, SIGN_IN, STAFF
from tests.census.routes import Route, routes


def fault(route: Route) -> str:
    """What is wrong with how the view declares its audience, or nothing."""
    if route.key in SIGN_IN:
        return "" if route.view.__module__.startswith("allauth.") else "is not allauth's"
    if route.key in STAFF:
        return "" if site in sites_of(route) else "must be wrapped in admin_site.admin_view"
    if route.key == DOOR:
        return ""
    declared = getattr(route.view, "audience", None)
    if declared is None:
        return "must wear @public, @signed_in or @company_page() from registry/company/access.py"
    listed = REGISTER[route.key].audience
    return "" if declared == listed else f"declares {declared!r}, the matrix {listed!r}"


def sites_of(route: Route) -> set[object]:
    """The admin site that has wrapped the view: its mark is on the site's and on each model's."""
    of_model = getattr(getattr(route.view, "model_admin", None), "admin_site", None)
    return {getattr(route.view, "admin_site", None), of_model}


def test_every_view_declares_its_audience() -> None:
    faults = {route.key: found for route in routes() if (found := fault(route))}
    assert not faults, "\n".join(f"{key} {found}" for key, found in faults.items())


def test_only_public_views_do_without_signing_in() -> None:
    """Of ours; allauth's pages and the door of the staff site have to let people in."""
    open_to_all = {
        route.key
        for route in routes()
        if route.key in {**REGISTER, **STAFF} and not getattr(route.view, "login_required", True)
    }
    assert open_to_all == {key for key, row in REGISTER.items() if row.audience == "public"}

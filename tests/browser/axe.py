"""axe-core, and the few rules of ours that it lacks."""

from importlib.resources import files

from playwright.sync_api import Page

SOURCE = (files("axe_playwright_python") / "axe.min.js").read_text()
# What depends on the width of the window, and what on light and dark.
OF_SIZE = ("scrollable-region-focusable", "target-size")
OF_COLOUR = ("color-contrast", "link-in-text-block")
RUN = """async (rules) => {
  document.getAnimations().forEach((one) => one.finish());
  const only = rules.length ? {runOnly: rules} : {};
  const options = {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}, ...only};
  const {violations} = await axe.run(document, options);
  return violations.flatMap(({id, nodes}) => nodes.map(({html, any, none}) =>
    `${id}: ${html.slice(0, 150)} ${[...any, ...none].map(({message}) => message).join("; ")}`));
}"""


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds on the page: by all its rules, or by those named.

    On the staff site it styles things of its own: the window needs ``bypass_csp=True`` there.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    return page.evaluate(RUN, list(rules))

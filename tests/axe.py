"""axe-core in a page of the driven browser: what a person with a screen reader would meet.

It comes in through the driver, not through the page, so the page keeps its own strict CSP.
"""

from tests.vendored import source_of

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    """Sentences, one for each element axe-core refuses on the open Playwright `page`."""
    page.evaluate(source_of("axe-core", "axe.min.js"))
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{rule['id']}: {rule['help']}: {node['target']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]

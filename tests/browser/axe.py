"""axe in a page: its script is put in once, whatever is asked of it then."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

_SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
_RUN = """rules => axe.run(document, {
  ...rules, resultTypes: ['violations'], preload: false,
}).then(told => told.violations.map(one => `${one.id} x${one.nodes.length}: ` +
  `${one.nodes[0].html.slice(0, 140)} ${one.nodes[0].failureSummary}`))"""

EVERYTHING = {"rules": {"target-size": {"enabled": True}}}  # 24 px (WCAG 2.5.8), off by itself
CONTRAST = {"runOnly": ["color-contrast"]}


def violations(page: Page, rules: dict) -> list[str]:
    """What axe finds, each with the first place where it was found."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_SCRIPT)
    return page.evaluate(_RUN, rules)

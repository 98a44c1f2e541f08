"""What axe finds on a page: all of its rules, those about colours in both themes."""

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

_THEMES: Final = ("dark", "light")
_OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that a theme can break: console.css changes nothing but colours."""

_ONE_OF_EACH_LOOK = """() => {
  const looks = new Map();
  const parts = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize",
    "fontWeight", "textDecorationLine", "textShadow"];
  const speaks = (one) =>
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const shown = [];
  const walk = (one, around) => {
    if (!one.checkVisibility({ visibilityProperty: true })) return;
    const style = getComputedStyle(one);
    const words = [one.tagName, one.className, speaks(one), ...parts.map((part) => style[part])];
    const look = [around, ...words].join();
    if (!looks.has(look)) {
      looks.set(look, looks.size);
      if (speaks(one) || !one.childElementCount || one.matches("select")) shown.push(one);
    }
    for (const child of one.children) walk(child, looks.get(look));
  };
  walk(document.body, "");
  return shown;
}"""
"""Of what has the same colours and sizes all the way up, the first.

The rules about colours take 20 seconds for the thousands of cells that describe the API.
"""


def violations(page: Page) -> list[tuple[str, str]]:
    """Return where and what axe finds; the page is then in the light theme."""
    page.emulate_media(color_scheme="light")
    page.evaluate(AXE_SCRIPT)
    others = {rule: {"enabled": False} for rule in _OF_COLOURS}
    found = [("all", _found(page, "document", rules=others))]
    for theme in _THEMES:
        page.emulate_media(color_scheme=theme)
        looks = f"{{ include: ({_ONE_OF_EACH_LOOK})() }}"
        found.append((theme, _found(page, looks, runOnly=_OF_COLOURS)))
    return [(where, found.generate_report()) for where, found in found if found.violations_count]


def _found(page: Page, where: str, **options: Any) -> AxeResults:
    """Run axe over what an expression of JavaScript names."""
    options = {"resultTypes": ["violations"], **options}
    return AxeResults(page.evaluate(f"(options) => axe.run({where}, options)", options))

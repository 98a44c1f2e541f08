"""What is found on pages that keep somebody out, however much of them looks alike."""

import re

import pytest
from playwright.sync_api import Browser

from a_browser import looking
from accessible import violations
from web.config import ROOT

STYLE = "style='color: #eee; background: #fff'"
ROWS = 300


def page(*parts: str) -> str:
    rows = "<tr><td>rows</td></tr>" * ROWS
    body = f"<main><h1>A page</h1><table>{rows}</table>{''.join(parts)}</main>"
    theme = "@media (prefers-color-scheme: dark) { .dark { color: #eee } }"
    return f"<!doctype html><html lang=en><title>A page</title><style>{theme}</style>{body}</html>"


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("", set()),
        (f"<table><tr><td>rows<tr><td {STYLE}>rows</table>", {"dark", "light"}),
        (f"<table><tr><td {STYLE.replace('#eee', '#000')}>rows</table>", set()),
        (f"<section {STYLE}><p>A <em>word</em></p></section>", {"dark", "light"}),
        ("<p style='opacity: 0.2'>A word</p>", {"dark", "light"}),
        ("<p class=dark>A word</p>", {"dark"}),
        (f"<label>Of <select {STYLE}><option>all</select></label>", {"dark", "light"}),
        (f"<label>Of <input {STYLE} value=all></label>", {"dark", "light"}),
        (f"<p hidden {STYLE}>A word</p>", set()),
        (f"<p hidden {STYLE}>A word</p><p {STYLE}>A word</p>", {"dark", "light"}),
        (f"<details><summary>A</summary><p {STYLE}>A word</p></details>", set()),
        ("<img src='data:,'>", {"all"}),
        ("<button></button>", {"all"}),
    ],
)
def test_who_is_kept_out_is_found(browser: Browser, part: str, found: set[str]) -> None:
    with looking(browser, "") as at:
        at.page.set_content(page(part))
        assert {where for where, _ in violations(at.page)} == found


def test_themes_differ_in_colours_alone() -> None:
    """Rules that are not about colours are held against one theme."""
    style = (ROOT / "web" / "console" / "static" / "console.css").read_text(encoding="utf-8")
    _, *dark = style.split("@media (prefers-color-scheme: dark)")
    assert len(dark) == 1
    declared = re.match(r" \{\s*:root \{([^}]*)\}\s*\}", dark[0])
    assert declared is not None
    for one in filter(None, map(str.strip, declared[1].split(";"))):
        assert re.fullmatch(r"--[a-z-]+: #[0-9a-f]{6}", one)

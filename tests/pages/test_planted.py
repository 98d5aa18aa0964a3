"""Each gate over the pages can fail: a fault planted into a page is found, and the same page without it passes."""

import pytest

from tests.pages import budgets, visits
from tests.pages.looking import look
from tests.pages.markup import markup_faults
from tests.security.addresses import Address

FRAME = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Contoh</title><style>{style}</style></head>
<body><main><h1>Contoh</h1>{body}</main></body></html>"""
WHOLE = FRAME.format(style="", body='<p><a href="/a">Satu</a> <a href="/b">Dua</a></p>')
PLANTED = {
    "axe": ("", "<input type='text'>"),
    "axe dark": (
        "@media (prefers-color-scheme: dark) { p { color: #ddd; background: #fff } }",
        "<p>Hampir tak terbaca</p>",
    ),
    "axe wide": ("@media (min-width: 1000px) { p { color: #ddd; background: #fff } }", "<p>Hampir tak terbaca</p>"),
    "axe shown": ("@media (max-width: 999px) { input { display: none } }", "<input type='text'>"),
    "reflow": ("div { width: 900px }", "<div>Lebar</div>"),
    "headings": ("", "<h1>Dua</h1>"),
    "keyboard focus": ("a:focus { outline: none }", "<p><a href='/a'>Satu</a></p>"),
    "keyboard covered": (
        "nav { position: fixed; inset: 0; background: #fff }",
        "<p><a href='/a'>Satu</a></p><nav></nav>",
    ),
}
THREE = "<p><a href='/a'>Satu</a> <a href='/b'>Dua</a> <a href='/c'>Tiga</a></p>"

# A script that takes Tab over: from the link of one name to the link of another.
TAB_LEADS = """(ways) => addEventListener("keydown", (event) => {
  const to = event.key === "Tab" && ways[document.activeElement.textContent];
  if (!to) return;
  event.preventDefault();
  [...document.links].find((one) => one.textContent === to).focus();
})"""


@pytest.mark.browser
def test_a_planted_fault_is_caught_by_its_gate(browser):
    page = browser.new_page()
    page.set_content(WHOLE)
    assert look(page, "whole", WHOLE, 0).faults == {}
    for name, (style, body) in PLANTED.items():
        page.set_content(FRAME.format(style=style, body=body))
        gate, _space, which = name.partition(" ")
        found = look(page, name, "", 0).faults
        assert gate in found, (name, found)
        assert {"dark": "dark", "wide": "1280", "shown": "label"}.get(which, "") in " ".join(found[gate])
    page.set_content(FRAME.format(style="", body=THREE))
    page.evaluate(TAB_LEADS, {"Dua": "Dua"})
    assert look(page, "trap", "", 0).faults == {"keyboard": ['not reached by Tab: a "Tiga"']}
    page.set_content(FRAME.format(style="", body=THREE))
    page.evaluate(TAB_LEADS, {"Satu": "Tiga", "Tiga": "Dua", "Dua": "Satu"})
    assert look(page, "jump", "", 0).faults == {"keyboard": ['out of order: a "Dua" comes after a "Tiga"']}
    page.close()


@pytest.mark.slow
def test_the_checker_of_markup_finds_what_is_planted(tmp_path):
    planted = WHOLE.replace("<p>", "<p><div>").replace('href="/a"', 'href="/a" id="x"').replace('"/b"', '"/b" id="x"')
    found = markup_faults({"whole": WHOLE, "planted": planted}, tmp_path)
    assert set(found) == {"planted"}
    assert "Duplicate ID" in " ".join(found["planted"])


def test_a_page_over_its_budget_is_named():
    assert budgets.over("portal:home", 10) == []
    assert budgets.over("portal:home", 1_000_000) == [
        f"1000000 bytes, and the budget is {budgets.budget_of('portal:home')}"
    ]
    assert budgets.budget_of("portal:home not found") == budgets.budget_of("portal:home")


def test_an_address_that_nobody_visits_is_noticed(monkeypatch):
    monkeypatch.setattr(visits, "more_visits", lambda world: [])
    monkeypatch.setattr(visits, "table", dict)
    monkeypatch.setattr(visits, "every_address", lambda: [Address("portal:new", ())])
    with pytest.raises(AssertionError, match="portal:new"):
        visits.every_visit(None)

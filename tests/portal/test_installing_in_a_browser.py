"""Whether a phone may put the portal on its first screen: asked of the browser itself, which knows the rules best."""

import pytest

from tests.browser import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.requirement("R000-29")
def test_the_browser_finds_nothing_against_installing_it(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    page = context.new_page()
    page.goto(f"{site}/lapor")  # where the worker is set up
    until(page, "() => navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))")
    page.goto(f"{site}/pasang")
    asked = context.new_cdp_session(page)
    manifest = asked.send("Page.getAppManifest")
    found = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    told = page.evaluate("(address) => fetch(address).then((answer) => answer.json())", manifest["url"])
    icons = page.evaluate(
        "(icons) => Promise.all(icons.map(async ({ src }) => (await fetch(src)).headers.get('content-type')))",
        told["icons"],
    )
    steps = page.locator("ol li").count()
    context.close()

    assert manifest["errors"] == []
    assert [each for each in found if each["errorId"] != "in-incognito"] == []  # what tests are, and people are not
    assert {icon["sizes"] for icon in told["icons"] if "maskable" in icon.get("purpose", "")} == {"192x192", "512x512"}
    assert set(icons) == {"image/svg+xml", "image/png"}
    assert (told["start_url"], told["scope"], told["lang"]) == ("/lapor", "/", "id")
    assert steps == 6

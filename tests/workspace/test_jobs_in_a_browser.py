"""The field officer's phone: jobs by time limit and by the way; photos and a note wait for a signal and come once."""

from datetime import timedelta

import pytest

from tests import databases
from tests.browser import axe_violations, overflow, until
from tests.factories import MONDAY, a_photo, a_report, the_state
from tests.teamwork.test_jobs import a_field_officer, appointment, as_
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.reports.models import Attachment, Report
from tuntas.reports.states import State
from tuntas.teamwork import jobs
from tuntas.teamwork.models import Job, Remark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = ((-7.9797, 112.6304), (-7.9829, 112.6345))
KEPT = "async () => (await (await caches.open('jobs-pages')).keys()).map((request) => request.url)"
# The next answer that the worker asks for is held back until `comes()`, which gives its status once it could be kept.
HOLD_BACK = """() => {
  const ask = self.fetch;
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  self.asked = new Promise((told) => {
    self.fetch = async (...what) => {
      self.fetch = ask;
      const answer = await ask(...what);
      told(true);
      await held;
      self.comes.status = answer.status;
      return answer;
    };
  });
  self.comes = async () => {
    go();
    await new Promise((soon) => setTimeout(soon, 300));
    return self.comes.status;
  };
}"""


def signed_in(page, site, actor):
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": site} for name, morsel in at_desk(actor).cookies.items()]
    )
    return page


def reports_in_hand(state, field):
    """Two with coordinates, one of an anonymous reporter."""
    reports = [a_report(State.IN_PROGRESS), a_report(State.IN_PROGRESS), a_report(State.IN_PROGRESS, is_anonymous=True)]
    for report in reports:
        as_(state.as_liaison, jobs.assign, report, to=appointment(field), at=MONDAY + timedelta(days=8))
    with databases.role("owner"):
        for report, (latitude, longitude) in zip(reports, PLACES, strict=False):
            Report.objects.filter(pk=report.pk).update(latitude=latitude, longitude=longitude)
    return reports


def reads_the_list(page, site, protected):
    page.goto(f"{site}/workspace/")
    assert page.url.endswith("/workspace/jobs/")
    assert page.locator(".jobs__row").count() == 3
    assert axe_violations(page) == []
    assert not overflow(page)
    page.goto(f"{site}/workspace/jobs/?order=route")
    assert page.locator(".jobs__map").first.get_attribute("href").startswith("geo:-7.979700,112.630400")
    ordered = [row.get_attribute("data-at") for row in page.locator(".jobs__row[data-at]").all()]
    assert ordered == [f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in PLACES]
    until(page, "async () => (await (await caches.open('jobs-pages')).keys()).length >= 3")
    assert not any(protected.number in address for address in page.evaluate(KEPT))


def works_without_a_signal(page, site, report, photo):
    until(
        page,
        "async (number) => (await (await caches.open('jobs-pages')).keys()).some((one) => one.url.includes(number))",
        report.number,
    )
    page.context.set_offline(True)  # it may be keeping them anew just now
    page.goto(f"{site}/workspace/jobs/{report.number}/")
    page.wait_for_selector("[data-offline]:not([hidden])")
    page.set_input_files("input[name=photos_before]", photo)
    page.set_input_files("input[name=photos_after]", photo)
    page.fill("textarea[name=text]", "Kabel diganti, lampu menyala.")
    page.check("input[name=is_done]")
    assert axe_violations(page) == []
    assert not overflow(page)
    page.click("form[data-queue] button[type=submit]")
    page.wait_for_selector("[data-waiting]:not([hidden])")
    page.reload()  # a battery that died: what was kept is there
    page.wait_for_selector("[data-waiting]:not([hidden])")


@pytest.mark.requirement("R004-17")
def test_work_without_a_signal_is_kept_and_sent_once(visitor, site, tmp_path):
    state = the_state()
    field, photo = a_field_officer(state), tmp_path / "foto.jpg"
    photo.write_bytes(a_photo("black", (64, 48)).data)
    first, _second, protected = reports_in_hand(state, field)
    page = signed_in(visitor(width=360), site, field)
    reads_the_list(page, site, protected)
    works_without_a_signal(page, site, first, photo)
    page.context.set_offline(False)
    page.click("[data-send-now]")
    page.wait_for_selector("[data-waiting]", state="hidden")
    with acting(state.as_liaison):
        assert sorted(Attachment.objects.filter(report=first).values_list("part", flat=True)) == ["AFTER", "BEFORE"]
        assert Remark.objects.filter(report=first).count() == 1
        assert Job.objects.get(report=first, until=None).done_at
    leaves_while_a_page_is_on_its_way(page, site)


def leaves_while_a_page_is_on_its_way(page, site):
    """What the worker asked for before the officer signed out comes after it, and is not kept."""
    page.goto(f"{site}/workspace/jobs/")
    worker = next(one for one in page.context.service_workers if one.url.endswith("/workspace/jobs/sw.js"))
    worker.evaluate(HOLD_BACK)
    page.evaluate("async () => (await navigator.serviceWorker.ready).active.postMessage({ keep: [location.href] })")
    assert worker.evaluate("() => self.asked")
    page.get_by_text("Menu", exact=True).click()  # folded on a phone
    page.click("form[data-leave] button")
    page.wait_for_url("**/masuk")
    assert worker.evaluate("() => self.comes()") == 200
    assert page.evaluate(KEPT) == []

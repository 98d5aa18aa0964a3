"""Telling a phone, in the phone: one press, what the screen says, where a touch leads, and how it ends.

Only what lies outside the browser is played: the service that hands out an address. The page's script and the service
worker are those that people get, and a knock is delivered by the browser itself.
"""

import json

import pytest

from tests import databases
from tests.browser import keep_screenshot, until
from tests.factories import a_person, received, the_state
from tests.push_service import Phone
from tuntas.following.models import Follow
from tuntas.identity import sealing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = Phone("https://fcm.googleapis.com/fcm/send/canary-7Q2")
OUTSIDE = """(told) => {
  let made = null;
  const phone = { endpoint: told.endpoint, keys: { p256dh: told.key, auth: told.secret } };
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (asked) => {
    sessionStorage.setItem("asked", JSON.stringify(asked));
    return (made = { toJSON: () => phone, unsubscribe: () => ended() });
  };
}"""
SHOWN = """() => navigator.serviceWorker.ready.then((ours) => ours.getNotifications()).then((all) =>
  all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))"""
TOUCH = """async () => {
  const [notification] = await registration.getNotifications();
  const led = [];
  clients.openWindow = async (address) => led.push(address);
  const touch = new NotificationEvent("notificationclick", { notification });
  let done;
  touch.waitUntil = (promise) => (done = promise); // browsers let only their own events be waited for
  dispatchEvent(touch);
  await done;
  return { led, left: (await registration.getNotifications()).length };
}"""

ENDED = """async () => {
  const change = new Event("pushsubscriptionchange");
  let done;
  change.waitUntil = (promise) => (done = promise);
  dispatchEvent(change);
  await done;
  return (await registration.getNotifications()).map(({ body, data }) => ({ body, data }));
}"""


@pytest.mark.requirement("R004-13")
def test_a_phone_is_told_by_one_press_and_forgets_by_another(visitor, site):
    page, ended = visitor(), []
    page.context.grant_permissions(["notifications"], origin=site)
    page.expose_function("ended", lambda: ended.append("yes"))
    page.add_init_script(f"({OUTSIDE})({json.dumps(PHONE.form)})")
    open_ones_own(page, site)

    press(page, "Kabari saya di perangkat ini", then="Perangkat ini mengabari Anda kalau ada kabar.")
    asked = json.loads(page.evaluate("() => sessionStorage.getItem('asked')"))
    assert asked == {"userVisibleOnly": True, "applicationServerKey": sealing.current_public_key().knocks}
    assert lines() == 1
    keep_screenshot(page, "phone-told")
    shown_and_touched(page, site)

    ended_by_the_browser(page)

    press(page, "Berhenti", then="Kabari saya di perangkat ini")
    assert lines() == 0
    press(page, "Kabari saya di perangkat ini", then="Perangkat ini mengabari Anda kalau ada kabar.")
    page.click("text=Tinggalkan halaman ini sekarang")
    page.wait_for_url("**/standar")
    assert ended == ["yes"]
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def open_ones_own(page, site):
    _report, receipt = received(person=a_person(), target=the_state().city.pk)
    page.goto(f"{site}/lacak")
    page.fill("#code", receipt.code)
    page.press("#code", "Enter")


def press(page, button, *, then):
    page.click(f"text={button}")
    page.wait_for_selector(f"text={then}")


def lines() -> int:
    with databases.role("owner"):
        return Follow.objects.filter(own__isnull=False).count()


def shown_and_touched(page, site):
    """The screen says what it is told and nothing else, and a touch leads to where it is told."""
    knock(page, site, {"words": "Ada kabar.", "language": "id", "at": "/laporan/12345678903"})
    until(page, f"() => ({SHOWN})().then((all) => all.length === 1)")
    said = {"title": "Tuntas", "body": "Ada kabar.", "tag": "/laporan/12345678903", "data": "/laporan/12345678903"}
    assert page.evaluate(SHOWN) == [said]
    (worker,) = page.context.service_workers
    assert worker.evaluate(TOUCH) == {"led": ["/laporan/12345678903"], "left": 0}


def ended_by_the_browser(page):
    """The worker says so and asks for nothing by itself; the page says so at the next visit, and one press mends it."""
    (worker,) = page.context.service_workers
    (said,) = worker.evaluate(ENDED)
    assert said["body"] == "Peramban menghentikan kabar di perangkat ini. Buka lagi Tuntas untuk menyalakannya."
    assert said["data"] == "/lacak"
    page.reload()  # the browser has no address any more
    page.wait_for_selector("text=Perangkat ini tidak mengabari Anda tentang laporan ini.")
    press(page, "Kabari saya di perangkat ini", then="Perangkat ini mengabari Anda kalau ada kabar.")
    assert lines() == 1


def knock(page, site, told):
    """As the push service hands it to the browser, which opens it and wakes the service worker."""
    asked, registrations = page.context.new_cdp_session(page), []
    asked.on("ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"]))
    asked.send("ServiceWorker.enable")
    while not registrations:
        page.wait_for_timeout(20)
    to = {"origin": site, "registrationId": registrations[0]["registrationId"], "data": json.dumps(told)}
    asked.send("ServiceWorker.deliverPushMessage", to)

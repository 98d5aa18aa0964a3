"""T-HOSTILE-CORPUS: more than 260 hostile texts through every field into every view of a real browser: nothing runs,
nothing breaks the content policy, nothing is asked of anybody else, and no page fails.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import databases
from tests.factories import a_photo, as_, received, the_state
from tests.security.cast import entered
from tests.security.corpus import CORPUS, batches
from tests.workspace.officers import at_desk
from tuntas.access.actors import Actor, acting
from tuntas.followup import answering, reporters_word
from tuntas.followup.answering import Answer
from tuntas.organizations.models import Category, Unit
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.routing import transferring, verifying

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.threat("T-HOSTILE-CORPUS", "SR-08", "SR-10", "SR-11", "T-3P"),
]

# Runs in every page before anything of it: whatever of the corpus runs tells us so, and so does the policy.
WATCH = """
window.told = [];
window.pwned = () => window.told.push("a text ran");
document.addEventListener("securitypolicyviolation", (event) => window.told.push("policy: " + event.blockedURI + " " + event.violatedDirective));
"""
# What no page of ours may hold after the corpus: an element that only a text can have made.
STRANGE = """() => [...document.querySelectorAll(
  "[onerror],[onload],[onfocus],[ontoggle],[onbegin],[onmouseover],[onstart],iframe,object,embed,base,marquee,plaintext,math,[srcdoc]," +
  "a[href^='javascript' i],a[href^='//'],a[href^='http'][href*='hostile'],img[src*='//hostile'],form[action*='//hostile'],meta[http-equiv='refresh' i]")].map(each => each.outerHTML)"""


def words(at: int, longest: int) -> str:
    """One batch of the corpus that a field of this length takes; another for each place."""
    made = [batch.replace("\x00", "") for batch in batches(longest)]
    return made[at % len(made)]


def test_the_corpus_is_as_large_as_it_says():
    assert len(CORPUS) >= 260
    assert len(set(CORPUS)) == len(CORPUS)
    assert "".join(batches(20_000)).count("pwned") >= 40


def test_hostile_texts_do_nothing_anywhere(visitor, site):
    """Reports, answers, notes, names of files, offices and officers; lists, pages, searches, letters, the reporter's own."""
    state = the_state()
    hostile_names(state)
    reports = [a_hostile_report(state, turn) for turn in range(len(batches(20_000)) + 1)]
    look = [("/", None), ("/instansi", None), ("/laporan", None), ("/standar", None)]
    look += [(f"/laporan/{report.number}", None) for report, _code in reports]
    look += [(f"/instansi/{state.city.slug}", None)]
    desks = {"desk": at_desk(state.as_liaison), "city": at_desk(state.as_admin), "nation": at_desk(state.as_national),
             "watch": at_desk(state.as_supervisor)}  # fmt: skip
    for name in ("desk", "city", "nation", "watch"):
        look += [
            (path, name)
            for path in (
                "/workspace/queues/all/",
                "/workspace/notices/",
                "/workspace/search?q=pwned",
                "/workspace/supervision/",
            )
        ]
        look += [
            (f"/workspace/reports/{report.number}/", name) for report, _code in reports[:: 3 if name != "desk" else 1]
        ]
    told = [
        *see(visitor, site, look, desks),
        *see_searches(visitor, site, desks["desk"]),
        *see_own(visitor, site, reports),
    ]
    assert told == []


def hostile_names(state) -> None:
    """An office, a category and an officer whose names somebody has poisoned."""
    with databases.role("owner"):
        Unit.objects.filter(pk=state.works.pk).update(name=words(0, 190))
        Category.objects.filter(pk=state.lamp.pk).update(name=words(1, 110), name_en=words(2, 110))


def a_hostile_report(state, turn: int) -> tuple[Report, str]:
    """One report in which everything that a person or an officer may write is taken from the corpus."""
    when = timezone.now() - timedelta(days=12)
    report, receipt = received(
        when,
        target=state.city.pk,
        text=words(turn, 19_000),
        place=words(turn, 290),
        requested_remedy=words(turn + 1, 900),
    )
    admin, desk = state.as_admin, state.as_liaison
    facts = {"report_class": "NON_SUPERVISORY", "category": state.lamp, "target": state.city, "title": words(turn, 190).replace("\n", " "),
             "public_text": words(turn, 19_000), "public_place": words(turn + 2, 290)}  # fmt: skip
    as_(admin, verifying.verify, report, **facts, at=when)
    from tuntas.routing import disposing

    as_(admin, disposing.dispose, report, lead=state.works, note=words(turn, 900), at=when + timedelta(hours=1))
    if turn % 3 == 2:
        as_(
            desk,
            transferring.offer,
            report,
            ground=words(turn, 900),
            proposed=state.transport,
            at=when + timedelta(hours=2),
        )
    else:
        solid = "Regu kami memeriksa lampu di depan Pasar Contoh pada 6 Oktober 2026: kabel putus, diganti 12 Oktober. "
        as_(
            desk,
            answering.progress,
            report,
            answer=Answer(text=solid + words(turn, 4000), done_at_place=words(turn, 290)),
            at=when + timedelta(hours=2),
        )
        as_(desk, answering.question, report, text=words(turn + 1, 900), at=when + timedelta(hours=3))
    with acting(Actor.reporter_of(report.pk)):
        reporters_word.add_details(
            Report.objects.get(pk=report.pk), text=words(turn + 3, 900), at=when + timedelta(hours=4)
        )
        for name in CORPUS[turn * 5 : turn * 5 + 3]:
            upload = a_photo()
            attach(
                Report.objects.get(pk=report.pk),
                type(upload)(name=f"{name}.jpg", data=upload.data, media_type="image/jpeg"),
                by=Attachment.By.REPORTER,
            )
    return report, receipt.code


def see(visitor, site, look, desks) -> list[str]:
    """What any of these pages said against itself, opened by whoever is named."""
    told: list[str] = []
    pages = {name: a_page(visitor, site, client) for name, client in {None: None, **desks}.items()}
    for path, name in look:
        told += opened(pages[name], f"{site}{path}")
    return told


def see_searches(visitor, site, client) -> list[str]:
    """The corpus as words of a search, of a sign-in, of a path and of the language switch."""
    told: list[str] = []
    public, officer = a_page(visitor, site), a_page(visitor, site, client)
    from urllib.parse import quote

    for text in batches(190):
        typed = quote(text.replace("\x00", ""), safe="")
        told += opened(public, f"{site}/laporan?kata={typed}&keadaan={typed[:60]}")
        if len(typed) % 3 == 0:
            told += opened(officer, f"{site}/workspace/search?q={typed}")
            told += opened(public, f"{site}/workspace/masuk?next={typed}")
    return told


def see_own(visitor, site, reports) -> list[str]:
    told: list[str] = []
    for _report, code in reports[::3]:
        page = a_page(visitor, site, entered(code))
        told += opened(page, f"{site}/bantuan/catatan")
    page = a_page(visitor, site)
    page.goto(f"{site}/lapor")
    page.fill("[name=text]", words(0, 900))
    page.fill("[name=place]", words(0, 290))
    page.locator("form button[type=submit]:not([hidden])").first.click()
    page.wait_for_load_state()
    return [*told, *judged(page)]


def a_page(visitor, site, client=None):
    """A browser that watches itself, with the cookies of a client that has signed in."""
    page = visitor(width=1280, height=900)
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.dialogs = []
    if client is not None:
        page.context.add_cookies(
            [{"name": name, "value": morsel.value, "url": site} for name, morsel in client.cookies.items()]
        )
    return page


def opened(page, address: str) -> list[str]:
    answer = page.goto(address, wait_until="load")
    fault = [f"{answer.status}"] if answer is not None and answer.status >= 500 else []
    return [f"{address[:120]}: {each}" for each in (*fault, *judged(page))]


def judged(page) -> list[str]:
    return [*page.dialogs, *page.evaluate("() => window.told"), *page.evaluate(STRANGE)]


def test_a_text_that_runs_is_seen(browser):
    """The control: a page with two of the texts unescaped, and the same watch over it."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    page.dialogs = []
    page.goto("about:blank")
    page.route(
        "**/planted", lambda route: route.fulfill(content_type="text/html", body=f"<p>{CORPUS[2]}</p>{CORPUS[8]}")
    )
    page.goto("http://localhost:9/planted")
    page.wait_for_timeout(200)
    told = judged(page)
    context.close()
    assert "a text ran" in told
    assert any("javascript:" in each for each in told)


@pytest.mark.parametrize("name", CORPUS[::9])
def test_a_name_of_a_file_is_only_a_name(client, name, settings):
    """Sent as the browser sends it: kept as data, with no path, no line break and no markup in the header that names it."""
    the_state()
    photo = SimpleUploadedFile("foto.jpg", a_photo().data, "image/jpeg")
    photo._name = f"{name}.jpg"
    key = str(uuid4())
    answer = client.post("/lapor/terkirim", {"key": key, "text": "Lampu jalan mati", "photos": photo})
    assert answer.status_code in {200, 400, 422}
    with databases.role("owner"):
        kept = [attachment.name for attachment in Attachment.objects.all()]
    for said in kept:
        assert not set(said) & set('/\\\x00\r\n<>"\u202e'), said
        assert len(said) <= 120

"""The peer of the same run: django-helpdesk from the package index, with its own public form, on the same cluster.

It is put into a virtual environment of its own inside the bench's folder and is no dependency of ours. Where it cannot
be had, the line of the table says why and the rest of the bench goes on.
"""

import http.client
import os
import re
import secrets
import subprocess
import sys
import threading
import time
import venv
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal

from bench.ground import Ground, serving
from bench.meters import Meter, load_average
from bench.visitors import TEXT
from tuntas.operations import addresses
from tuntas.operations.postgres import ADMIN

PACKAGES = ("django-helpdesk==2.6.1", "psycopg[binary]", "granian")
PATIENCE = 300  # seconds for the installation
CONNECTIONS, WORKERS, THREADS = 4, 2, 4  # as ours
FORM = "/tickets/submit/"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')

SETTINGS = """
from pathlib import Path
SECRET_KEY = {secret!r}
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "helpdesk", "USER": "helpdesk",
    "PASSWORD": {password!r}, "HOST": {host!r}, "CONN_MAX_AGE": None}}}}
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites",
    "django.contrib.humanize", "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {{
    "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages"]}}}}]
ROOT_URLCONF, WSGI_APPLICATION, SITE_ID, USE_TZ = "peer_urls", "peer_wsgi.application", 1, True
STATIC_URL, MEDIA_URL = "/static/", "/media/"
MEDIA_ROOT = Path(__file__).parent / "media"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_SUBMIT_A_TICKET_PUBLIC = True
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
WSGI = """
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer_settings")
application = get_wsgi_application()
"""
MAKE_QUEUE = (
    "import django; django.setup(); from helpdesk.models import Queue;"
    " Queue.objects.get_or_create(slug='warga', defaults=dict(title='Warga', allow_public_submission=True,"
    " allow_email_submission=False, new_ticket_cc='', updated_ticket_cc=''))"
)


class NotToBeHad(Exception):
    """The peer could not be installed or started; the message says why."""


def measure(ground: Ground, seconds: float) -> dict[str, Any]:
    """Processor milliseconds of web and database for each ticket made through the public form. Raises NotToBeHad."""
    place = ground.data.root / "peer"
    python = _installed(place)
    _make_database(ground, place)
    told = {**os.environ, "PYTHONPATH": str(place), "DJANGO_SETTINGS_MODULE": "peer_settings"}
    for words in (["-m", "django", "migrate", "--no-input", "--verbosity", "0"], ["-c", MAKE_QUEUE]):
        _run([str(python), *words], told, place)
    port = addresses.any_port()
    server = [str(python.parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
              "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "peer_wsgi:application"]  # fmt: skip
    with serving(server, told, port, ground.users.web, place / "server.log", FORM) as pid:
        _send(port, 2.0)  # warm
        with Meter(pid) as app, Meter(ground.postmaster) as database:
            made, trouble = _send(port, seconds)
    if not made:
        raise NotToBeHad(f"its form took no ticket: {trouble}")
    return {
        "tickets": made, "rate": round(made / app.wall, 1), "app_ms": round(1000 * app.seconds / made, 2),
        "database_ms": round(1000 * database.seconds / made, 2), "load": round(load_average(), 1),
        "version": PACKAGES[0],
    }  # fmt: skip


def _installed(place: Path) -> Path:
    """The interpreter of the peer's environment, made and filled the first time."""
    python = place / "venv" / "bin" / "python"
    place.mkdir(mode=0o755, exist_ok=True)
    if not (place / "installed").is_file():
        venv.create(place / "venv", with_pip=True, symlinks=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], dict(os.environ), place)
        (place / "installed").touch()
    return python


def _make_database(ground: Ground, place: Path) -> None:
    password = secrets.token_urlsafe(24)
    with psycopg.connect(ground.cluster.address(ADMIN, "postgres"), autocommit=True) as admin:
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'helpdesk'").fetchone()
        verb = SQL("ALTER ROLE") if known else SQL("CREATE ROLE")
        admin.execute(SQL("{} helpdesk LOGIN PASSWORD {}").format(verb, Literal(password)))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = 'helpdesk'").fetchone():
            admin.execute(SQL("CREATE DATABASE {} OWNER helpdesk TEMPLATE template0").format(Identifier("helpdesk")))
    host = str(conninfo_to_dict(ground.address("web"))["host"])
    settings = SETTINGS.format(secret=secrets.token_urlsafe(50), password=password, host=host)
    for name, text in (("peer_settings.py", settings), ("peer_urls.py", URLS), ("peer_wsgi.py", WSGI)):
        (place / name).write_text(text)
        ground.users.web.owns(place / name, 0o600)
    media = place / "media"
    media.mkdir(exist_ok=True)
    ground.users.web.owns(media, 0o700)


def _run(words: list[str], told: dict[str, str], place: Path) -> None:
    try:
        done = subprocess.run(words, env=told, cwd=place, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"{Path(words[0]).name} {words[1]} took longer than {PATIENCE} s") from None
    if done.returncode:
        raise NotToBeHad((done.stderr.strip() or done.stdout.strip()).splitlines()[-1][:200])


def _send(port: int, seconds: float) -> tuple[int, str]:
    """Tickets made in this time over four connections, and the last trouble."""
    counts, troubles = [0] * CONNECTIONS, [""]

    def visit(number: int) -> None:
        try:
            counts[number] = _visit(port, time.monotonic() + seconds)
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            troubles.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), troubles[-1]


def _visit(port: int, until: float) -> int:
    connection, made = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    connection.request("GET", FORM)
    answer = connection.getresponse()
    page, cookie = answer.read(), (answer.getheader("Set-Cookie") or "").partition(";")[0]
    token = TOKEN.search(page)
    if token is None:
        raise RuntimeError(f"no form: {answer.status}")
    queue = re.search(rb'<option value="(\d+)"[^>]*>\s*Warga', page)
    fields = {"csrfmiddlewaretoken": token[1].decode(), "queue": queue[1].decode() if queue else "1",
              "title": "Lampu jalan mati", "body": TEXT, "priority": "3", "due_date": "",
              "submitter_email": "warga.contoh@example.test"}  # fmt: skip
    body = urlencode(fields)
    head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    while time.monotonic() < until:
        connection.request("POST", FORM, body, head)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 302:
            raise RuntimeError(f"the form answered {answer.status}")
        made += 1
    connection.close()
    return made


if __name__ == "__main__":
    sys.exit("Run python -m bench")

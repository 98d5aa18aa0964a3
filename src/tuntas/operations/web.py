"""The web process: granian around our WSGI application. The supervisor starts `python -m tuntas.operations.web`."""

import os

from granian import Granian
from granian.constants import Interfaces

from tuntas.kernel import env

THREADS = 4  # per worker; as many database connections are pooled


def main() -> None:
    Granian(
        "tuntas.config.wsgi:application",
        address=env.text("TUNTAS_BIND", "127.0.0.1"),
        port=env.number("TUNTAS_PORT", 8000, least=1),
        interface=Interfaces.WSGI,
        workers=env.number("TUNTAS_WEB_WORKERS", min(2, os.cpu_count() or 1), least=1),
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,  # addresses of people are not ours to keep
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main()

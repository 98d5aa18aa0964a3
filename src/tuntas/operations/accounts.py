"""Which operating-system user runs which process.

Started as root on Linux, the database, the vault and the web each run as a user of their own, so that a hole in one
cannot read the files of another. Started as an ordinary person, everything runs as that person: weaker, and
`tuntas doctor` says so.
"""

import fcntl
import grp
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal

GROUP = "tuntas"


@dataclass(frozen=True)
class Account:
    """A user that processes run as; the current one when `switch` is False."""

    name: str
    uid: int
    gid: int
    group: int  # the group that all of ours share, for the socket folder
    switch: bool

    def popen(self) -> dict[str, Any]:
        """What subprocess needs to become this user."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [self.group]}

    def owns(self, path: Path, mode: int) -> None:
        """Give `path` to this user with `mode`."""
        if os.getuid() == 0:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def can_read(self, path: Path) -> bool:
        """Whether this user reaches and reads `path`: tried, not computed."""
        command = ["/bin/sh", "-c", 'test -r "$1"', "sh", str(path)]
        return subprocess.run(command, check=False, **self.popen()).returncode == 0


@dataclass(frozen=True)
class Accounts:
    db: Account
    vault: Account
    web: Account  # also the worker and, in the demo, the post office

    @property
    def separate(self) -> bool:
        """Whether the vault and the web are different users to the kernel."""
        return len({self.db.uid, self.vault.uid, self.web.uid, os.getuid()}) == 4  # three and ourselves


def ourselves() -> Account:
    uid = os.getuid()
    return Account(
        pwd.getpwuid(uid).pw_name if _known(uid) else str(uid),
        uid,
        os.getgid(),
        os.getgid(),
        switch=False,
    )


def accounts() -> Accounts:
    """The users for this start, made when missing.

    As root: tuntas_db, tuntas_vault and tuntas_web. The vault and the web stay root only where this Python cannot be
    read by anybody else (an environment under /root). As an ordinary user: that user, three times.
    Raises Refusal as root on a system where we cannot make users.
    """
    me = ourselves()
    if me.uid != 0:
        return Accounts(me, me, me)
    if not sys.platform.startswith("linux"):
        raise Refusal(
            _("Tuntas does not start as root here."),
            why=_("PostgreSQL refuses to run as root, and this system has no useradd to make a user for it."),
            instead=_("Start it as an ordinary user."),
        )
    with _one_at_a_time():
        db, vault, web = (_made(name) for name in ("tuntas_db", "tuntas_vault", "tuntas_web"))
    program = Path(sys.executable), Path(__file__), Path(os.__file__)
    if all(user.can_read(file) for user in (vault, web) for file in program):
        return Accounts(db, vault, web)
    return Accounts(db, me, me)


def _made(name: str) -> Account:
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        _run("useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group",
             "--shell", "/usr/sbin/nologin", "--groups", GROUP, name)  # fmt: skip
        user = pwd.getpwnam(name)
    return Account(name, user.pw_uid, user.pw_gid, grp.getgrnam(GROUP).gr_gid, switch=True)


class _one_at_a_time:  # noqa: N801 - read as words: with _one_at_a_time():
    """Two first starts on one machine must not both make the users."""

    def __enter__(self) -> None:
        self.file = Path("/run/tuntas-accounts.lock").open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            grp.getgrnam(GROUP)
        except KeyError:
            _run("groupadd", "--system", GROUP)

    def __exit__(self, *_args: object) -> None:
        self.file.close()


def _run(program: str, *words: str) -> None:
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    done = path and subprocess.run([path, *words], check=False, capture_output=True, text=True)
    if not done or done.returncode:
        raise Refusal(
            _("Tuntas could not make the users for its processes."),
            why=_("%(program)s failed: %(reason)s")
            % {"program": program, "reason": done.stderr if done else "not found"},
            instead=_("Start it as an ordinary user, or install the package that has %(program)s.")
            % {"program": program},
        )


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True

"""Passwords and keys that an installation makes for itself, once, each in a file that one user can read.

Losing `code-key` makes every secret code unusable; losing `content-key` makes confidential texts and files unreadable;
losing `warrant-key` makes open decisions to open an identity void. `warrant-public` is its public half, for the vault.
docs/operations/backup.md says how to keep them.
"""

import os
import secrets
from pathlib import Path

from tuntas.kernel.warrants import public_half
from tuntas.operations.accounts import Accounts, ourselves
from tuntas.operations.folder import DataFolder

KEY_BYTES = 32
LOCKS = {"run.lock", "users.lock"}  # what may lie in a data folder before its first start
ROLES = ("web", "worker", "vault", "owner", "backup", "verify", "admin")


def prepare(data: DataFolder, accounts: Accounts) -> None:
    """Make the folders and every missing secret; give each to the user that needs it. Safe to repeat."""
    make_folders(data, accounts)
    readers = {"web": accounts.web, "worker": accounts.web, "vault": accounts.vault}
    for role in ROLES:
        readers.get(role, ourselves()).owns(
            once(data.secret(f"database-{role}"), secrets.token_urlsafe(KEY_BYTES)),
            0o600,
        )
    accounts.web.owns(once(data.secret("secret-key"), secrets.token_urlsafe(48)), 0o600)
    for name in ("code-key", "content-key", "warrant-key"):
        accounts.web.owns(once(data.secret(name), secrets.token_hex(KEY_BYTES)), 0o600)
    # Ours, not the web's: the supervisor hands it to the worker alone.
    ourselves().owns(once(data.secret("log-key"), secrets.token_hex(KEY_BYTES)), 0o600)
    publish_warrant_key(data)


def publish_warrant_key(data: DataFolder) -> None:
    """The public half of the key with which web signs decisions, where the vault reads it; written anew if it differs.

    It belongs to whoever set the installation up, so that web cannot put another in its place.
    """
    public = public_half(bytes.fromhex(read(data.secret("warrant-key")))).hex()
    path = data.secret("warrant-public")
    if path.is_file() and read(path) != public:
        path.unlink()
    ourselves().owns(once(path, public), 0o644)


def make_folders(data: DataFolder, accounts: Accounts) -> None:
    """The folders of an installation, closed to everybody who has no business in them."""
    shared = 0o750 if accounts.db.switch else 0o700
    data.root.mkdir(parents=True, exist_ok=True)
    ours_alone = {file.name for file in data.root.iterdir()} <= LOCKS
    data.secrets.mkdir(exist_ok=True)
    for folder in (data.root, data.secrets) if ours_alone else (data.secrets,):  # never close somebody's own folder
        folder.chmod(shared)
        if accounts.db.switch:
            os.chown(folder, 0, accounts.db.group)
    for folder, account, mode in (
        (data.vault, accounts.vault, 0o700),
        (data.vault_public_keys.parent, accounts.vault, 0o755),
        (data.media, accounts.web, 0o700),
        (data.outbox, accounts.web, 0o700),
        (data.anchors, accounts.web, 0o755),
        (data.logs, ourselves(), 0o700),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        account.owns(folder, mode)


def once(path: Path, value: str) -> Path:
    """Write `value` unless the file is there: two starts at once agree, and nobody reads a half-written file."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when somebody was faster; then theirs counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path


def read(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()

"""The data folder: where each thing of one installation lies. Makes nothing and knows no Django."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from tuntas.kernel import env


def default_root() -> Path:
    """TUNTAS_DATA; else /var/lib/tuntas for root, and a folder at home for everybody else."""
    if os.getuid() == 0:
        return env.path("TUNTAS_DATA", Path("/var/lib/tuntas"))
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return env.path("TUNTAS_DATA", home / "tuntas")


@dataclass(frozen=True)
class DataFolder:
    """The paths of one installation. `keys`, `postgres` and the vault make what lies there."""

    root: Path

    @property
    def name(self) -> str:
        """Eight hexadecimal digits that tell this folder from every other on the machine."""
        return hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:8]

    @property
    def secrets(self) -> Path:
        """Passwords and keys, one 0600 file each, owned by the process that needs it."""
        return self.root / "secrets"

    def secret(self, name: str) -> Path:
        return self.secrets / name

    @property
    def vault(self) -> Path:
        """The vault's own folder with its private keys. Nobody else enters."""
        return self.root / "vault"

    @property
    def vault_public_keys(self) -> Path:
        """Public halves of the vault's keys; written by the vault, read by web."""
        return self.root / "vault-public" / "keys"

    @property
    def media(self) -> Path:
        """Evidence files, encrypted."""
        return self.root / "media"

    @property
    def outbox(self) -> Path:
        """Demo only: the maildir into which the post office puts what was sent."""
        return self.root / "outbox"

    @property
    def anchors(self) -> Path:
        """The signed heads of the public log, one of each day and the newest; written by the worker, no secret."""
        return self.root / "anchors"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory; a link when the database's own user could not reach it here."""
        return (self.root / "cluster").resolve()

    @property
    def sockets(self) -> Path:
        """The folder of the unix sockets; a link when names in it would pass the kernel's 108 bytes."""
        return (self.root / "run").resolve()

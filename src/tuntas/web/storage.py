"""Addresses of built assets, with their content's hash in the name."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class BuiltFiles(ManifestStaticFilesStorage):
    """Reads the manifest that `make assets` wrote into STATIC_ROOT; nothing is collected or hashed at run time."""

    def stored_name(self, name: str) -> str:
        """The hashed name of an asset. Raises ValueError, naming the remedy, for one that was not built."""
        try:
            return str(super().stored_name(name))
        except ValueError as missing:
            raise ValueError(f"{name} is not among the built assets. Run: make assets") from missing


def text_of(name: str) -> str:
    """What a built asset says: a script that a view sends under an address of its own. Raises ValueError as above."""
    built = BuiltFiles()
    with built.open(built.stored_name(name)) as file:
        return bytes(file.read()).decode()

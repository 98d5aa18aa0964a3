"""The columns that the vault's role may read and write, and the rows that it may see.

Why: the vault drains sealed identities and notices through tables (design 3b). Column grants keep it from everything
else; it sees all rows of these tables because it serves every report. Takes short locks, rewrites nothing; reversible.
"""

from typing import Any

from django.db import migrations

from tuntas.identity import grants


def let_in(_apps: Any, schema_editor: Any) -> None:
    for statement in grants.statements():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_guard_rows"), ("identity", "0001_create_reporters")]
    operations = [migrations.RunPython(let_in, migrations.RunPython.noop)]

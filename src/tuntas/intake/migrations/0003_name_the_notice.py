"""The first entry of a report says which wording about their data the person was shown (UU 27/2022, notice).

Why so: the version travels in the parameters that the statement has anyway, so that no call and no round trip is added;
it goes into the entry and not into the letters. The function's text is changed where it writes the entry and the letters,
whatever else it holds by then; a text that lacks these places stops the migration. Functions take no lock; reversible.
"""

from django.db import migrations

PLAIN = "jsonb_build_object('channel', p_channel)"
NAMED = "jsonb_strip_nulls(jsonb_build_object('channel', p_channel, 'notice', p_params->>'notice'))"
LETTER, BARE = (
    "p_params || jsonb_build_object('number', number)",
    "(p_params - 'notice') || jsonb_build_object('number', number)",
)


def change(*pairs: tuple[str, str]) -> str:
    """SQL that puts these texts into every form of the function, or fails."""
    replaced = "body"
    for old, new in pairs:
        replaced = f"replace({replaced}, $o${old}$o$, $o${new}$o$)"
    looked = " AND ".join(f"position($o${old}$o$ IN body) > 0" for old, _new in pairs)
    return f"""
DO $do$
DECLARE form record; body text;
BEGIN
  FOR form IN SELECT oid FROM pg_proc WHERE proname = 'tuntas_receive' LOOP
    body := pg_get_functiondef(form.oid);
    IF NOT ({looked}) THEN
      RAISE EXCEPTION 'tuntas_receive does not hold what this migration changes';
    END IF;
    EXECUTE {replaced};
  END LOOP;
END $do$;
"""  # noqa: S608 - texts of this file alone; nobody types any of it


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_receive_into_closed_queues")]

    operations = [
        migrations.RunSQL(change((PLAIN, NAMED), (LETTER, BARE)), reverse_sql=change((NAMED, PLAIN), (BARE, LETTER))),
    ]

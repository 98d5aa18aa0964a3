"""A custodian's sight ends with the requests put before their own unit.

Why: text, files, answers and history were kept from custodians, table by table; whatever else hangs on a report came
with its row: clocks, offices, dispositions, offers, messages, ratings, whom it is about, every notice, and the requests
put before other custodians. Now each of these tables refuses them; of notices those about the request remain. A test
looks at every guarded table, so that a new one cannot be forgotten.
Policies alone: a short ACCESS EXCLUSIVE lock on each table, nothing is rewritten. Reversible.
"""

from django.db import migrations

HIDDEN = (
    "clocks_clock", "clocks_pause", "followup_evidence", "followup_mailbox", "followup_message", "followup_rating",
    "reports_conflict", "reports_reportunit", "routing_disposition", "routing_disposition_supporting", "routing_letter",
    "routing_transferoffer",
)  # fmt: skip
NO_CUSTODIAN = "(SELECT coalesce(current_setting('tuntas.custody', true), '')) = ''"
THEIRS = "custodian_id = (SELECT nullif(current_setting('tuntas.custody', true), '')::bigint)"
OF_THE_REQUEST = "EXISTS (SELECT 1 FROM reports_event e WHERE e.id = event_id)"  # of which they see no others


def policy(table: str, besides: str = "") -> str:
    seen = f"{NO_CUSTODIAN} OR {besides}" if besides else NO_CUSTODIAN
    return f"CREATE POLICY custodians_own ON {table} AS RESTRICTIVE FOR SELECT TO tuntas_web USING ({seen});"


NOW = "\n".join(
    [
        *(policy(table) for table in HIDDEN),
        policy("disclosure_disclosure", THEIRS),
        policy("notices_notice", OF_THE_REQUEST),
    ]
)
BEFORE = "\n".join(
    f"DROP POLICY custodians_own ON {table};" for table in (*HIDDEN, "disclosure_disclosure", "notices_notice")
)


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0002_keep_custodians_apart"),
        ("clocks", "0002_guard_rows"),
        ("followup", "0003_messages"),
        ("notices", "0005_write_to_custodians"),
        ("reports", "0012_finish_what_one_closed"),
        ("routing", "0005_end_offers"),
    ]
    operations = [migrations.RunSQL(NOW, reverse_sql=BEFORE)]

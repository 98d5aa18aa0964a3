"""A reporter who says whom a report is about ends the letters that are on their way to them.

Why: letters are officers' rows, which a reporter does not see, and whoever holds a letter's link reads the report's
public text and speaks for the agency. So one function does it, for officers, the clockwork, and the reporter of the
report. Functions take no lock; reversible.
"""

from django.db import migrations

WITHDRAW = """
CREATE FUNCTION tuntas_withdraw_letters(p_report bigint, p_at timestamptz, p_error text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT (coalesce(nullif(current_setting('tuntas.actor', true), ''), 'nobody') IN ('officer', 'system')
          OR coalesce(current_setting('tuntas.actor', true) = 'reporter' AND p_report = tuntas_own_report(), false)) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only those who handle a report or made it withdraw its letters';
  END IF;
  UPDATE notices_notice n SET failed_at = p_at, error = p_error
   WHERE n.report_id = p_report AND n."to" = 'LETTER' AND n.sent_at IS NULL AND n.failed_at IS NULL
     AND EXISTS (SELECT 1 FROM routing_letter l
                  WHERE l.report_id = p_report AND l.answered_at IS NULL AND l.expires_at > p_at);
  UPDATE routing_letter SET expires_at = p_at, remind_at = NULL
   WHERE report_id = p_report AND answered_at IS NULL AND expires_at > p_at;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0005_end_offers"), ("reports", "0003_keep_order_and_protection")]
    operations = [
        migrations.RunSQL(WITHDRAW, reverse_sql="DROP FUNCTION tuntas_withdraw_letters(bigint, timestamptz, text);")
    ]

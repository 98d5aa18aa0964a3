"""T-TAMPER: the administrator of the database changes, deletes, cuts, swaps and rolls back; the verifier names each."""

from tools.trust import drilling
from tools.trust.drilling import Drill, Planted

TESTS = "tests/security/test_tamper.py"
LONG_LOG = "tests/ledger/test_sequencing.py::test_many_rows_go_in_batch_by_batch_and_fill_tiles_of_every_level"
CHECK = "tuntas_verify/register.py"
DRILL = Drill(
    tests=[TESTS, LONG_LOG],
    environment={"TUNTAS_LEDGER": "66000"},  # entries: so many that a third level of tiles begins
    faults=[
        Planted(
            "a changed byte passes",
            CHECK, "elif commitment(salt, written(row.content)) != entry.commitment:", "elif not salt:",
            f"{TESTS}::test_a_changed_entry_is_named",
        ),
        Planted(
            "a middle that was deleted passes",
            CHECK, 'self.found.add("missing", number, **about)', "pass",
            f"{TESTS}::test_a_deleted_middle_is_named",
        ),
        Planted(
            "leaves that were swapped pass",
            CHECK, "if stands and stands != logged:", "if not stands:",
            f"{TESTS}::test_leaves_under_each_others_numbers_are_named_as_swapped",
        ),
        Planted(
            "a tail that was cut passes, whatever was kept outside",
            CHECK, "self.heads.add(note, name)", "pass",
            f"{TESTS}::test_a_cut_tail_is_seen_by_an_outside_copy_and_by_nothing_else",
        ),
        Planted(
            "an old backup that was brought back passes, whatever was kept outside",
            CHECK, "self.heads.add(note, name)", "pass",
            f"{TESTS}::test_an_old_backup_brought_back_is_seen_by_an_outside_copy_and_by_nothing_else",
        ),
        Planted(
            "a head that another key signed passes",
            "tuntas_verify/notes.py", "if not any(key.kind == ED25519 for key in note.signers(keys)):", "if not note.text:",
            f"{TESTS}::test_a_head_forged_with_another_key_is_named",
        ),
        Planted(
            "rows rewritten together with their leaves and tiles pass",
            "tuntas_verify/heads.py", "if head.checkpoint.root == self.frontier.root():", "if head.checkpoint.root:",
            f"{TESTS}::test_an_entry_rewritten_with_its_leaf_and_its_tile_does_not_fit_the_signed_head",
        ),
    ],
)  # fmt: skip


def run() -> list[str]:
    return drilling.run(DRILL)

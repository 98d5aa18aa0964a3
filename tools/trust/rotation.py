"""T-ROT: keys change under load, worker and vault are killed twice, everything opens afterwards and the old key nothing."""

import os

from tools.trust import drilling
from tools.trust.drilling import Drill, Planted

REPORTS = os.environ.get("TUNTAS_ROTATION", "150")  # before the keys change; `make test` takes 12
TESTS = "tests/vault/test_rotation.py"
DRILL = Drill(
    tests=[TESTS],
    environment={"TUNTAS_ROTATION": REPORTS},
    faults=[
        Planted(
            "originals are sealed to the old key again",
            "tuntas_vault/resealing.py", "public_key=newest.public", "public_key=keys.public",
            f"{TESTS}::test_keys_change_under_load_with_two_kills_and_the_old_key_opens_nothing",
        ),
        Planted(
            "an old key is destroyed while originals need it",
            "tuntas_vault/epochs.py", "self.envelopes + self.originals", "self.envelopes",
            f"{TESTS}::test_an_old_key_stays_while_an_original_needs_it",
        ),
        Planted(
            "an old key is destroyed while a letter waits whose link it opens",
            "tuntas_vault/epochs.py", "+ self.links + self.unread", "+ self.unread",
            f"{TESTS}::test_an_old_key_stays_while_a_sealed_link_has_not_left",
        ),
    ],
)  # fmt: skip


def run() -> list[str]:
    print(f"  {REPORTS} reports before the keys change")
    return drilling.run(DRILL)

"""T-SHRED: who was forgotten is gone at once, and no older copy of the register brings them back."""

from tools.trust import drilling
from tools.trust.drilling import Drill, Planted

TESTS = "tests/vault/test_forgetting.py"
GONE = f"{TESTS}::test_the_identity_its_key_its_hashes_and_the_originals_are_gone_and_a_tombstone_remains"
DRILL = Drill(
    tests=[TESTS],
    faults=[
        Planted(
            "the identity stays in the vault",
            "tuntas_vault/forgetting.py", "Identity.objects.filter(pk__in=reporters).delete()", "pass", GONE,
        ),
        Planted(
            "the hashes of telephone and mail stay",
            "tuntas_vault/forgetting.py", "BlindIndex.objects.filter(reporter_uuid__in=reporters).delete()", "pass", GONE,
        ),
        Planted(
            "what an older copy of the register brings back is kept again",
            "tuntas_vault/draining.py",
            'return set(Tombstone.objects.filter(pk__in=reporters).values_list("pk", flat=True)) if reporters else set()',
            "return set()",
            f"{TESTS}::test_an_envelope_that_an_old_copy_brings_back_full_is_emptied_and_not_kept",
        ),
    ],
)  # fmt: skip


def run() -> list[str]:
    return drilling.run(DRILL)

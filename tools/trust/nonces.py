"""A million encryptions under one key share no nonce: two that did would give both texts away."""

from tools.trust import drilling
from tools.trust.drilling import Drill, Planted

TEST = "tests/vault/test_ciphertexts.py::test_no_nonce_comes_twice"
DRILL = Drill(
    tests=[TEST],
    environment={"TUNTAS_NONCES": "1000000"},
    faults=[
        Planted(
            "nonces of three random bytes", "tuntas/kernel/envelopes.py",
            "header(kind, epoch), random(NONCE)", "header(kind, epoch), random(3) * (NONCE // 3)", TEST,
        ),
    ],
)  # fmt: skip


def run() -> list[str]:
    return drilling.run(DRILL)

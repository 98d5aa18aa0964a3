"""`python -m tuntas_verify`, or `python tuntas-verify.pyz`: the verifier by itself."""

import sys

from tuntas_verify.command import main

sys.exit(main())

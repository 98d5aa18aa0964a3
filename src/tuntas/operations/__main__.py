"""`python -m tuntas.operations` is `tuntas`."""

import sys

from tuntas.operations.cli import main

sys.exit(main())

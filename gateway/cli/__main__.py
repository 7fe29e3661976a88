"""`python -m gateway.cli` is `postern`."""

import sys

from gateway.cli import main

sys.exit(main())

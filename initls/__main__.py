"""`python -m initls` is the same program as `initls`."""

import sys

from initls.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

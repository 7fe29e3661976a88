"""Loads a program and waits for the word before it runs: the door opens at once when the database can take a mail.

    python -m gateway.gate MODULE

Until then nothing listens: who is refused a connection tries again, who reads "no such mailbox" does not.
"""

import importlib
import os
import sys

WORD = b"go"


def main() -> int:
    """Load `MODULE.__main__`, wait for `WORD` on stdin, run its `main`.

    Returns:
        Its exit code; 1 when stdin ended without the word: whoever was to say it is gone.
    """
    module = importlib.import_module(f"{sys.argv[1]}.__main__")
    if os.read(sys.stdin.fileno(), len(WORD)) != WORD:
        return 1
    code: int = module.main()
    return code


if __name__ == "__main__":
    sys.exit(main())

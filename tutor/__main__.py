"""``python -m tutor`` is ``tutor``."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python put the working directory first: a course's own `checks.py` there, or a learner's
    # `torch.py`, must not be taken for a library.
    here, ours = Path.cwd().resolve(), Path(__file__).resolve().parent.parent
    if not sys.flags.safe_path and here != ours and Path(sys.path[0]).resolve() == here:
        del sys.path[0]

    from tutor.cli import main

    sys.exit(main())

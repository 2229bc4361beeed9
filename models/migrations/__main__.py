"""`make migration WORDS="…"`: drafts the next step."""

import sys

from models.migrations import draft

draft(" ".join(sys.argv[1:]))

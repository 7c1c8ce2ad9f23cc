"""`ingest` and `python -m ingest`: run a command; what goes wrong is one clear sentence and exit code 2."""

from __future__ import annotations

import sys
import traceback

from ingest.cli import app
from ingest.errors import IngestError
from knowledge.errors import KnowledgeError

NOT_PUBLISHED = 2


def main() -> None:
    """Run the command line; 2 means that nothing was published."""
    try:
        app()
    except (IngestError, KnowledgeError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(
            f"Could not read or write the knowledge: {error}. What was live stays live. Whoever runs this "
            "machine must look at free space and permissions of the home folder, then run the command again."
        )
    except Exception:
        traceback.print_exc()
        _fail("This is a fault in Sotto. What was live stays live. Please report it with the lines above.")


def _fail(text: str) -> None:
    print(f"Error: {text}", file=sys.stderr)
    sys.exit(NOT_PUBLISHED)


if __name__ == "__main__":
    main()

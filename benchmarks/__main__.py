"""`./run bench`: all figures, each with its floor and its ratio."""

import asyncio

from benchmarks import (
    acts,
    dossier,
    papers,
    proofs,
    rebuilding,
    register,
    rules,
    start,
    trail,
    verification,
)


def main() -> None:
    """Measure and print."""
    rules.main()
    trail.main()
    asyncio.run(verification.main())
    rebuilding.main()
    register.main()
    papers.main()
    dossier.main()
    asyncio.run(proofs.main())
    asyncio.run(acts.main())
    start.main()


if __name__ == "__main__":
    main()

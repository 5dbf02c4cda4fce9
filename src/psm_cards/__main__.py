"""`python -m psm_cards`, the same program as the console script."""

from psm_cards.cli import main

if __name__ == "__main__":
    main()

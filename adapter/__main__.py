"""The command ``yts109``, also as ``python -m adapter``."""

from adapter.cli import main

if __name__ == "__main__":
    main()

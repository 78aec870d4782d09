"""``python -m rdface``: the command line where no script ``rdface`` is on the path."""

from rdface.cli.main import main

if __name__ == "__main__":
    main()

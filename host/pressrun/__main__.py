"""`python -m pressrun`."""

from pressrun.cli import main

if __name__ == "__main__":
    main()

"""`python -m faulttree` is the command `faulttree`."""

from faulttree.cli import main

main()

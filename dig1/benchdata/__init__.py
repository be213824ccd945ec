"""A register of the size of all of Finland, for measurements; see the command ``benchdata``."""

"""The words of Retriage as frozen values: what the rest of the program speaks in.

Nothing here does I/O, knows a clock or imports another part of the program.
"""

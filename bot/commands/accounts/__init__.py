"""`leadbell account`: further sellers in the same service."""

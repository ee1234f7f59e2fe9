"""How leads come in: what is pushed to us."""

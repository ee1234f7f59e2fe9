"""Whether the service does its work, and what is said of it: readiness, faults, figures, the machine's state."""

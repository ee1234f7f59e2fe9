"""What the team does with leads: who may, who has one, what became of it, when to come back to it."""

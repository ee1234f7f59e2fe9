"""`leadbell setup`: asks for what is needed, tries each answer at once, and writes it down."""

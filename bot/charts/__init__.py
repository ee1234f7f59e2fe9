"""Pictures of figures: what is drawn, the process that draws it, and the same as text where there is none."""

"""IndiaMART's side of the wire, as strict as the original; `server` is where to begin."""

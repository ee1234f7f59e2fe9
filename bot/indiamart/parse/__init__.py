"""Values as IndiaMART and people write them, made into what a lead's fields hold. Pure: no rows, no errors, no I/O."""

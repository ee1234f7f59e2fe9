"""IndiaMART's lead APIs: what to send, how to read what comes back. Bodies become leads here and nowhere else."""

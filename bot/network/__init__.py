"""The way out to Telegram and IndiaMART: through which proxy, trusting whom, and what is said when it fails."""

"""The small web server beside the bot: what a machine or IndiaMART asks of Leadbell over HTTP."""

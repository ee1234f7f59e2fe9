"""The demo's and the tests' two servers: an IndiaMART simulator and a Telegram Bot API sandbox with a chat page."""

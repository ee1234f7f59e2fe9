"""From the outbox to the chat. What is said there is built elsewhere, and Telegram is behind the messenger."""

"""From the outbox to the chat, in order of urgency. What is said is built elsewhere."""

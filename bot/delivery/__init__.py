"""From the outbox to the chat, in order of urgency and at its pace. Words are made in `bot.chat.views`."""

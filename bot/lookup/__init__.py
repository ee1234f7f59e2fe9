"""Finding and counting: what people ask for, read only. Words are made in `bot.chat.views`."""

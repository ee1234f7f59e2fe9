// What the page knows: people, chats, messages, and whom the visitor plays. No elements in here.

const SCOPES = {
  private: ["chat", "all_private_chats", "default"],
  group: ["chat_member", "chat_administrators", "chat", "all_chat_administrators", "all_group_chats", "default"],
};

const LANGUAGE = navigator.language.slice(0, 2);

export class World {
  bot = { id: 0, name: "Bot", username: "bot" };
  people = [];
  chats = [];
  controls = [];
  me = null;
  chatId = null;
  #commands = [];
  #messages = new Map();
  #seen = new Map();
  #isFirst = true;

  greet(hello) {
    Object.assign(this, { bot: hello.bot, people: hello.people, controls: hello.controls ?? [] });
    this.#commands = hello.commands ?? [];
    this.chats = withPrivateChats(hello);
    this.#messages.clear();
    for (const message of hello.messages ?? []) this.add(message);
    if (this.#isFirst) for (const person of this.people) for (const chat of this.chats) this.#see(person.id, chat.id);
    this.#isFirst = false;
  }

  become(personId) {
    this.me = this.people.find((person) => person.id === personId) ?? this.people[0];
    const isStill = this.myChats.some((chat) => chat.id === this.chatId);
    if (!isStill) this.chatId = this.myChats[0]?.id ?? null;
  }

  set commands(commands) {
    this.#commands = commands;
  }

  get chat() {
    return this.chats.find((chat) => chat.id === this.chatId);
  }

  /** The group first, then this person's private chat with the bot; nobody else's. */
  get myChats() {
    return this.chats.filter((chat) => chat.type !== "private" || chat.person_id === this.me?.id);
  }

  get privateChat() {
    return this.myChats.find((chat) => chat.type === "private");
  }

  canSee(chat) {
    return Boolean(chat) && (chat.type === "private" || this.me?.role === "member");
  }

  /** Oldest first; empty where this person may not look. */
  messagesOf(chat) {
    if (!this.canSee(chat)) return [];
    return [...(this.#messages.get(chat.id)?.values() ?? [])].filter((message) => this.#isFor(message));
  }

  #isFor(message) {
    return !message.visible_to?.length || message.visible_to.includes(this.me?.id);
  }

  add(message) {
    if (!this.#messages.has(message.chat_id)) this.#messages.set(message.chat_id, new Map());
    this.#messages.get(message.chat_id).set(message.message_id, message);
  }

  remove({ chat_id: chatId, message_id: messageId }) {
    this.#messages.get(chatId)?.delete(messageId);
  }

  find(chatId, messageId) {
    return this.#messages.get(chatId)?.get(messageId);
  }

  see(chatId) {
    this.#see(this.me.id, chatId);
  }

  #see(personId, chatId) {
    const ids = [...(this.#messages.get(chatId)?.keys() ?? [])];
    this.#seen.set(`${personId}:${chatId}`, Math.max(0, ...ids));
  }

  unread(chat) {
    const seen = this.#seen.get(`${this.me?.id}:${chat.id}`) ?? 0;
    return this.messagesOf(chat).filter(({ message_id: id, from }) => id > seen && from?.id !== this.me?.id).length;
  }

  get unreadElsewhere() {
    return this.myChats.filter((chat) => chat.id !== this.chatId).reduce((sum, chat) => sum + this.unread(chat), 0);
  }

  /** The bot's registered commands here: the narrowest scope that has any wins, as in Telegram. */
  get commandsHere() {
    const scopes = SCOPES[this.chat?.type === "private" ? "private" : "group"];
    for (const type of scopes) {
      const entries = this.#commands.filter(({ scope }) => this.#isScope(scope, type));
      const entry = entries.find(({ language_code: code }) => code && code === LANGUAGE) ?? entries.find(({ language_code: code }) => !code);
      if (entry) return entry.commands;
    }
    return [];
  }

  #isScope(scope, type) {
    const { type: own = scope, chat_id: chatId, user_id: userId } = scope ?? { type: "default" };
    if (own !== type || (type.includes("administrators") && !this.me?.is_admin)) return false;
    return (chatId === undefined || Number(chatId) === this.chatId) && (userId === undefined || userId === this.me?.id);
  }
}

function withPrivateChats({ chats, people, bot }) {
  const known = new Set(chats.filter((chat) => chat.type === "private").map((chat) => chat.person_id ?? chat.id));
  const missing = people.filter((person) => !known.has(person.id));
  const added = missing.map(({ id }) => ({ id, title: bot.name, type: "private", person_id: id }));
  const named = chats.map((chat) => (chat.type === "private" ? { person_id: chat.id, ...chat, title: bot.name } : chat));
  return [...named, ...added].sort((one, other) => (one.type === "private") - (other.type === "private"));
}

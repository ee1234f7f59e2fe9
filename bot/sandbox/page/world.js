// What the page knows: bots, people, chats, messages, and whom the visitor plays. No elements in here.

const SCOPES = {
  private: ["chat", "all_private_chats", "default"],
  group: ["chat_member", "chat_administrators", "chat", "all_chat_administrators", "all_group_chats", "default"],
};

const LANGUAGE = navigator.language.slice(0, 2);
/** The topic that is written to without a number; all there is in a chat without topics. */
const GENERAL = { id: null, name: "General" };

export class World {
  bots = [];
  people = [];
  chats = [];
  controls = [];
  me = null;
  chatId = null;
  #commands = {};
  #messages = new Map();
  #topicIds = new Map();
  #seen = new Map();
  #isFirst = true;

  greet(hello) {
    Object.assign(this, { bots: hello.bots, people: hello.people, controls: hello.controls ?? [] });
    this.#commands = hello.commands ?? {};
    this.chats = hello.chats.map((chat) => this.#named(chat));
    this.#messages.clear();
    for (const message of hello.messages ?? []) this.add(message);
    if (this.#isFirst) for (const person of this.people) for (const chat of this.chats) for (const topic of this.topicsOf(chat)) this.#see(person.id, chat, topic.id);
    this.#isFirst = false;
  }

  /** Somebody came or went, or a topic did. */
  replaceChat(changed) {
    this.chats = this.chats.map((chat) => (chat.id === changed.id ? this.#named(changed) : chat));
    if (!this.chats.some((chat) => chat.id === changed.id)) this.chats.push(this.#named(changed));
    if (!this.topicsOf(changed).some((topic) => topic.id === this.#topicIds.get(changed.id))) this.#topicIds.delete(changed.id);
  }

  #named(chat) {
    return chat.type === "private" ? { ...chat, title: this.bots.find((bot) => bot.id === chat.bot_id).name } : chat;
  }

  become(personId) {
    this.me = this.people.find((person) => person.id === personId) ?? this.people[0];
    const isStill = this.myChats.some((chat) => chat.id === this.chatId);
    if (!isStill) this.chatId = this.myChats[0]?.id ?? null;
  }

  setCommands(botId, commands) {
    this.#commands[botId] = commands;
  }

  get chat() {
    return this.chats.find((chat) => chat.id === this.chatId);
  }

  get groups() {
    return this.chats.filter((chat) => chat.type !== "private");
  }

  /** This person's groups, then the private chats with those groups' bots. Who is in none sees all groups from outside. */
  get myChats() {
    const mine = this.groups.filter((chat) => this.canSee(chat));
    const groups = mine.length ? mine : this.groups;
    const bots = new Set(groups.flatMap((chat) => chat.bots));
    const isMine = (chat) => chat.type === "private" && chat.person_id === this.me?.id && (bots.has(chat.bot_id) || !groups.length);
    return [...groups, ...this.chats.filter(isMine)];
  }

  /** The bot of the open chat; the first where there are several. */
  get bot() {
    const id = this.chat?.bot_id ?? this.chat?.bots?.[0];
    return this.bots.find((bot) => bot.id === id) ?? this.bots[0];
  }

  privateChat(bot = this.bot) {
    return this.chats.find((chat) => chat.bot_id === bot.id && chat.person_id === this.me?.id);
  }

  /** The group that the open chat is about: itself, or that of its bot. */
  get team() {
    return this.chat?.type === "private" ? this.groups.find((chat) => chat.bots.includes(this.chat.bot_id)) : this.chat;
  }

  canSee(chat) {
    return Boolean(chat) && (chat.type === "private" ? chat.person_id === this.me?.id : chat.members.includes(this.me?.id));
  }

  topicsOf(chat) {
    return chat?.topics?.length ? chat.topics : [GENERAL];
  }

  get topicId() {
    return this.#topicIds.get(this.chatId) ?? GENERAL.id;
  }

  set topicId(id) {
    this.#topicIds.set(this.chatId, id);
  }

  get topic() {
    return this.topicsOf(this.chat).find((topic) => topic.id === this.topicId) ?? GENERAL;
  }

  /** Oldest first; empty where this person may not look. */
  messagesOf(chat) {
    if (!this.canSee(chat)) return [];
    return [...(this.#messages.get(chat.id)?.values() ?? [])];
  }

  /** Of the open topic. */
  get messagesHere() {
    return this.messagesOf(this.chat).filter((message) => this.isHere(message));
  }

  isHere(message) {
    return message.chat_id === this.chatId && this.canSee(this.chat) && topicOf(message, this.chat) === this.topicId;
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

  /** The visitor has the open topic before their eyes. */
  see() {
    this.#see(this.me.id, this.chat, this.topicId);
  }

  #see(personId, chat, topicId) {
    const here = [...(this.#messages.get(chat?.id)?.values() ?? [])].filter((message) => topicOf(message, chat) === topicId);
    this.#seen.set(`${personId}:${chat?.id}:${topicId}`, Math.max(0, ...here.map((message) => message.message_id)));
  }

  /** Of a whole chat, or of one of its topics. */
  unread(chat, topics = this.topicsOf(chat)) {
    const seen = new Map(topics.map(({ id }) => [id, this.#seen.get(`${this.me?.id}:${chat.id}:${id}`) ?? 0]));
    return this.messagesOf(chat).filter((message) => message.message_id > seen.get(topicOf(message, chat)) && message.from?.id !== this.me?.id).length;
  }

  get unreadElsewhere() {
    return this.myChats.filter((chat) => chat.id !== this.chatId).reduce((sum, chat) => sum + this.unread(chat), 0);
  }

  /** The bot's registered commands here: the narrowest scope that has any wins, as in Telegram. */
  get commandsHere() {
    const scopes = SCOPES[this.chat?.type === "private" ? "private" : "group"];
    const commands = this.#commands[this.bot?.id] ?? [];
    for (const type of scopes) {
      const entries = commands.filter(({ scope }) => this.#isScope(scope, type));
      const entry = entries.find(({ language_code: code }) => code && code === LANGUAGE) ?? entries.find(({ language_code: code }) => !code);
      if (entry) return entry.commands;
    }
    return [];
  }

  #isScope(scope, type) {
    const { type: own = scope, chat_id: chatId, user_id: userId } = scope ?? { type: "default" };
    if (own !== type || (type.includes("administrators") && !this.me?.is_admin)) return false;
    const here = this.chat?.person_id ?? this.chatId;
    return (chatId === undefined || Number(chatId) === here) && (userId === undefined || userId === this.me?.id);
  }
}

const topicOf = (message, chat) => (chat?.is_forum ? message.thread_id ?? GENERAL.id : GENERAL.id);

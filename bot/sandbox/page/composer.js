// Where the visitor writes: text, commands, inline queries, replies.
import { $, paintAvatar } from "./dom.js";
import { Inline } from "./inline.js";
import { toast } from "./notices.js";
import { Options } from "./options.js";

export class Composer {
  #world;
  #live;
  #options = new Options();
  #inline;
  #replyTo = null;
  #drafts = new Map();
  #draftOf = null;

  constructor(world, live, actions) {
    this.#world = world;
    this.#live = live;
    this.#inline = new Inline(world, live, this.#options, { start: actions.start, chosen: () => this.clear() });
    $("composer").addEventListener("submit", (event) => this.#submitted(event));
    $("text").addEventListener("input", () => this.#changed());
    $("text").addEventListener("keydown", (event) => this.#key(event));
    $("text").addEventListener("blur", () => this.#options.hide());
    $("text").addEventListener("focus", () => this.#changed());
    $("slash").addEventListener("click", () => this.write("/"));
    $("reply-cancel").addEventListener("click", () => this.replyTo(null));
  }

  /** Called when the chat, its topic or the person changed: each keeps its own unsent text. */
  draw() {
    const draft = `${this.#world.me.id}:${this.#world.chatId}:${this.#world.topicId}`;
    paintAvatar($("my-avatar"), this.#world.me.id, this.#world.me.name);
    $("send-as").setAttribute("aria-label", `You write as ${this.#world.me.name}. Change it`);
    $("slash").hidden = !this.#world.commandsHere.length;
    if (draft === this.#draftOf) return;
    this.#drafts.set(this.#draftOf, $("text").value);
    this.#draftOf = draft;
    $("text").value = this.#drafts.get(draft) ?? "";
    this.#options.hide();
    this.#inline.cancel();
    this.replyTo(null);
    this.#resize();
  }

  write(text) {
    $("text").value = text;
    $("text").focus();
    $("text").setSelectionRange(text.length, text.length);
    this.#changed();
  }

  replyTo(message, placeholder = "Message") {
    this.#replyTo = message?.message_id ?? null;
    $("replying").hidden = !message;
    $("replying-name").textContent = message?.from?.name ?? "";
    $("replying-text").textContent = (message?.text || (message?.photo ? "Picture" : "")).replace(/\s+/g, " ").slice(0, 120);
    $("text").placeholder = placeholder || "Message";
    if (message) $("text").focus();
  }

  clear() {
    $("text").value = "";
    this.#inline.cancel();
    this.#options.hide();
    this.replyTo(null);
    this.#resize();
  }

  send(text) {
    const fields = { as: this.#world.me.id, chat_id: this.#world.chatId, thread_id: this.#world.topicId, text };
    const isSent = this.#live.send("send", this.#replyTo ? { ...fields, reply_to: this.#replyTo } : fields);
    if (!isSent) toast("Not connected: your message stays here until it can be sent.");
    return isSent;
  }

  #submitted(event) {
    event.preventDefault();
    const text = $("text").value.trim();
    if (text && this.#inline.queryOf($("text").value) === null && this.send(text)) this.clear();
  }

  #changed() {
    this.#resize();
    const text = $("text").value;
    const query = this.#inline.queryOf(text);
    if (query !== null) this.#inline.ask(query);
    else this.#inline.cancel();
    if (query === null) this.#suggestCommands(text);
  }

  #suggestCommands(text) {
    const typed = /^\/([a-z0-9_]*)$/i.exec(text)?.[1].toLowerCase();
    if (typed === undefined) return this.#options.hide();
    const fitting = this.#world.commandsHere.filter(({ command }) => command.startsWith(typed));
    const items = fitting.map(({ command, description }) => ({ title: `/${command}`, description }));
    return this.#options.show(items, { label: "Commands", pick: (item) => this.#run(item.title) });
  }

  #run(command) {
    if (this.send(command)) this.clear();
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.#options.isOpen && this.#listKey(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) this.#submitted(event);
    else if (event.key === "Escape") this.replyTo(null);
  }

  #listKey({ key, shiftKey }) {
    if (key === "ArrowDown" || key === "ArrowUp") this.#options.move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Escape") this.#options.hide();
    else if (key === "Tab" && !shiftKey) return this.#complete();
    else return key === "Enter" && !shiftKey && this.#options.pickCurrent();
    return true;
  }

  #complete() {
    const title = this.#options.current?.title ?? "";
    if (!title.startsWith("/")) return false;
    this.write(`${title} `);
    return true;
  }

  #resize() {
    const area = $("text");
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  }
}

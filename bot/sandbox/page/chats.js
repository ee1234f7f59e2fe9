// The left column: whom the visitor plays, and that person's chats.
import { $, avatar, clock, h } from "./dom.js";

export class Chats {
  #world;
  #actions;

  constructor(world, actions) {
    this.#world = world;
    this.#actions = actions;
  }

  draw() {
    const { people, me, myChats, groups } = this.#world;
    if (document.activeElement?.name !== "person") $("people").replaceChildren(...people.map((person) => this.#person(person, me, groups)));
    $("chats").replaceChildren(...myChats.map((chat) => h("li", {}, this.#chat(chat))));
    this.#badge($("elsewhere"), this.#world.unreadElsewhere);
    const unread = myChats.reduce((sum, chat) => sum + this.#world.unread(chat), 0);
    document.title = unread ? `(${unread}) Leadbell` : "Leadbell demo";
  }

  #person(person, me, groups) {
    const box = h("input", { type: "radio", name: "person", value: person.id, checked: person.id === me.id, onchange: () => this.#actions.become(person.id) });
    const teams = groups.filter(({ members }) => members.includes(person.id)).length;
    const role = !teams ? "outsider" : person.is_admin ? "admin" : teams > 1 ? `${teams} teams` : "sales";
    return h("label", { class: "person" }, box, avatar(person.id, person.name), h("span", { class: "person-name" }, person.name), h("small", {}, role));
  }

  #chat(chat) {
    const last = this.#world.messagesOf(chat).at(-1);
    const unread = this.#world.unread(chat);
    const isOpen = chat.id === this.#world.chatId;
    return h("button", { type: "button", class: `chat-item ${isOpen ? "is-open" : ""}`, "aria-current": isOpen ? "true" : null, onclick: () => this.#actions.open(chat.id) },
      avatar(chat.bot_id ?? chat.id, chat.title),
      h("span", { class: "chat-lines" },
        h("span", { class: "chat-top" }, h("b", {}, chat.title), last ? h("time", {}, clock(last.date)) : null),
        h("span", { class: "chat-bottom" }, h("span", { class: "chat-last" }, this.#preview(chat, last)),
          unread ? h("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)) : null)));
  }

  #preview(chat, last) {
    if (!this.#world.canSee(chat)) return "You are not in this group";
    if (!last) return "No messages yet";
    const text = (last.text || (last.photo && "Picture") || (last.contact && "Contact") || last.document?.name || "Message").slice(0, 80);
    return chat.type === "private" ? text : `${last.from?.name ?? ""}: ${text}`;
  }

  #badge(node, count) {
    node.hidden = !count;
    node.textContent = String(count);
  }
}

// The topics of a forum, as tabs over its messages.
import { $, h } from "./dom.js";

export function drawTopics(world, open) {
  const { chat, topicId } = world;
  const isShown = Boolean(chat?.is_forum) && world.canSee(chat);
  $("topics").hidden = !isShown;
  if (!isShown) return;
  const focused = document.activeElement?.dataset?.topic;
  $("topics").replaceChildren(...world.topicsOf(chat).map((topic) => tab(topic, world.unread(chat, [topic]), topic.id === topicId, open)));
  $("topics").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focused !== undefined) $("topics").querySelector(`[data-topic="${focused}"]`)?.focus({ preventScroll: true });
}

function tab({ id, name, is_closed: isClosed }, unread, isOpen, open) {
  return h("button", { type: "button", class: "topic", "aria-current": isOpen ? "true" : null, data: { topic: id ?? "general" }, onclick: () => open(id) },
    name, isClosed ? h("span", { "aria-label": "closed" }, " 🔒") : null,
    unread ? h("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)) : null);
}

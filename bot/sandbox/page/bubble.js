// One message as an element. What a click does is decided elsewhere: elements only carry `data-…` and listeners given.
import { avatar, clock, h, icon, initials, tint } from "./dom.js";
import { rich } from "./rich.js";

const ICONS = { url: "link", copy_text: "copy", switch_inline_query_current_chat: "find", switch_inline_query: "find" };

/** `actions`: press(message, button, node), reply(message), jump(message_id), picture(url, caption), save(contact). */
export function bubbleRow(message, world, actions) {
  if (message.is_service) return h("li", { class: "service", data: { id: message.message_id } }, h("span", {}, rich(message.html)));
  const isMine = message.from?.id === world.me?.id;
  const row = h("li", {
    class: `row ${isMine ? "out" : "in"}`,
    data: { id: message.message_id, from: message.from?.id ?? 0 },
  });
  row.append(
    h("div", { class: "face" }, isMine ? null : avatar(message.from.id, message.from.name, "small")),
    h("article", { class: "message", "aria-label": `${message.from.name}, ${clock(message.date)}` },
      h("div", { class: "bubble" }, ...inside(message, world, actions, isMine)),
      message.keyboard?.length ? keyboard(message, actions) : null,
    ),
    h("button", { type: "button", class: "icon reply", "aria-label": `Reply to ${message.from.name}`, onclick: () => actions.reply(message) }, icon("reply")),
  );
  return row;
}

function inside(message, world, actions, isMine) {
  return [
    isMine ? null : sender(message),
    message.via_bot ? h("div", { class: "via" }, `via @${message.via_bot}`) : null,
    message.reply_to ? quote(message.reply_to, actions) : null,
    message.photo ? photo(message.photo, actions) : null,
    message.document ? file(message.document) : null,
    message.contact ? contact(message.contact) : null,
    text(message),
    message.reaction ? h("span", { class: "reaction" }, message.reaction) : null,
    stamp(message),
    message.contact ? h("button", { type: "button", class: "save", onclick: () => actions.save(message.contact) }, "Save contact") : null,
  ];
}

function sender({ from }) {
  return h("div", { class: `sender ${tint(from.id)}` }, from.name, from.is_bot ? h("span", { class: "is-bot" }, "bot") : null);
}

function quote(original, actions) {
  return h("button", { type: "button", class: "quoted", onclick: () => actions.jump(original.message_id) },
    h("b", {}, original.from_name ?? ""), h("span", {}, (original.text || "Message").replace(/\s+/g, " ").slice(0, 120)));
}

function photo({ url, caption }, actions) {
  const label = caption || "Picture";
  return h("button", { type: "button", class: "photo", "aria-label": `${label}, larger`, onclick: () => actions.picture(url, label) },
    h("img", { src: url, alt: label, loading: "lazy" }));
}

function file({ name, url, size }) {
  return h("a", { class: "file", href: url, download: name },
    h("span", { class: "file-sign" }, icon("file")), h("span", { class: "file-name" }, h("b", {}, name), h("span", {}, bytes(size))));
}

function bytes(size) {
  if (!Number.isFinite(size)) return "file";
  if (size < 1024) return `${size} B`;
  return size < 1024 ** 2 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1024 ** 2).toFixed(1)} MB`;
}

function contact(person) {
  return h("div", { class: "contact" },
    h("span", { class: `avatar ${tint(person.phone.length + person.name.length)}`, "aria-hidden": "true" }, initials(person.name)),
    h("div", { class: "contact-lines" }, h("b", {}, person.name), h("a", { href: `tel:${person.phone.replace(/[^+\d]/g, "")}`, class: "phone" }, person.phone)));
}

function text(message) {
  const html = message.photo?.caption_html ?? message.html;
  if (!html) return null;
  const node = h("div", { class: "text" });
  node.append(rich(html));
  for (const block of node.querySelectorAll("blockquote[expandable]")) foldable(block);
  return node;
}

/** Three lines, and a toggle where there are more. It can only be measured once it is on the page. */
function foldable(block) {
  const toggle = h("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": "Whole quotation", hidden: true }, icon("down"));
  const content = h("div", { class: "folded" });
  content.append(...block.childNodes);
  block.append(content, toggle);
  toggle.addEventListener("click", () => {
    const isOpen = block.classList.toggle("is-open");
    toggle.setAttribute("aria-expanded", String(isOpen));
  });
  new ResizeObserver(() => {
    if (!block.classList.contains("is-open")) toggle.hidden = content.scrollHeight <= content.clientHeight + 2;
  }).observe(content);
}

function stamp(message) {
  const moment = new Date(message.date * 1000);
  return h("span", { class: "stamp" }, message.edit_date ? h("i", {}, "edited ") : null,
    h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, clock(message.date)));
}

function keyboard(message, actions) {
  return h("div", { class: "keyboard" }, message.keyboard.map((buttons) =>
    h("div", { class: "keys" }, buttons.map((button) => key(message, button, actions)))));
}

function key(message, button, actions) {
  const kind = Object.keys(ICONS).find((name) => button[name] !== undefined);
  const node = h("button", { type: "button", class: `key ${["primary", "success", "danger"].includes(button.style) ? button.style : ""}`, title: button.url });
  node.append(h("span", {}, button.text));
  if (kind) node.append(icon(ICONS[kind]));
  node.addEventListener("click", () => actions.press(message, button, node));
  return node;
}

// Message text: the server's HTML, checked a second time here, with commands, numbers and addresses made clickable.
import { h } from "./dom.js";

const KEPT = {
  B: [], STRONG: [], I: [], EM: [], U: [], INS: [], S: [], STRIKE: [], DEL: [], BR: [], PRE: [], "TG-EMOJI": [],
  CODE: ["class"], SPAN: ["class"], A: ["href", "class"], BLOCKQUOTE: ["expandable"], "TG-SPOILER": [],
};
const SCHEMES = /^(https?|tel|mailto|tg):/i;
const TOKENS = new RegExp([
  String.raw`(?<command>(?<![\w/@<.])\/[a-zA-Z0-9_]{1,32}(?:@\w{3,32})?(?![\w/]))`,
  String.raw`(?<phone>(?<![\w+])\+\d(?:[ \-()]{0,2}\d){6,14})`,
  String.raw`(?<email>[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+)`,
  String.raw`(?<url>https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])`,
].join("|"), "gu");

/** Nodes of the text. A template's content is inert: nothing in it runs or loads before it was checked. */
export function rich(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const content = cleaned(template.content, false);
  for (const block of content.querySelectorAll("blockquote, pre")) closeUp(block);
  return content;
}

/** A block starts and ends its own line: one line break beside it is already there. */
function closeUp(block) {
  const { previousSibling: before, nextSibling: after } = block;
  if (before?.nodeType === Node.TEXT_NODE) before.data = before.data.replace(/\n$/, "");
  if (after?.nodeType === Node.TEXT_NODE) after.data = after.data.replace(/^\n/, "");
}

export const isSafeLink = (href) => SCHEMES.test(href);

function cleaned(parent, isInLink) {
  const fragment = document.createDocumentFragment();
  for (const child of parent.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) fragment.append(...(isInLink ? [child.data] : linked(child.data)));
    else if (child.nodeType === Node.ELEMENT_NODE) fragment.append(element(child, isInLink));
  }
  return fragment;
}

function element(source, isInLink) {
  const attributes = KEPT[source.tagName];
  const isVerbatim = ["A", "CODE", "PRE"].includes(source.tagName);
  const content = cleaned(source, isInLink || isVerbatim);
  if (!attributes || source.className === "command") return content;
  const node = document.createElement(source.tagName);
  for (const name of attributes) if (source.hasAttribute(name)) node.setAttribute(name, source.getAttribute(name));
  node.append(content);
  if (source.tagName === "A") return anchor(node);
  if (source.tagName === "TG-SPOILER") return spoiler(node);
  return node;
}

function anchor(node) {
  if (!isSafeLink(node.getAttribute("href") ?? "")) node.removeAttribute("href");
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function spoiler(node) {
  const show = (event) => {
    if (node.classList.contains("is-shown") || (event.key && !["Enter", " "].includes(event.key))) return;
    event.preventDefault();
    node.classList.add("is-shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("aria-label", "Hidden text, show it");
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}

function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    nodes.push(text.slice(end, match.index), token(match));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== "");
}

function token({ 0: text, groups }) {
  if (groups.command) return h("button", { type: "button", class: "command", data: { command: text } }, text);
  if (groups.phone) return h("a", { href: `tel:${text.replace(/[^+\d]/g, "")}`, class: "phone" }, text);
  const href = groups.email ? `mailto:${text}` : text;
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}

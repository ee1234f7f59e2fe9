// Builds elements without ever parsing a string: children that are strings become text nodes.

export const $ = (id) => document.getElementById(id);

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : value);
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export function initials(name) {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, " ").trim().split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("") || "?";
}

/** One of seven colours; the prime keeps the bot, the group and the first people apart. */
export const tint = (id) => `tint-${(Math.abs(id) % 103) % 7}`;

export function avatar(id, name, extra = "") {
  return h("span", { class: `avatar ${tint(id)} ${extra}`, "aria-hidden": "true" }, initials(name));
}

export function paintAvatar(node, id, name) {
  node.className = node.className.replace(/\s*tint-\d/, "") + ` ${tint(id)}`;
  node.textContent = initials(name);
}

const CLOCK = new Intl.DateTimeFormat("en-IN", { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat([], { day: "numeric", month: "long" });

export const clock = (seconds) => CLOCK.format(new Date(seconds * 1000));

export function day(seconds) {
  const then = new Date(seconds * 1000);
  return then.toDateString() === new Date().toDateString() ? "Today" : DAY.format(then);
}

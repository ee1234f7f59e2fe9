// Everything that pops up: toasts, the modal alert, pictures, and words for screen readers.
import { $, clock, h } from "./dom.js";

const SHOWN_FOR = 4000;
const NOTICES_KEPT = 8;

export function toast(text) {
  const node = h("div", { class: "toast" }, text);
  $("toasts").append(node);
  setTimeout(() => node.remove(), Math.max(SHOWN_FOR, text.length * 60));
}

export function alertBox(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

export function viewPicture(url, caption) {
  $("viewer-image").src = url;
  $("viewer-image").alt = caption;
  $("viewer").showModal();
}

/** New messages are spoken from here, so that redrawing the history stays silent. */
export function speak(text) {
  $("spoken").replaceChildren(h("p", {}, text.slice(0, 300)));
}

export function notice(text) {
  const line = h("li", {}, h("time", {}, clock(Date.now() / 1000)), " ", text);
  $("notices-box").hidden = false;
  $("notices").prepend(line);
  while ($("notices").children.length > NOTICES_KEPT) $("notices").lastElementChild.remove();
}

export async function copy(text) {
  const isCopied = (await viaClipboard(text)) || viaSelection(text);
  toast(isCopied ? `Copied: ${text}` : `Copy it by hand: ${text}`);
}

async function viaClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not a secure page, or the browser said no
  }
}

function viaSelection(text) {
  const area = h("textarea", { class: "unseen", "aria-hidden": "true", readonly: true });
  const before = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  before?.focus();
  return isCopied;
}

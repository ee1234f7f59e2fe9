// Where links and buttons with a URL lead: into this page for the bot itself, into a new tab for the rest.
import { toast } from "./notices.js";
import { isSafeLink } from "./rich.js";

/** The start payload of a link to the bot ("" for none), or null for any other link. */
export function startPayload(href, username) {
  const url = parsed(href);
  if (!url) return null;
  const isWeb = ["t.me", "telegram.me"].includes(url.hostname) && url.pathname.slice(1).toLowerCase() === username.toLowerCase();
  const isApp = url.protocol === "tg:" && href.startsWith("tg://resolve") && url.searchParams.get("domain") === username;
  return isWeb || isApp ? url.searchParams.get("start") ?? "" : null;
}

function parsed(href) {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}

export function openOutside(href) {
  if (!isSafeLink(href) || !parsed(href)) return toast("This link cannot be opened.");
  if (href.startsWith("tg:")) return toast("Telegram would show this person's profile.");
  return window.open(href, "_blank", "noopener,noreferrer");
}

export function saveContact({ name, phone, vcard }) {
  const card = vcard || ["BEGIN:VCARD", "VERSION:3.0", `FN:${escaped(name)}`, `TEL;TYPE=CELL:${phone}`, "END:VCARD", ""].join("\r\n");
  const url = URL.createObjectURL(new Blob([card], { type: "text/vcard" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.replace(/[^\p{L}\p{N} ]/gu, "").trim() || "contact"}.vcf`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");

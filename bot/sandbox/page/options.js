// The list above the composer: commands, or inline results. Moved through with the arrow keys.
import { $, h } from "./dom.js";

export class Options {
  #items = [];
  #at = -1;
  #pick = null;
  #onEnd = null;

  constructor() {
    $("options").addEventListener("scroll", () => this.#scrolled(), { passive: true });
    $("options").addEventListener("pointerdown", (event) => event.preventDefault()); // the composer keeps the focus
  }

  get isOpen() {
    return !$("options").hidden;
  }

  get current() {
    return this.#items[this.#at];
  }

  /** `items`: [{title, description?, face?}]; `above`: elements over them; `message` stands where there are none. */
  show(items, { pick, label, message = "", above = null, at = 0, onEnd = null }) {
    this.#items = items;
    this.#pick = pick;
    this.#onEnd = onEnd;
    const rows = items.map((item, index) => this.#row(item, index));
    const empty = items.length || !message ? null : h("p", { class: "nothing" }, message);
    const list = h("div", { role: "listbox", id: "choices", "aria-label": label }, rows);
    $("options").replaceChildren(...[above, empty, list].filter(Boolean));
    $("options").hidden = !items.length && !above && !empty;
    this.#at = -1;
    this.#select(items.length ? Math.min(at, items.length - 1) : -1);
  }

  hide() {
    if (!this.isOpen) return;
    $("options").hidden = true;
    this.#items = [];
    this.#at = -1;
    $("text").removeAttribute("aria-activedescendant");
  }

  move(step) {
    if (this.#items.length) this.#select((this.#at + step + this.#items.length) % this.#items.length);
  }

  pickCurrent() {
    if (!this.current) return false;
    this.#pick(this.current);
    return true;
  }

  #row(item, index) {
    return h("div", { role: "option", id: `option-${index}`, class: "option", "aria-selected": "false", onclick: () => this.#pick(item) },
      item.face ?? null,
      h("div", { class: "option-lines" }, h("b", {}, item.title), item.description ? h("span", {}, item.description) : null));
  }

  #select(index) {
    const rows = $("options").querySelectorAll(".option");
    rows[this.#at]?.setAttribute("aria-selected", "false");
    this.#at = index;
    rows[index]?.setAttribute("aria-selected", "true");
    rows[index]?.scrollIntoView({ block: "nearest" });
    if (index >= 0) $("text").setAttribute("aria-activedescendant", `option-${index}`);
    else $("text").removeAttribute("aria-activedescendant");
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = $("options");
    if (this.#onEnd && scrollHeight - scrollTop - clientHeight < 60) this.#onEnd();
  }
}

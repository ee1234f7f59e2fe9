// The open chat's messages: drawn once, then changed one by one so that reading is not disturbed.
import { bubbleRow } from "./bubble.js";
import { $, day, h } from "./dom.js";

const PAGE = 150;
const NEAR_END = 120;
const SAME_BREATH = 600;

export class Thread {
  #world;
  #actions;
  #limit = PAGE;
  #below = 0;

  constructor(world, actions) {
    this.#world = world;
    this.#actions = { ...actions, jump: (id) => this.jump(id) };
    $("earlier").addEventListener("click", () => this.#showEarlier());
    $("to-end").addEventListener("click", () => this.toEnd("smooth"));
    $("scroller").addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const keeper = new ResizeObserver(() => this.#keepEnd()); // pictures and folded quotations find their height late
    keeper.observe($("scroller"));
    keeper.observe($("thread"));
  }

  #wasAtEnd = true;

  draw({ isNewChat = true } = {}) {
    if (isNewChat) this.#limit = PAGE;
    const messages = this.#world.messagesHere;
    $("thread").replaceChildren(...messages.slice(-this.#limit).map((message) => this.#row(message)));
    $("earlier").hidden = messages.length <= this.#limit;
    this.#group();
    if (isNewChat) this.toEnd();
  }

  append(message) {
    const wasAtEnd = this.#isAtEnd;
    const row = this.#row(message);
    row.classList.add("is-new");
    $("thread").append(row);
    this.#group();
    if (wasAtEnd) this.#forget();
    if (wasAtEnd || message.from?.id === this.#world.me.id) this.toEnd();
    else this.#countBelow(this.#below + 1);
  }

  /** Keeps what the reader had opened and where the focus was. */
  replace(message) {
    const old = this.#find(message.message_id);
    if (!old) return;
    const wasAtEnd = this.#isAtEnd;
    const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
    const row = this.#row(message);
    const isOpen = old.querySelector("blockquote.is-open");
    old.replaceWith(row);
    this.#group();
    if (isOpen) row.querySelector(".fold")?.click();
    if (focused >= 0) row.querySelectorAll("button, a")[focused]?.focus({ preventScroll: true });
    if (wasAtEnd) this.toEnd();
    row.classList.add("is-changed");
  }

  jump(id) {
    const row = this.#find(id);
    row?.scrollIntoView({ block: "center", behavior: "smooth" });
    row?.classList.remove("is-found");
    requestAnimationFrame(() => row?.classList.add("is-found"));
  }

  toEnd(behavior = "instant") {
    this.#wasAtEnd = true;
    $("scroller").scrollTo({ top: $("scroller").scrollHeight, behavior });
    this.#countBelow(0);
  }

  /** Who reads the newest does not pay for the whole day above. */
  #forget() {
    if ($("thread").children.length > 2 * PAGE) this.draw();
  }

  #row(message) {
    return bubbleRow(message, this.#world, this.#actions);
  }

  #find(id) {
    return $("thread").querySelector(`[data-id="${Number(id)}"]`);
  }

  #showEarlier() {
    const scroller = $("scroller");
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    this.#limit += PAGE;
    this.draw({ isNewChat: false });
    scroller.scrollTop = scroller.scrollHeight - fromEnd;
  }

  get #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = $("scroller");
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #scrolled() {
    this.#wasAtEnd = this.#isAtEnd;
    if (this.#wasAtEnd) this.#countBelow(0);
    $("to-end").hidden = this.#wasAtEnd;
  }

  #keepEnd() {
    if (this.#wasAtEnd) this.toEnd();
  }

  #countBelow(count) {
    this.#below = count;
    $("below").hidden = count === 0;
    $("below").textContent = String(count);
  }

  /** Day headings, names on the first and faces on the last of what one person says in a row. */
  #group() {
    for (const heading of $("thread").querySelectorAll(".day")) heading.remove();
    const rows = [...$("thread").children];
    rows.forEach((row, index) => {
      const before = this.#message(rows[index - 1]);
      const message = this.#message(row);
      const isFirst = !isSameBreath(before, message);
      row.classList.toggle("is-first", isFirst);
      rows[index - 1]?.classList.toggle("is-last", isFirst);
      if (!before || day(before.date) !== day(message.date)) row.before(heading(message));
    });
    rows.at(-1)?.classList.add("is-last");
  }

  #message(row) {
    return row && this.#world.find(this.#world.chatId, Number(row.dataset.id));
  }
}

const heading = (message) => h("li", { class: "day" }, h("span", {}, day(message.date)));

function isSameBreath(before, message) {
  if (!before || !message || before.from?.id !== message.from?.id) return false;
  return message.date - before.date < SAME_BREATH && day(before.date) === day(message.date);
}

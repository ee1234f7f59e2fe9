// `@bot words` in the composer: asks a moment after the last key, shows what the bot found, posts what is chosen.
import { $, avatar, h } from "./dom.js";
import { newId } from "./live.js";

const PAUSE = 250;
const PATIENCE = 10_000;

export class Inline {
  #world;
  #live;
  #options;
  #actions;
  #timer = null;
  #patience = null;
  #asked = { id: null, query: null };
  #bot = null;
  #results = [];

  constructor(world, live, options, actions) {
    this.#world = world;
    this.#live = live;
    this.#options = options;
    this.#actions = actions;
    live.addEventListener("inline_results", ({ detail }) => this.#show(detail));
  }

  /** The words after `@bot `, or null where the text is no inline query. */
  queryOf(text) {
    const named = /^@(\w+)\s/.exec(text)?.[1].toLowerCase();
    const bot = this.#world.bots.find(({ username }) => username.toLowerCase() === named);
    if (bot) this.#bot = bot;
    return bot ? text.slice(named.length + 2) : null;
  }

  ask(query) {
    if (query === this.#asked.query) return;
    clearTimeout(this.#timer);
    this.#asked = { id: null, query };
    this.#timer = setTimeout(() => this.#send(query, ""), PAUSE);
  }

  cancel() {
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
    this.#asked = { id: null, query: null };
  }

  #send(query, offset) {
    const id = newId();
    this.#asked = { id, query, isMore: offset !== "" };
    $("composer").classList.add("is-asking");
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#giveUp(id), PATIENCE);
    this.#live.send("inline", { ask_id: id, as: this.#world.me.id, bot_id: this.#bot.id, chat_id: this.#world.chatId, query, offset });
  }

  #giveUp(id) {
    if (id !== this.#asked.id) return;
    $("composer").classList.remove("is-asking");
    this.#list([], { message: "The bot did not answer." });
  }

  #show(answer) {
    if (answer.ask_id !== this.#asked.id) return;
    clearTimeout(this.#patience);
    $("composer").classList.remove("is-asking");
    const found = (answer.results ?? []).map((result) => ({ ...result, ...faced(result), ask_id: answer.ask_id }));
    this.#results = this.#asked.isMore ? [...this.#results, ...found] : found;
    const { query } = this.#asked;
    const onEnd = answer.next_offset && found.length ? once(() => this.#send(query, answer.next_offset)) : null;
    const at = this.#asked.isMore ? this.#results.length - found.length : 0;
    this.#list(this.#results, { message: "Nothing to show here.", above: this.#startButton(answer.button), onEnd, at });
  }

  #list(items, more) {
    this.#options.show(items, { label: "Found by the bot", pick: (item) => this.#choose(item), ...more });
  }

  #startButton(button) {
    if (!button) return null;
    const open = () => this.#actions.start(button.start_parameter, this.#bot);
    return h("button", { type: "button", class: "inline-start", onclick: open }, button.text);
  }

  #choose(result) {
    const fields = { as: this.#world.me.id, chat_id: this.#world.chatId, thread_id: this.#world.topicId, ask_id: result.ask_id, result_id: result.id };
    if (this.#live.send("choose", fields)) this.#actions.chosen();
  }
}

/** A title's first sign stands beside it, as a thumbnail would. */
function faced({ title, thumb }) {
  if (thumb) return { face: h("img", { class: "thumb", src: thumb, alt: "" }) };
  const sign = /^(\p{Extended_Pictographic}\uFE0F?)\s*(?=\S)/u.exec(title);
  if (sign) return { title: title.slice(sign[0].length), face: h("span", { class: "thumb", "aria-hidden": "true" }, sign[1]) };
  return { face: avatar([...title].reduce((sum, letter) => sum + letter.codePointAt(0), 0), title, "square") };
}

function once(action) {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

// The demo's own controls: make a lead arrive, make something fail.
import { $, h } from "./dom.js";

const TRIES = [
  ["Claim a lead, then press Claim as somebody else"],
  ["Open a second window as Asha, and race for a lead"],
  ["⋯ More: move a lead on, undo it, write a note"],
  ["What nobody has claimed", "/open"],
  ["My leads and reminders", "/mine"],
  ["How the team does", "/stats"],
  ["Today's leads", "/today"],
  ["Find a lead", "/search "],
  ["Look one up from any chat", "@"],
  ["Be Asha, who is in two teams: two groups, two bots"],
  ["As Kiran, in his group: which leads go where", "/routes"],
  ["As Ravi, who is admin: forget a buyer, with the number of a card", "/forget "],
];

export class Panel {
  #world;
  #live;
  #write;

  constructor(world, live, write) {
    this.#world = world;
    this.#live = live;
    this.#write = write;
    $("to-panel").addEventListener("click", () => this.open());
    $("panel-close").addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  open() {
    $("app").classList.add("has-panel");
    $("shade").hidden = false;
    $("to-panel").setAttribute("aria-expanded", "true");
    $("panel-close").focus();
  }

  close() {
    if (!$("app").classList.contains("has-panel")) return;
    $("app").classList.remove("has-panel");
    $("shade").hidden = true;
    $("to-panel").setAttribute("aria-expanded", "false");
    $("to-panel").focus();
  }

  draw() {
    const { controls, bot, groups, team } = this.#world;
    $("leads-title").textContent = groups.length > 1 && team ? `Make a lead arrive at ${team.title.split(" · ")[0]}` : "Make a lead arrive";
    $("leads").replaceChildren(...controls.filter(({ group }) => group === "lead").map((control) => this.#button(control)));
    $("faults").replaceChildren(...controls.filter(({ group }) => group === "fault").map((control) => this.#button(control)));
    $("leads").parentElement.hidden = !$("leads").children.length;
    $("faults").parentElement.hidden = !$("faults").children.length;
    $("tries").replaceChildren(...TRIES.map(([label, text]) => this.#try(label, text === "@" ? `@${bot.username} ` : text)));
  }

  #button(control) {
    const press = () => this.#live.send("control", control.is_switch ? { name: control.name, on: !control.is_on } : { name: control.name, chat_id: this.#world.team?.id });
    const hint = control.hint ? h("p", { class: "control-hint", id: `hint-${control.name}` }, control.hint) : null;
    if (!control.is_switch) {
      const button = h("button", { type: "button", class: "control", "aria-describedby": hint?.id, data: { control: control.name }, onclick: press }, control.label);
      return hint ? h("div", {}, button, hint) : button;
    }
    const knob = h("button", { type: "button", role: "switch", "aria-checked": String(Boolean(control.is_on)), "aria-describedby": hint?.id, class: "control switch", data: { control: control.name }, onclick: press },
      control.label, h("span", { class: "knob", "aria-hidden": "true" }));
    return h("div", {}, knob, hint);
  }

  #try(label, text) {
    if (!text) return h("li", {}, label);
    const write = () => {
      this.close();
      this.#write(text);
    };
    return h("li", {}, h("button", { type: "button", class: "try", onclick: write }, label, h("code", {}, text.trim())));
  }
}

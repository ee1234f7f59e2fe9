// The WebSocket to the sandbox: comes back by itself, and says when it is away.

const FIRST_WAIT = 300;
const LONGEST_WAIT = 4000;

export class Live extends EventTarget {
  #socket = null;
  #wait = FIRST_WAIT;
  #timer = null;

  open() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/page/live`);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", ({ data }) => this.#received(data));
    socket.addEventListener("close", () => this.#closed());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** False where there is no connection: the caller keeps what it wanted to say. */
  send(type, fields) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify({ type, ...fields }));
    return true;
  }

  retryNow() {
    if (this.isOpen || this.#socket?.readyState === WebSocket.CONNECTING) return;
    this.open();
  }

  #opened() {
    this.#wait = FIRST_WAIT;
    this.dispatchEvent(new CustomEvent("state", { detail: true }));
  }

  #received(data) {
    const event = JSON.parse(data);
    this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
  }

  #closed() {
    this.dispatchEvent(new CustomEvent("state", { detail: false }));
    this.#timer = setTimeout(() => this.open(), this.#wait);
    this.#wait = Math.min(this.#wait * 1.7, LONGEST_WAIT);
  }
}

let counter = 0;
const run = Math.random().toString(36).slice(2, 8);

/** Tells answers to this page's questions from those to an earlier load of it. */
export const newId = () => `${run}-${++counter}`;

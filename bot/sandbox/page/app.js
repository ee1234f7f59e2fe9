// Puts the page together: what comes in over the socket, what goes out when something is clicked.
import { Chats } from "./chats.js";
import { Composer } from "./composer.js";
import { $, paintAvatar } from "./dom.js";
import { openOutside, saveContact, startPayload } from "./links.js";
import { Live, newId } from "./live.js";
import { alertBox, copy, notice, speak, toast, viewPicture } from "./notices.js";
import { Panel } from "./panel.js";
import { Thread } from "./thread.js";
import { drawTopics } from "./topics.js";
import { World } from "./world.js";

const ANSWER_WITHIN = 15_000;
const world = new World();
const live = new Live();
const waiting = new Map();
const thread = new Thread(world, { press, reply: (message) => composer.replyTo(message), picture: viewPicture, save: saveContact });
const composer = new Composer(world, live, { start });
const chats = new Chats(world, { become, open: openChat });
const panel = new Panel(world, live, (text) => composer.write(text));

function drawChat() {
  const { chat } = world;
  const isAllowed = world.canSee(chat);
  const isUnstarted = chat?.type === "private" && !world.messagesHere.length;
  $("chat-title").textContent = chat?.title ?? "";
  paintAvatar($("chat-avatar"), chat?.bot_id ?? chat?.id ?? 0, chat?.title ?? "");
  $("locked").hidden = isAllowed;
  $("foot").hidden = !isAllowed;
  $("start").hidden = !isUnstarted;
  $("composer").classList.toggle("is-unstarted", isUnstarted);
  drawTopics(world, openTopic);
  drawState();
}

function drawState() {
  const { chat } = world;
  const about = chat?.type === "private" ? "bot" : `${(chat?.members.length ?? 0) + (chat?.bots.length ?? 0)} members`;
  $("app").classList.toggle("is-away", !live.isOpen);
  $("chat-state").textContent = live.isOpen ? about : "connecting…";
}

function drawAll() {
  drawChat();
  composer.draw();
  thread.draw();
  saw();
  panel.draw();
}

/** What is open counts as read; the lists say so. */
function saw() {
  world.see();
  drawTopics(world, openTopic);
  chats.draw();
}

function become(personId) {
  world.become(personId);
  const url = new URL(location.href);
  url.searchParams.set("as", world.me.id);
  history.replaceState(null, "", url);
  drawAll();
}

function openChat(chatId) {
  world.chatId = chatId;
  $("app").dataset.pane = "chat";
  drawAll();
}

function openTopic(topicId) {
  world.topicId = topicId;
  drawAll();
}

/** Opens the private chat with a bot and presses Start there, as a deep link does. */
function start(payload = "", bot = world.bot) {
  openChat(world.privateChat(bot).id);
  composer.clear();
  const fields = { as: world.me.id, bot_id: bot.id };
  live.send("start", payload ? { ...fields, payload } : fields);
}

function follow(href) {
  const bot = world.bots.find(({ username }) => startPayload(href, username) !== null);
  if (bot) start(startPayload(href, bot.username), bot);
  else openOutside(href);
}

function press(message, button, node) {
  if (button.url !== undefined) return follow(button.url);
  if (button.copy_text !== undefined) return copy(button.copy_text.text ?? button.copy_text);
  const query = button.switch_inline_query_current_chat ?? button.switch_inline_query;
  if (query !== undefined) return composer.write(`@${world.bot.username} ${query}`);
  return callBack(message, button, node);
}

function callBack(message, button, node) {
  if (node.classList.contains("is-waiting")) return;
  const id = newId();
  const fields = { press_id: id, as: world.me.id, chat_id: message.chat_id, message_id: message.message_id, data: button.callback_data };
  if (!live.send("press", fields)) return void toast("Not connected.");
  node.classList.add("is-waiting");
  waiting.set(id, node);
  setTimeout(() => settle(id), ANSWER_WITHIN);
}

function settle(pressId) {
  waiting.get(pressId)?.classList.remove("is-waiting");
  return waiting.delete(pressId);
}

function arrived(message) {
  world.add(message);
  if (world.isHere(message)) {
    thread.append(message);
    drawChat();
    if (!document.hidden) world.see();
    if (message.from?.id !== world.me.id) speak(`${message.from?.name}: ${message.text || "sent something"}`);
    if (message.force_reply && asksMe(message)) composer.replyTo(message, message.force_reply.placeholder);
  }
  drawTopics(world, openTopic);
  chats.draw();
}

/** A selective question in the group is for whom it answers or mentions, as in Telegram. */
function asksMe(message) {
  if (world.chat.type === "private") return true;
  const answered = message.reply_to && world.find(message.chat_id, message.reply_to.message_id);
  const isForMe = answered?.from?.id === world.me.id || message.text?.includes(world.me.name);
  return isForMe || !message.force_reply.selective;
}

function edited(message) {
  const before = world.find(message.chat_id, message.message_id);
  world.add({ reaction: before?.reaction, ...message });
  if (world.isHere(message)) thread.replace(world.find(message.chat_id, message.message_id));
  chats.draw();
}

function greeted(hello) {
  world.greet(hello);
  const wanted = Number(new URLSearchParams(location.search).get("as"));
  world.become(world.me?.id ?? wanted);
  drawAll();
  $("app").classList.add("is-ready");
}

function switched({ name, is_on: isOn }) {
  for (const control of world.controls) if (control.name === name) control.is_on = isOn;
  panel.draw();
}

const HANDLERS = {
  hello: greeted,
  message: ({ message }) => arrived(message),
  edited: ({ message }) => edited(message),
  deleted: (event) => {
    world.remove(event);
    if (event.chat_id === world.chatId) thread.draw({ isNewChat: false });
    chats.draw();
  },
  reaction: ({ chat_id: chatId, message_id: messageId, emoji }) => {
    const message = world.find(chatId, messageId);
    if (message) edited({ ...message, reaction: emoji });
  },
  callback_answer: ({ press_id: id, text, show_alert: isAlert, url }) => {
    if (!settle(id)) return;
    if (text) (isAlert ? alertBox : toast)(text);
    if (url) follow(url);
  },
  commands: ({ bot_id: botId, commands }) => {
    world.setCommands(botId, commands);
    composer.draw();
  },
  chat: ({ chat }) => {
    world.replaceChat(chat);
    world.become(world.me.id);
    drawAll();
  },
  control: switched,
  notice: ({ text }) => notice(text),
  error: ({ text }) => {
    for (const id of [...waiting.keys()]) settle(id); // it does not say which press it is about
    toast(text);
  },
};

for (const [type, handle] of Object.entries(HANDLERS)) live.addEventListener(type, ({ detail }) => handle(detail));
live.addEventListener("state", drawState);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".text a[href]");
  const command = event.target.closest?.("[data-command]")?.dataset.command;
  if (command) composer.send(command);
  if (!link || /^(tel|mailto):/.test(link.href)) return;
  event.preventDefault();
  follow(link.getAttribute("href"));
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !world.me) return;
  live.retryNow();
  saw();
});
window.addEventListener("online", () => live.retryNow());
$("start").addEventListener("click", () => start());
$("open-private").addEventListener("click", () => openChat(world.privateChat().id));
$("to-chats").addEventListener("click", () => showPeople());
$("send-as").addEventListener("click", () => showPeople());
$("shade").addEventListener("click", () => panel.close());

function showPeople() {
  $("app").dataset.pane = "chats";
  $("people").querySelector("input:checked")?.focus();
}

live.open();

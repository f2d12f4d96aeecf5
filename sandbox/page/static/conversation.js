// One chat in one phone: its thread and composer, what waits to be sent, and
// the presses that wait for an answer.
import { get, post, quietly, Refused } from "./api.js";
import { bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { examplesFor } from "./examples.js";
import { openMenu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { Thread } from "./thread.js";
import { toast } from "./toast.js";

// A client gives up on a press after a while, whatever the bot does.
const patience = 60_000;

export class Conversation {
  #held = null; // events kept back while a fetch or a send is under way
  #holds = 0;
  #presses = new Map(); // key of the button → {id?, timer}
  #answered = new Map(); // callbacks answered before their press returned
  #state = {}; // of the user, as the server has it
  #begun = false; // the chat has something of one's own in it

  // phone is the Phone it is in, whose world is the page's view of the
  // server; chat is {id, title, type}.
  constructor(phone, chat) {
    this.phone = phone;
    this.chat = chat;
    this.user = phone.user;
    this.thread = new Thread({
      label: `${phone.title} 的聊天`,
      draw: (message) => bubble(message, this.#view()),
      now: () => phone.world.now(),
    });
    this.outbox = new Outbox(`outbox ${this.user} ${chat.id}`, {
      send: (body) => this.#deliver(body),
      changed: () => this.#settleWaiting(),
    });
    this.composer = new Composer({
      user: this.user,
      label: phone.title,
      examples: examplesFor(phone),
      submit: (text, mode) => this.#submit(text, mode),
      attach: (fields, text, mode) => this.send({ ...fields, ...(text && { caption: text }), ...replyTo(mode) }),
      last: () => this.thread.newest((message) => this.#own(message) && message.text),
      edit: (message) => this.#edit(message),
      unblock: () => quietly(phone.unblock()),
    });
    this.notices = el("div", { class: "notices", role: "status", "aria-live": "polite" });
    this.element = el("section", { class: "conversation" }, this.thread.element, this.composer.element, this.notices);
    this.#showWaiting();
  }

  // receive takes an event about a message. In aeroplane mode nothing arrives;
  // sync brings it later.
  receive(event) {
    if (!this.phone.online()) return;
    if (this.#held) this.#held.push(event);
    else this.#apply(event);
  }

  // settle ends the spinner of a press that the bot has answered.
  settle({ id, text }) {
    const press = [...this.#presses].find(([, { id: pressed }]) => pressed === id);
    if (!press) {
      if (this.#presses.size > 0) this.#answered.set(id, { id, text });
      return;
    }
    this.#release(press[0]);
    if (text) toast(text, this.notices);
  }

  // goOnline fetches what was missed, then sends what waited.
  async goOnline() {
    await this.#sync();
    await this.outbox.drain(() => this.phone.online());
  }

  async #sync() {
    this.#hold();
    try {
      const { messages } = await get(`/control/messages?chat_id=${this.chat.id}&after=0`);
      if (this.phone.online()) this.thread.replaceAll(messages || []);
      this.#settleWaiting();
      if (this.#presses.size > 0) await this.#syncPresses();
    } finally {
      this.#letGo();
    }
  }

  async #syncPresses() {
    const callbacks = await get("/control/callbacks");
    for (const callback of callbacks) if (callback.answered) this.settle(callback);
  }

  show(state) {
    this.#state = state;
    const begun = this.chat.type !== "private" || state.started || this.thread.newest((message) => this.#own(message));
    this.#begun = Boolean(begun);
    this.composer.show({ begun: this.#begun, blocked: Boolean(state.blocked) });
  }

  send(fields) {
    this.thread.toBottom();
    this.outbox.add({ user_id: this.user, chat_id: this.chat.id, ...fields }, Math.floor(this.phone.world.now() / 1000));
    return this.outbox.drain(() => this.phone.online());
  }

  #submit(text, mode) {
    if (mode?.kind !== "edit") this.send({ text, ...replyTo(mode) });
    else if (mode.target.waiting) this.#editWaiting(mode.target, text);
    else this.#ask("edit", { message_id: mode.target.message_id, text });
  }

  #editWaiting(message, text) {
    this.outbox.edit(message.waiting, text);
    this.outbox.drain(() => this.phone.online());
  }

  // #ask carries out an action that cannot wait for the network.
  async #ask(action, fields) {
    if (!this.phone.online()) {
      toast("没有网络，先关掉飞行模式", this.notices);
      return null;
    }
    try {
      return await post(`/control/${action}`, { user_id: this.user, chat_id: this.chat.id, ...fields });
    } catch (error) {
      toast(error instanceof Refused ? error.message : "连不上服务器", this.notices);
      return null;
    }
  }

  // #deliver holds events back, so that the message as the server has it takes
  // the place of the waiting one in a single painting.
  async #deliver(body) {
    this.#hold();
    try {
      const answer = await post("/control/send", body);
      return answer.message_ids;
    } finally {
      this.#letGo();
    }
  }

  #hold() {
    this.#holds++;
    this.#held ??= [];
  }

  #letGo() {
    if (--this.#holds > 0) return;
    const events = this.#held;
    this.#held = null;
    if (this.phone.online()) events.forEach((event) => this.#apply(event));
  }

  #apply({ type, ...message }) {
    if (type === "delete") this.thread.remove(message.message_id);
    else this.thread.put(message);
    this.#settleWaiting();
    if (!this.#begun) this.show(this.#state);
  }

  // #settleWaiting shows what has not left the phone, without what the thread
  // shows already.
  #settleWaiting() {
    this.outbox.settle((id) => this.thread.get(id));
    this.#showWaiting();
  }

  #showWaiting() {
    const me = { id: this.user, first_name: this.phone.name };
    this.thread.setWaiting(
      this.outbox.items.map(({ key, body, date, failed }) => ({
        waiting: key,
        failed,
        date,
        from: me,
        text: body.text || body.caption || thing(body),
        reply_to: body.reply_to,
      })),
    );
  }

  #own(message) {
    return message.from.id === this.user;
  }

  #view() {
    return {
      own: (message) => this.#own(message),
      named: this.chat.type !== "private",
      find: (id) => this.thread.get(id),
      pressing: (key) => this.#presses.has(key),
      press: (message, button, key) => this.#press(message, button, key),
      menu: (message, node, at) => this.#menu(message, node, at),
      quote: (id) => this.thread.reveal(id),
      command: (text) => this.send({ text }),
      link: (url) => this.#follow(url),
    };
  }

  // #follow keeps a link to the bot itself inside the phone: Telegram turns it
  // into /start with the code.
  #follow(url) {
    const { bot } = this.phone.world.state;
    const code = url.searchParams.get("start");
    if (url.hostname !== "t.me" || url.pathname.toLowerCase() !== `/${bot.username}`.toLowerCase()) return false;
    this.send({ text: code ? `/start ${code}` : "/start" });
    return true;
  }

  async #press(message, button, key) {
    if (this.#presses.has(key)) return;
    const timer = setTimeout(() => this.#release(key), patience);
    this.#presses.set(key, { timer });
    this.thread.redraw(message.message_id);
    const answer = await this.#ask("press", { message_id: message.message_id, data: button.data });
    if (!answer) {
      this.#release(key);
      return;
    }
    const press = this.#presses.get(key);
    if (press) press.id = answer.callback_id;
    const early = this.#answered.get(answer.callback_id);
    if (early) this.settle(early);
  }

  #release(key) {
    clearTimeout(this.#presses.get(key)?.timer);
    this.#presses.delete(key);
    if (this.#presses.size === 0) this.#answered.clear();
    this.thread.redraw(Number.parseInt(key, 10));
  }

  #menu(message, node, at) {
    const items = message.waiting ? this.#waitingItems(message) : this.#sentItems(message);
    openMenu(node, "消息", items, { at });
  }

  #waitingItems(message) {
    return [
      message.failed && { label: "重发", run: () => this.#resend(message) },
      { label: "编辑", run: () => this.#edit(message) },
      { label: "删除", danger: true, run: () => this.outbox.remove(message.waiting) },
    ].filter(Boolean);
  }

  #resend(message) {
    this.outbox.retry(message.waiting);
    this.outbox.drain(() => this.phone.online());
  }

  #sentItems(message) {
    const text = message.text || message.caption || "";
    return [
      { label: "回复", run: () => this.composer.setMode({ kind: "reply", target: message, name: message.from.first_name, text: text || "照片或文件" }) },
      this.#own(message) && message.text && { label: "编辑", run: () => this.#edit(message) },
      text && { label: "转发", run: () => this.#forward(message) },
      text && navigator.clipboard && { label: "复制", run: () => navigator.clipboard.writeText(text) },
    ].filter(Boolean);
  }

  #edit(message) {
    this.composer.setMode({ kind: "edit", target: message, text: message.text });
  }

  // #forward asks which phone passes the message on, and to which chat.
  #forward(message) {
    const fields = {
      forward_from: { user_id: message.from.id, date: message.date },
      ...(message.photo ? { photos: 1, caption: message.caption } : { text: message.text || message.caption }),
    };
    const items = this.phone.world.conversations().map((conversation) => ({
      label: conversation.phone.name,
      detail: conversation.chat.type === "private" ? "发给机器人" : `发到 ${conversation.chat.title}`,
      run: () => conversation.send(fields),
    }));
    openMenu(this.thread.element, "由谁转发", items, { heading: true, at: this.composer.element.getBoundingClientRect() });
  }
}

function replyTo(mode) {
  return mode?.kind === "reply" ? { reply_to: mode.target.message_id } : {};
}

function thing(body) {
  if (body.photos) return body.photos === 1 ? "照片" : `照片${body.photos}张`;
  return { voice: "语音", location: "位置", sticker: "贴纸", contact: "名片", poll: "投票" }[Object.keys(body).find((name) => body[name] === true)] ?? "";
}

// A phone: whose it is, whether it has a network, and its chats.
import { post } from "./api.js";
import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { toast } from "./toast.js";

const typingFor = 5000; // what Telegram's clients allow a "typing…"

export class Phone {
  #aeroplane;
  #typing;
  #drawnTabs = "";

  // world is the page's view of the server: state, connected, now(),
  // conversations(), refresh().
  constructor(world, { user_id: user, title, hint }, place) {
    this.world = world;
    this.user = user;
    this.title = title || this.#state().first_name || `用户${user}`;
    this.hint = hint;
    ({ role: this.role, name: this.name } = split(this.title));
    this.#aeroplane = sessionStorage.getItem(`aeroplane ${user}`) === "on";
    this.conversations = new Map();
    this.id = `phone-${user}`;
    this.#build(place);
    this.update();
  }

  #build(place) {
    this.subtitle = el("span", { class: "subtitle", role: "status" });
    this.switch = el(
      "button",
      {
        type: "button",
        role: "switch",
        class: "aeroplane",
        title: "飞行模式：没有网络，消息等在手机里",
        "aria-label": `${this.title}：飞行模式`,
        onclick: () => this.#setAeroplane(!this.#aeroplane),
      },
      el("span", { "aria-hidden": "true" }, "✈\uFE0E"),
    );
    this.chatTabs = el("div", { class: "chats", role: "group", "aria-label": "聊天", hidden: true });
    this.body = el("div", { class: "phone-body" });
    this.element = el(
      "section",
      { class: "phone", id: this.id, "aria-label": this.title },
      el(
        "header",
        { class: "owner" },
        el("span", { class: "avatar", "data-tint": place % 6, "aria-hidden": "true" }, [...this.name][0]),
        el("div", { class: "who" }, el("h2", {}, this.name, this.role && el("span", { class: "role" }, this.role)), this.subtitle),
        this.switch,
      ),
      this.chatTabs,
      this.body,
    );
  }

  online() {
    return this.world.connected && !this.#aeroplane;
  }

  // update follows the state of the server: groups joined, blocked, begun.
  update() {
    const chats = this.#chats();
    for (const chat of chats) {
      if (!this.conversations.has(chat.id)) this.conversations.set(chat.id, new Conversation(this, chat));
    }
    for (const id of [...this.conversations.keys()]) {
      if (!chats.some((chat) => chat.id === id)) this.conversations.delete(id);
    }
    if (!this.conversations.has(this.open)) this.#show(this.user);
    this.#drawTabs();
    this.conversations.forEach((conversation) => conversation.show(this.#state()));
    this.#drawStatus();
  }

  // goOnline brings every chat up to date after a time without network.
  async goOnline() {
    if (!this.online()) return;
    await Promise.all([...this.conversations.values()].map((conversation) => conversation.goOnline()));
    this.update();
  }

  receive(event) {
    this.conversations.get(event.chat_id)?.receive(event);
    if (event.chat_id === this.open && event.type === "message") this.#stopTyping();
  }

  typing(chatId) {
    if (chatId !== this.open || !this.online()) return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#stopTyping(), typingFor);
    this.#drawStatus();
  }

  async unblock() {
    await post("/control/unblock", { user_id: this.user });
    await this.world.refresh();
  }

  #stopTyping() {
    clearTimeout(this.#typing);
    this.#typing = undefined;
    this.#drawStatus();
  }

  #state() {
    return this.world.state.users?.find(({ id }) => id === this.user) ?? {};
  }

  #chats() {
    const groups = (this.world.state.chats ?? []).filter(({ type, members }) => type !== "private" && members?.includes(this.user));
    return [{ id: this.user, type: "private", title: "机器人" }, ...groups];
  }

  #show(id) {
    this.open = id;
    this.body.replaceChildren(this.conversations.get(id).element);
    this.#drawTabs();
    this.#drawStatus();
  }

  #drawTabs() {
    const drawn = JSON.stringify([this.open, [...this.conversations.values()].map(({ chat }) => [chat.id, chat.title])]);
    if (drawn === this.#drawnTabs) return; // the focus may be on one of them
    this.#drawnTabs = drawn;
    this.chatTabs.hidden = this.conversations.size < 2;
    this.chatTabs.replaceChildren(
      ...[...this.conversations.values()].map(({ chat }) =>
        el("button", { type: "button", "aria-pressed": String(chat.id === this.open), onclick: () => this.#show(chat.id) }, chat.title),
      ),
    );
  }

  #drawStatus() {
    this.switch.setAttribute("aria-checked", String(this.#aeroplane));
    this.element.classList.toggle("offline", !this.online());
    this.subtitle.textContent = this.#status();
  }

  #status() {
    const { bot, process } = this.world.state;
    if (this.#aeroplane) return "飞行模式 · 没有网络";
    if (!this.world.connected) return "连接中…";
    if (this.#typing) return `${bot?.first_name ?? "汇报"} 正在输入…`;
    return `${bot?.first_name ?? "汇报"} · 机器人${process === "stopped" ? "停了" : ""}`;
  }

  async #setAeroplane(on) {
    this.#aeroplane = on;
    sessionStorage.setItem(`aeroplane ${this.user}`, on ? "on" : "off");
    this.#drawStatus();
    toast(on ? "飞行模式开了：消息等在手机里" : "有网络了", this.conversations.get(this.open).notices);
    await this.goOnline();
  }
}

// split takes "村干部 李梅" apart; a title of one word is a name.
function split(title) {
  const words = title.trim().split(/\s+/);
  return words.length > 1 ? { role: words.slice(0, -1).join(" "), name: words.at(-1) } : { role: "", name: title };
}

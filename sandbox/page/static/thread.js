// The scrolling list of one chat. It holds every message but draws a window of
// them, and it keeps what the reader looks at in place whatever changes.
import { el } from "./dom.js";
import { dayLabel, dayNumber } from "./time.js";

const page = 60; // messages drawn at first, and added at each step upwards
const most = 2 * page; // drawn at once while the reader is at the bottom

export class Thread {
  #byId = new Map();
  #ids = []; // ascending
  #first = 0; // the smallest id drawn
  #waiting = [];
  #nodes = new Map(); // key → {source, node}
  #seen = 0; // the newest id the reader was at the bottom for
  #stuck = true; // at the bottom, and staying there
  #queued = false;

  // draw makes the element of a message; now() is the time of the sandbox.
  constructor({ label, draw, now }) {
    this.draw = draw;
    this.now = now;
    this.inner = el("div", { class: "inner", role: "log", "aria-label": label, "aria-live": "off" });
    this.list = el("div", { class: "list", tabindex: "0", "aria-label": `${label}，上下键选消息` }, this.inner);
    this.count = el("span", { class: "count" });
    this.down = el(
      "button",
      { type: "button", class: "down", "aria-label": "到最新消息", hidden: true, onclick: () => this.toBottom() },
      "↓",
      this.count,
    );
    this.earlier = el("button", { type: "button", class: "earlier", onclick: () => this.#showEarlier() }, "更早的消息");
    this.element = el("div", { class: "thread" }, this.list, this.down);
    this.list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.#walk(event));
    new ResizeObserver(() => this.#stuck && this.#scrollDown()).observe(this.list);
  }

  get(id) {
    return this.#byId.get(id);
  }

  // newest returns the last message that passes.
  newest(test) {
    const id = this.#ids.findLast((id) => test(this.#byId.get(id)));
    return this.#byId.get(id);
  }

  put(message) {
    if (message.deleted) {
      this.remove(message.message_id);
      return;
    }
    const id = message.message_id;
    if (!this.#byId.has(id)) {
      let at = this.#ids.length;
      while (at > 0 && this.#ids[at - 1] > id) at--;
      this.#ids.splice(at, 0, id);
    }
    this.#byId.set(id, message);
    this.#paintSoon();
  }

  remove(id) {
    if (!this.#byId.delete(id)) return;
    this.#ids.splice(this.#ids.indexOf(id), 1);
    this.#paintSoon();
  }

  // replaceAll takes the whole chat as the server has it now.
  replaceAll(messages) {
    const known = this.#byId;
    const kept = messages.filter((message) => !message.deleted);
    this.#byId = new Map(kept.map((message) => [message.message_id, unchanged(known.get(message.message_id), message)]));
    this.#ids = [...this.#byId.keys()].sort((a, b) => a - b);
    this.#paintSoon();
  }

  // setWaiting gives the messages that have not left the phone, drawn last.
  setWaiting(items) {
    this.#waiting = items;
    this.#paintSoon();
  }

  // redraw makes the element of a message anew.
  redraw(id) {
    this.#nodes.delete(id);
    this.#paintSoon();
  }

  toBottom() {
    this.#stuck = true;
    this.#paintSoon();
  }

  // reveal scrolls to a message, drawing it first if it is far up.
  reveal(id) {
    if (!this.#byId.has(id)) return;
    this.#stuck = false;
    if (id < this.#first) this.#first = id;
    this.#paint();
    const node = this.#nodes.get(id).node;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("flash");
    void node.offsetWidth; // restarts the animation
    node.classList.add("flash");
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    this.#stuck = scrollHeight - scrollTop - clientHeight < 24;
    if (scrollTop < 200 && !this.#stuck) this.#showEarlier();
    this.#showDown();
  }

  #showEarlier() {
    const at = this.#ids.findIndex((id) => id >= this.#first);
    if (at <= 0) return;
    this.#first = this.#ids[Math.max(0, at - page)];
    this.#paint();
  }

  #showDown() {
    if (this.#stuck) this.#seen = this.#ids.at(-1) ?? 0;
    const unread = this.#ids.length - 1 - this.#ids.findLastIndex((id) => id <= this.#seen);
    this.down.hidden = this.#stuck;
    this.count.textContent = unread > 0 ? String(unread) : "";
    this.down.setAttribute("aria-label", unread > 0 ? `到最新消息，${unread}条未看` : "到最新消息");
  }

  #scrollDown() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  #paintSoon() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#paint();
    });
  }

  // #paint draws the window and leaves the reader where they were: at the
  // bottom, or with the topmost message they see at the same height.
  #paint() {
    this.#narrow();
    const anchor = this.#stuck ? null : this.#topmost();
    const focused = this.inner.contains(document.activeElement) ? document.activeElement : null;
    const focusedId = Number(focused?.closest(".message")?.dataset.id);
    this.#reconcile(this.#wanted());
    if (this.#stuck) this.#scrollDown();
    else if (anchor) this.#restore(anchor);
    if (focused && !focused.isConnected) this.#refocus(focusedId, focused.dataset.key);
    this.#showDown();
  }

  // #narrow sets where the window begins.
  #narrow() {
    const { length } = this.#ids;
    const at = this.#ids.findIndex((id) => id >= this.#first);
    if (length === 0) this.#first = 0;
    else if (at < 0 || this.#first === 0 || (this.#stuck && length - at > most)) this.#first = this.#ids[Math.max(0, length - page)];
  }

  // #wanted lists the elements in order: days between messages, what waits last.
  #wanted() {
    const from = this.#ids.findIndex((id) => id >= this.#first);
    const shown = from < 0 ? [] : this.#ids.slice(from).map((id) => this.#byId.get(id));
    const nodes = from > 0 ? [this.earlier] : [];
    const fresh = new Map();
    const use = (key, source, make) => {
      const had = this.#nodes.get(key);
      const node = had?.source === source ? had.node : make();
      fresh.set(key, { source, node });
      nodes.push(node);
      return node;
    };
    let previous;
    const today = this.now();
    for (const message of [...shown, ...this.#waiting]) {
      const key = message.message_id ?? `waiting ${message.waiting}`;
      const day = dayNumber(message.date * 1000);
      if (!previous || dayNumber(previous.date * 1000) !== day) {
        const text = dayLabel(message.date * 1000, today);
        use(`day ${day}`, text, () => el("p", { class: "day" }, el("span", {}, text)));
        previous = undefined;
      }
      const node = use(key, message, () => this.draw(message));
      node.classList.toggle("follows", previous?.from.id === message.from.id && message.date - previous.date < 300);
      previous = message;
    }
    this.#nodes = fresh;
    return nodes;
  }

  #reconcile(nodes) {
    const keep = new Set(nodes);
    for (const node of [...this.inner.children]) if (!keep.has(node)) node.remove();
    let at = this.inner.firstElementChild;
    for (const node of nodes) {
      if (node === at) at = at.nextElementSibling;
      else this.inner.insertBefore(node, at);
    }
  }

  #topmost() {
    const edge = this.list.getBoundingClientRect().top;
    for (const node of this.inner.children) {
      const box = node.getBoundingClientRect();
      if (node.dataset.id && box.bottom > edge) return { id: Number(node.dataset.id), top: box.top };
    }
    return null;
  }

  #restore({ id, top }) {
    const node = this.#nodes.get(id)?.node;
    if (node) this.list.scrollTop += node.getBoundingClientRect().top - top;
  }

  // #refocus keeps the keyboard where it was when its message was drawn anew.
  #refocus(id, key) {
    const node = this.#nodes.get(id)?.node;
    const button = key && [...(node?.querySelectorAll(".key") ?? [])].find((each) => each.dataset.key === key);
    (button || node || this.list).focus({ preventScroll: true });
  }

  // #walk moves the focus from message to message with the arrow keys.
  #walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const current = event.target.closest(".message");
    if (!step || (event.target !== this.list && event.target !== current)) return;
    const messages = [...this.inner.querySelectorAll(".message")];
    const at = current ? messages.indexOf(current) + step : messages.length - 1;
    if (!messages[at]) return;
    event.preventDefault();
    messages[at].focus();
  }
}

// unchanged returns the message drawn already when the new one says the same.
function unchanged(old, message) {
  return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
}

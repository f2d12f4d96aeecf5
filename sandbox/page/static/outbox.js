// What a phone wrote and has not sent: in aeroplane mode, or while the server
// is away. Items leave in order; the browser tab keeps them over a reload.
import { Refused } from "./api.js";

export class Outbox {
  #sending = false;

  // send takes the body of /control/send and returns the message ids;
  // changed runs whenever the items did.
  constructor(name, { send, changed }) {
    this.name = name;
    this.send = send;
    this.changed = changed;
    this.items = JSON.parse(sessionStorage.getItem(name) || "[]");
  }

  add(body, date) {
    this.#set([...this.items, { key: Math.random().toString(36).slice(2), body, date }]);
  }

  // edit changes the words of an item that still waits.
  edit(key, text) {
    this.#set(this.items.map((item) => (item.key === key ? { ...item, failed: undefined, body: { ...item.body, text } } : item)));
  }

  remove(key) {
    this.#set(this.items.filter((item) => item.key !== key));
  }

  retry(key) {
    this.#set(this.items.map((item) => (item.key === key ? { ...item, failed: undefined } : item)));
  }

  // drain sends while it can. A refused item stays and says why; when the
  // server is not reached everything stays for the next time.
  async drain(online) {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let item = this.#next(); item && online(); item = this.#next()) {
        const change = await this.#try(item);
        if (!change) return;
        this.#set(this.items.map((each) => (each.key === item.key ? { ...each, ...change } : each)));
      }
    } finally {
      this.#sending = false;
    }
  }

  // settle drops what the server has and the chat shows.
  settle(shown) {
    const left = this.items.filter((item) => !item.ids || !item.ids.every(shown));
    if (left.length === this.items.length) return;
    this.items = left;
    this.#keep();
  }

  #next() {
    return this.items.find((item) => !item.ids && !item.failed);
  }

  async #try(item) {
    try {
      return { ids: await this.send(item.body) };
    } catch (error) {
      return error instanceof Refused ? { failed: error.message } : null;
    }
  }

  #set(items) {
    this.items = items;
    this.#keep();
    this.changed();
  }

  #keep() {
    sessionStorage.setItem(this.name, JSON.stringify(this.items.filter((item) => !item.ids)));
  }
}

// The lower edge of a chat: examples, what is being edited or answered, the
// input, and the menus for commands and for things that are not text.
import { get, Refused } from "./api.js";
import { el } from "./dom.js";
import { openMenu } from "./menu.js";

// things a phone can send besides text; the fields are those of /control/send.
const things = [
  { label: "照片", fields: { photos: 1 } },
  { label: "照片3张", fields: { photos: 3 } },
  { label: "语音", fields: { voice: true } },
  { label: "位置", fields: { location: true } },
  { label: "贴纸", fields: { sticker: true } },
  { label: "名片", fields: { contact: true } },
  { label: "投票", fields: { poll: true } },
];

export class Composer {
  #mode = null; // {kind: "edit" | "reply", target, text, name}
  #shift = false; // held at the last key

  // submit(text, mode) and attach(fields, text, mode) send; last() is the newest
  // message of one's own, which ↑ gives to edit(message); unblock lifts a block.
  constructor({ user, label, examples, submit, attach, last, edit, unblock }) {
    this.user = user;
    this.submit = submit;
    this.attach = attach;
    this.last = last;
    this.edit = edit;
    this.input = el("textarea", {
      rows: "1",
      placeholder: "输入汇报…",
      "aria-label": `${label}：输入消息`,
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.#resize(),
      onbeforeinput: (event) => this.#lineBreak(event),
      onkeydown: (event) => this.#key(event),
    });
    this.modeBar = el("div", { class: "mode", hidden: true });
    this.examples = el(
      "div",
      { class: "examples", role: "group", "aria-label": "示例，点一下填入输入框" },
      el("span", { "aria-hidden": "true" }, "试试"),
      examples.map((text) => el("button", { type: "button", title: text, onclick: () => this.fill(text) }, text)),
    );
    this.begin = el("button", { type: "button", class: "begin", onclick: () => submit("/start", null), hidden: true }, "开始 /start");
    this.form = el(
      "form",
      {
        class: "input",
        onsubmit: (event) => {
          event.preventDefault();
          this.#send();
        },
      },
      el("button", { type: "button", class: "round", "aria-label": "命令菜单", "aria-haspopup": "menu", onclick: (event) => this.#commands(event.currentTarget) }, "/"),
      el("button", { type: "button", class: "round", "aria-label": "发照片等", "aria-haspopup": "menu", onclick: (event) => this.#things(event.currentTarget) }, "＋"),
      this.input,
      el("button", { type: "submit", class: "send", "aria-label": "发送" }, sendIcon()),
    );
    this.blocked = el("div", { class: "blocked", hidden: true }, "您屏蔽了机器人", el("button", { type: "button", onclick: unblock }, "取消屏蔽"));
    this.element = el("div", { class: "composer" }, this.begin, this.examples, this.modeBar, this.form, this.blocked);
  }

  // show follows the user's state: a chat never begun offers /start, a blocked
  // bot cannot be written to.
  show({ begun, blocked }) {
    this.begin.hidden = begun || blocked;
    this.examples.hidden = !begun || blocked;
    this.form.hidden = blocked;
    this.blocked.hidden = !blocked;
  }

  fill(text) {
    this.input.value = text;
    this.#resize();
    this.input.focus();
  }

  setMode(mode) {
    if (this.#mode?.kind === "edit" || mode?.kind === "edit") this.input.value = mode?.kind === "edit" ? mode.text : "";
    this.#mode = mode;
    this.modeBar.hidden = !mode;
    if (mode) {
      this.modeBar.replaceChildren(
        el("div", {}, el("b", {}, mode.kind === "edit" ? "编辑消息" : `回复 ${mode.name}`), el("span", {}, mode.text)),
        el("button", { type: "button", "aria-label": "取消", onclick: () => this.setMode(null) }, "✕"),
      );
      this.input.focus();
    }
    this.#resize();
  }

  #key(event) {
    this.#shift = event.shiftKey;
    if (event.key === "Escape" && this.#mode) {
      this.setMode(null);
    } else if (event.key === "ArrowUp" && !this.input.value && this.last()) {
      event.preventDefault();
      this.edit(this.last());
    }
  }

  // #lineBreak sends when Enter would break the line. The key itself says less:
  // while an input method composes, Enter chooses a word, and the keyboards of
  // phones send no key code at all.
  #lineBreak(event) {
    if (event.inputType !== "insertLineBreak" || this.#shift) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.input.value.trim();
    if (!text) return;
    const mode = this.#mode;
    this.input.value = "";
    this.setMode(null);
    this.submit(text, mode);
    this.input.focus();
  }

  #resize() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
  }

  async #commands(anchor) {
    const commands = await this.#listCommands();
    const items = commands.map(({ command, description }) => ({
      label: `/${command}`,
      detail: description,
      run: () => this.submit(`/${command}`, null),
    }));
    if (items.length === 0) items.push({ label: "机器人没有设命令菜单", run: () => this.input.focus() });
    openMenu(anchor, "命令菜单", items);
  }

  async #listCommands() {
    try {
      return (await get(`/control/commands?user_id=${this.user}`)).commands;
    } catch (error) {
      if (error instanceof Refused) return [];
      throw error;
    }
  }

  #things(anchor) {
    openMenu(
      anchor,
      "发照片等",
      things.map(({ label, fields }) => ({
        label,
        run: () => {
          const text = fields.photos ? this.input.value.trim() : "";
          const mode = this.#mode;
          if (fields.photos) this.input.value = "";
          this.setMode(null);
          this.attach(fields, text, mode);
        },
      })),
    );
  }
}

function sendIcon() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", "M3.4 20.4 21 12 3.4 3.6v6.5L15 12 3.4 13.9z");
  svg.append(path);
  return svg;
}

// A message as an element. What it says comes from users and from the bot under
// test, so it is text nodes and checked addresses only.
import { el, ownFile, safeLink } from "./dom.js";
import { clockTime } from "./time.js";

// bubble draws a message of /control/messages, or a message still in the phone
// (it has `waiting`, and `failed` when the server refused it). `chat` says how
// this phone sees it: own(message), named (show who wrote, in groups),
// find(id), pressing(key) and the actions press, menu, quote, command and link.
export function bubble(message, chat) {
  const own = chat.own(message);
  const body = el(
    "div",
    { class: "bubble" },
    chat.named && !own && el("p", { class: "sender", "data-tint": message.from.id % 6 }, message.from.first_name),
    message.forward && el("p", { class: "forward" }, "转发自 ", el("b", {}, message.forward)),
    message.reply_to && quote(message.reply_to, chat),
    attachments(message),
    words(message, chat),
  );
  const node = el(
    "article",
    {
      class: `message ${own ? "own" : "theirs"}`,
      tabindex: "-1",
      "data-id": message.message_id ?? null,
      "aria-label": label(message, own),
    },
    el("div", { class: "row" }, body, !message.deleted && more(message, chat)),
    message.buttons?.length > 0 && keyboard(message, chat),
  );
  if (message.waiting) node.classList.add("waiting");
  if (message.failed) node.append(el("p", { class: "failed", role: "alert" }, `没发出去：${message.failed}`));
  listenForMenu(node, body, (at) => chat.menu(message, node, at));
  return node;
}

function label(message, own) {
  const who = own ? "我" : message.from.first_name;
  return `${who}，${clockTime(message.date * 1000)}${message.edit_date ? "，改过" : ""}${message.waiting ? "，等待发送" : ""}`;
}

function more(message, chat) {
  return el(
    "button",
    {
      type: "button",
      class: "more",
      tabindex: "-1",
      "aria-label": "消息菜单",
      "aria-haspopup": "menu",
      onclick: (event) => chat.menu(message, event.currentTarget, null),
    },
    "⋯",
  );
}

// listenForMenu opens the menu on a right click, a long press of a finger, or
// Enter while the message has the focus.
function listenForMenu(node, body, open) {
  let timer;
  const cancel = () => clearTimeout(timer);
  body.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    cancel();
    open(new DOMRect(event.clientX, event.clientY, 0, 0));
  });
  body.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    timer = setTimeout(() => open(new DOMRect(event.clientX, event.clientY, 0, 0)), 450);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave", "pointermove"]) body.addEventListener(name, cancel);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== node) return;
    event.preventDefault();
    open(body.getBoundingClientRect());
  });
}

function quote(id, chat) {
  const message = chat.find(id);
  const text = message ? message.text || message.caption || "照片或文件" : "消息已不在";
  return el(
    "button",
    { type: "button", class: "quote", onclick: () => chat.quote(id), "aria-label": `回复的消息：${text}` },
    el("b", {}, message ? message.from.first_name : "回复"),
    el("span", {}, text),
  );
}

function attachments(message) {
  const parts = [];
  const photo = message.photo && ownFile(message.photo);
  if (photo) {
    parts.push(
      el(
        "a",
        { class: "photo", href: photo, target: "_blank", rel: "noopener", "aria-label": "打开照片" },
        picture(photo, message),
      ),
    );
  }
  if (message.document) {
    const file = ownFile(message.document.url);
    parts.push(
      el(
        "a",
        { class: "file", href: file, download: message.document.name },
        el("span", { class: "file-icon", "aria-hidden": "true" }, fileKind(message.document.name)),
        el("span", { class: "file-name" }, message.document.name, el("small", {}, `${fileSize(message.document.size)}，点按下载`)),
      ),
    );
  }
  return parts;
}

// picture shows a photo as high as it is, up to a portrait's height. Its size is known before it is loaded, so nothing jumps.
function picture(address, message) {
  const [width, height] = message.photo_size ?? [4, 3];
  const img = el("img", { src: address, alt: message.caption || "照片", width, height, decoding: "async" });
  img.style.aspectRatio = `${width} / ${Math.min(height, width * 2)}`;
  return img;
}

function fileSize(bytes) {
  if (!(bytes >= 1024)) return `${bytes ?? 0} 字节`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function fileKind(name) {
  const ending = /\.([a-z0-9]{1,4})$/i.exec(name);
  return ending ? ending[1].toUpperCase() : "文件";
}

function words(message, chat) {
  const text = message.text || message.caption;
  const bare = message.photo ? "on-photo" : message.document ? "on-file" : "";
  return el(
    "div",
    { class: text ? "words" : `words ${bare}` },
    text || bare ? richText(text || "", message.entities || [], chat) : el("i", {}, message.kind || "（不是文字的消息）"),
    el(
      "span",
      { class: "meta" },
      message.edit_date && el("span", { class: "edited", title: "改过", "aria-label": "改过" }, "✏️"),
      message.waiting ? el("span", { title: "等待发送", "aria-label": "等待发送" }, "🕓") : clockTime(message.date * 1000),
    ),
  );
}

const plainTags = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

// richText cuts a text at the edges of its entities (UTF-16 units, as JavaScript
// counts too) and wraps each piece in the entities over it, the shortest innermost.
function richText(text, entities, chat) {
  const edges = new Set([0, text.length]);
  for (const { offset, length } of entities) {
    edges.add(Math.max(0, Math.min(offset, text.length)));
    edges.add(Math.max(0, Math.min(offset + length, text.length)));
  }
  const cuts = [...edges].sort((a, b) => a - b);
  const pieces = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    const over = entities
      .filter((entity) => entity.offset <= from && entity.offset + entity.length >= to)
      .sort((a, b) => a.length - b.length);
    pieces.push(over.reduce((inner, entity) => wrap(inner, entity, text, chat), text.slice(from, to)));
  }
  return pieces;
}

function wrap(inner, entity, text, chat) {
  const whole = text.slice(entity.offset, entity.offset + entity.length);
  const tag = plainTags[entity.type];
  if (tag) return el(tag, {}, inner);
  if (entity.type === "bot_command") {
    return el("button", { type: "button", class: "link", onclick: () => chat.command(whole) }, inner);
  }
  if (entity.type === "url" || entity.type === "text_link") {
    const url = safeLink(entity.url || whole);
    if (url) return anchor(url, inner, chat);
  }
  return entity.type === "mention" || entity.type === "hashtag" ? el("span", { class: "link" }, inner) : inner;
}

function anchor(url, inner, chat, name = "link") {
  return el(
    "a",
    {
      class: name,
      href: url.href,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: (event) => {
        if (chat.link(url)) event.preventDefault();
      },
    },
    inner,
  );
}

function keyboard(message, chat) {
  return el(
    "div",
    { class: "keyboard", role: "group", "aria-label": "按钮" },
    message.buttons.map((row) => el("div", { class: "keys" }, row.map((button) => key(message, button, chat)))),
  );
}

function key(message, button, chat) {
  if (button.url) {
    const url = safeLink(button.url);
    if (url) return anchor(url, `${button.text} ↗`, chat, "key");
  }
  const name = `${message.message_id} ${button.data}`;
  return el(
    "button",
    {
      type: "button",
      class: "key",
      "data-key": name,
      "aria-busy": chat.pressing(name) ? "true" : null,
      onclick: () => chat.press(message, button, name),
    },
    button.text,
  );
}

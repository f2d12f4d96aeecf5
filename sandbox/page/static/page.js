// The page: it listens to the server and hands what happens to the phones.
import { get, listen, quietly } from "./api.js";
import { el } from "./dom.js";
import { Phone } from "./phone.js";
import { Clock, Process } from "./topbar.js";

const strip = document.getElementById("phones");
const tabs = document.getElementById("tabs");
const clock = new Clock();
const bar = new Process();
let phones = [];

// world is what the phones may know of the page.
const world = {
  state: {},
  connected: false,
  now: () => clock.now(),
  conversations: () => phones.flatMap((phone) => [...phone.conversations.values()]),
  refresh,
};

listen({
  async onOpen() {
    await Promise.all([refresh(), clock.refresh()]);
    world.connected = true;
    await Promise.all(phones.map((phone) => phone.goOnline()));
  },
  onLost() {
    world.connected = false;
    phones.forEach((phone) => phone.update());
  },
  onEvent: handle,
});

function handle(event) {
  switch (event.type) {
    case "message":
    case "edit":
    case "delete":
      phones.forEach((phone) => phone.receive(event));
      if (world.state.process === "stopped") refreshSoon();
      break;
    case "callback":
      world.conversations().forEach((conversation) => conversation.settle(event));
      break;
    case "typing":
      phones.forEach((phone) => phone.typing(event.chat_id));
      break;
    case "clock":
      quietly(clock.refresh());
      break;
    case "chats":
      refreshSoon(); // they come in crowds while a county is set up
      break;
    default: // process, phones: the state says it all
      quietly(refresh());
  }
}

let soon;
function refreshSoon() {
  clearTimeout(soon);
  soon = setTimeout(() => quietly(refresh()), 300);
}

// refresh fetches the state and shows it; an answer overtaken by a later
// question is dropped.
let asked = 0;
async function refresh() {
  const turn = ++asked;
  const state = await get("/control/state");
  if (turn !== asked) return;
  world.state = state;
  document.title = `${world.state.bot?.first_name ?? "汇报"} · 试用`;
  bar.show(world.state);
  layOut(world.state.phones ?? []);
  phones.forEach((phone) => phone.update());
}

// layOut keeps the phones that stay and makes the new ones.
function layOut(wanted) {
  const same = (phone, want) => phone.user === want.user_id && phone.source === JSON.stringify(want);
  const before = phones;
  phones = wanted.map((want, place) => before.find((phone) => same(phone, want)) ?? newPhone(want, place));
  if (phones.length === before.length && phones.every((phone, i) => phone === before[i])) return;
  strip.replaceChildren(...phones.map(({ element }) => element));
  if (phones.length === 0) strip.append(el("p", { class: "notice" }, "还没有手机"));
  drawTabs();
}

function newPhone(want, place) {
  const phone = new Phone(world, want, place);
  phone.source = JSON.stringify(want);
  quietly(phone.goOnline());
  return phone;
}

// On a narrow screen one phone fills it; the tabs follow a swipe, and a window made narrower.
const inView = new Set();
const visible = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) inView[isIntersecting ? "add" : "delete"](target.id);
    const first = phones.find(({ id }) => inView.has(id));
    if (first) select(first.id);
  },
  { root: strip, threshold: 0.6 },
);

function drawTabs() {
  visible.disconnect();
  inView.clear();
  tabs.replaceChildren(
    ...phones.map(({ id, name, role, element }, i) => {
      visible.observe(element);
      return el(
        "button",
        {
          type: "button",
          "data-phone": id,
          "aria-current": String(i === 0),
          onclick: () => element.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" }),
        },
        role || name,
      );
    }),
  );
}

function select(id) {
  for (const tab of tabs.children) tab.setAttribute("aria-current", String(tab.dataset.phone === id));
}

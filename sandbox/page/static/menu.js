import { el } from "./dom.js";

let close = () => {};

// openMenu shows a popup beside an element: items are {label, detail?, run}.
// Arrow keys move, Escape or a press outside closes, and the focus goes back.
export function openMenu(anchor, label, items, { heading = false, at = null } = {}) {
  close();
  const before = document.activeElement;
  const buttons = items.map((item) =>
    el(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: item.danger ? "danger" : null,
        onclick: () => {
          close();
          item.run();
        },
      },
      el("span", {}, item.label),
      item.detail && el("small", {}, item.detail),
    ),
  );
  const menu = el(
    "div",
    { class: "menu", role: "menu", "aria-label": label, onkeydown: move },
    heading && el("p", { class: "menu-heading" }, label),
    ...buttons,
  );

  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = buttons.indexOf(document.activeElement) + step;
      buttons[(next + buttons.length) % buttons.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
    }
  }
  function outside(event) {
    if (!menu.contains(event.target)) close();
  }
  close = () => {
    close = () => {};
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", dismiss);
    menu.remove();
    anchor.setAttribute?.("aria-expanded", "false");
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  const dismiss = () => close();

  document.body.append(menu);
  place(menu, at ?? anchor.getBoundingClientRect());
  anchor.setAttribute?.("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", dismiss);
  buttons[0]?.focus({ preventScroll: true });
}

// place puts the menu under the box, above it when there is no room, and always
// inside the window.
function place(menu, box) {
  const edge = 8;
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4;
  const top = below + height + edge <= innerHeight ? below : box.top - height - 4;
  menu.style.left = `${Math.max(edge, Math.min(box.left, innerWidth - width - edge))}px`;
  menu.style.top = `${Math.max(edge, Math.min(top, innerHeight - height - edge))}px`;
}

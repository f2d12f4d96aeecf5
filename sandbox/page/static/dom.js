// Building elements. Everything users wrote passes through here as text nodes;
// no module of the page parses a string as markup.

// el makes an element: attributes by name, listeners by "onclick" and the like;
// null, undefined and false leave an attribute or a child out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// safeLink returns an absolute address that may be opened, or null: a message
// can carry any address, also javascript: ones.
export function safeLink(address) {
  let url;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`);
  } catch {
    return null;
  }
  return ["https:", "http:", "tg:"].includes(url.protocol) ? url : null;
}

// ownFile returns the address of a file on this server, or null for any other:
// the page never asks a foreign host for anything.
export function ownFile(address) {
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin ? url.href : null;
  } catch {
    return null;
  }
}

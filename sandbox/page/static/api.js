// The control tree of the sandbox, as the page uses it.
import { toast } from "./toast.js";

// Refused is an answer of the server that says no; any other error of get and
// post means the server was not reached, and the call may be tried again.
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export function get(path) {
  return call(path, { cache: "no-store" });
}

export function post(path, body) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function call(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error || `${response.status} ${response.statusText}`, response.status);
  return answer;
}

// listen keeps one stream of events open for the life of the page. onOpen runs
// after each connection, the first one too: what happened while there was none
// is not repeated by the server, so that is the moment to fetch everything again.
export function listen({ onOpen, onLost, onEvent }) {
  const source = new EventSource("/control/events");
  // The browser's own retry waits for seconds and gives up on an HTTP error.
  let left = false;
  const lost = () => {
    if (left) return;
    left = true;
    source.close();
    onLost();
    setTimeout(() => listen({ onOpen, onLost, onEvent }), 700);
  };
  source.onopen = () => onOpen().catch(lost);
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onerror = lost;
}

// quietly ends a call nobody waits for. That the server is away needs no word
// here: the stream of events has noticed, and everything is fetched again later.
export function quietly(promise) {
  promise.catch((error) => {
    if (error instanceof Refused) toast(error.message);
  });
}

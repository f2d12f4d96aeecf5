// The bar on top: the sandbox clock and the bot's process.
import { get, post } from "./api.js";
import { el } from "./dom.js";
import { calendar, nextMonday, nextNewYear } from "./time.js";
import { toast } from "./toast.js";

const hour = 3600 * 1000;

// Clock shows the time of the sandbox and moves it.
export class Clock {
  #offset = 0; // sandbox time minus ours, in milliseconds
  #frozenAt = null;
  #shown = "";

  constructor() {
    this.face = document.getElementById("now");
    this.moves = document.getElementById("moves");
    this.moves.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.#move(button.dataset.move);
    });
    setInterval(() => this.#draw(), 500);
  }

  now() {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }

  async refresh() {
    const { now, frozen } = await get("/control/clock");
    const instant = Date.parse(now);
    this.#offset = instant - Date.now();
    this.#frozenAt = frozen ? instant : null;
    this.#draw();
  }

  async #move(target) {
    const buttons = this.moves.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    try {
      await post("/control/clock", this.#change(target));
      await this.refresh();
    } catch (error) {
      toast(`时间没有动：${error.message}`);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  #change(target) {
    const at = { monday: nextMonday, newyear: nextNewYear }[target];
    return at ? { now: new Date(at(this.now())).toISOString() } : { advance: target };
  }

  #draw() {
    const now = this.now();
    const { year, day, weekday, time } = calendar(now);
    const text = `${year}${day} ${weekday} ${time}`;
    if (text === this.#shown) return;
    this.#shown = text;
    this.face.setAttribute("datetime", new Date(now).toISOString());
    this.face.replaceChildren(
      el("span", { class: "year" }, year),
      el("span", {}, day),
      el("span", { class: "weekday" }, weekday),
      el("strong", {}, time),
    );
    const monday = calendar(nextMonday(now));
    const newYear = calendar(nextNewYear(now - hour));
    this.moves.children[0].title = `到${monday.year}${monday.day} ${monday.weekday}8:00`;
    this.moves.children[1].title = `到${newYear.year}1月1日 8:00`;
  }
}

// Process shows whether the bot runs, kills it and starts it again.
export class Process {
  #running = null; // unknown until the first state
  #pending = 0;

  constructor() {
    this.group = document.getElementById("process");
    this.light = document.getElementById("light");
    this.kill = document.getElementById("kill");
    this.start = document.getElementById("start");
    this.kill.addEventListener("click", () => this.#do("kill", this.kill));
    this.start.addEventListener("click", () => this.#do("start", this.start));
  }

  // show follows the state of the server.
  show({ process, pending }) {
    this.group.hidden = process === "none";
    if (process === "none") return;
    const running = process === "running";
    this.#pending = pending ?? 0;
    this.light.textContent = running ? "机器人在运行" : this.#pending > 0 ? `已停，${this.#pending}条在等` : "机器人已停";
    this.group.classList.toggle("stopped", !running);
    this.kill.hidden = !running;
    this.start.hidden = running;
    if (this.#running !== null && this.#running !== running) {
      toast(running ? "机器人启动了，接着处理等着的消息" : "机器人被杀掉了。照样可以发消息，等它回来处理");
    }
    this.#running = running;
  }

  async #do(what, button) {
    button.disabled = true;
    try {
      await post("/control/process", { do: what });
    } catch (error) {
      toast(`没有做成：${error.message}`);
    } finally {
      button.disabled = false;
    }
  }
}

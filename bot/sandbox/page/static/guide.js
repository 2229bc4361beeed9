// The guided first visit: watches the chats, ticks what is done, and does a step for whoever asks.

import { go } from "./hours.js";
import { ask, at, make, phones, toast, until } from "./wire.js";

const CLOSED = "guide-closed", BEGAN = "guide-began";
const MOST = 40; // things that the clock may pass in one step of the guide
const SLOWLY = 450; // milliseconds for which one sees what is about to be sent
let steps = [], shown = -1, busy = false;

export async function startGuide() {
  steps = await ask("/page/guide").catch(() => []);
  at("steps").replaceChildren(...steps.map(drawn));
  openGuide(!localStorage.getItem(CLOSED));
}

export function openGuide(open = at("guide").hidden) {
  at("guide").hidden = !open;
  at("guide-open").setAttribute("aria-expanded", String(open));
  if (open) localStorage.removeItem(CLOSED);
  else localStorage.setItem(CLOSED, "1");
}

// Looks at what stands in the chats and ticks what is done.
export function follow() {
  const done = progress();
  if (done === shown) return;
  shown = done;
  [...at("steps").children].forEach((item, place) => {
    item.classList.toggle("done", place < done);
    item.classList.toggle("now", place === done);
    item.toggleAttribute("aria-current", place === done);
  });
  at("guide-count").textContent = `${Math.min(done + 1, steps.length)}/${steps.length}`;
  at("guide-end").hidden = done < steps.length;
}

function progress() {
  let from = Number(localStorage.getItem(BEGAN) || 0);
  const last = Math.max(0, ...[...phones.values()].map((phone) => phone.messages.at(-1)?.id || 0));
  // The sandbox was begun anew: what was remembered belongs to another one.
  if (from > last && last) { from = 0; localStorage.removeItem(BEGAN); }
  for (const [place, step] of steps.entries()) {
    const found = message(step.at, step.seen, from);
    if (!found) return place;
    from = found.id;
  }
  return steps.length;
}

function owner(name) { return [...phones.values()].find((phone) => phone.name === name); }

function words(message) { return message.pieces.map((piece) => piece.text).join(""); }

// The account's first message on that phone, after that one, which says so.
function message(name, pattern, from) {
  const said = new RegExp(pattern, "s");
  return owner(name)?.messages.find((one) => one.id > from && one.from !== "me" && said.test(words(one)));
}

function drawn(step) {
  const item = make("li", "", make("b", "", step.title)), how = make("p", "", step.how);
  if (step.words) how.append(" ", make("code", "", step.words));
  const help = make("button", "main", step.do.length === 1 && step.do[0].type ? "替我输入" : "替我做"), there = make("button", "", `看${step.at}的手机`);
  help.addEventListener("click", () => run(step));
  there.addEventListener("click", () => visit(step.at));
  item.append(how, make("div", "deeds", help, there));
  return item;
}

function visit(name) {
  const phone = owner(name);
  if (!phone) { toast(`${name}的手机不在，点“＋手机”添加`); return null; }
  phone.comeHere();
  phone.part("typed").focus({ preventScroll: true });
  return phone;
}

async function run(step) {
  if (busy || !visit(step.at)) return;
  busy = true;
  at("steps").querySelectorAll("button").forEach((button) => { button.disabled = true; });
  for (const deed of step.do) if (!(await doOne(step.at, deed))) break;
  at("steps").querySelectorAll("button").forEach((button) => { button.disabled = false; });
  busy = false;
}

// Whether it was done; each deed waits until the account has answered.
async function doOne(name, deed) {
  const phone = owner(name), before = phone.messages.at(-1)?.id || 0;
  if (deed.step) return go(deed.step);
  if (deed.until) return wander(name, deed.until);
  const done = deed.tap ? await tap(phone, deed.tap) : await say(phone, deed.type || deed.voice, Boolean(deed.voice));
  return done && until(() => phone.messages.some((one) => one.id > before && one.from !== "me"), 20000);
}

async function say(phone, text, aloud) {
  phone.speak(aloud);
  phone.fill(text);
  await new Promise((wake) => { setTimeout(wake, SLOWLY); });
  phone.say();
  return true;
}

async function tap(phone, label) {
  const last = await until(() => phone.messages.findLast((one) => one.pieces.some((piece) => fits(piece, label))));
  if (!last) { toast(`没有找到“${label}”`); return false; }
  const { item } = last.pieces.find((piece) => fits(piece, label));
  return phone.act("tap", { message: last.id, item });
}

function fits(piece, label) { return piece.item >= 0 && piece.text.replace(/^\d+\. */, "") === label; }

// From thing to thing, until the account says it on that phone.
async function wander(name, pattern) {
  const from = owner(name).messages.at(-1)?.id || 0;
  for (let passed = 0; passed < MOST; passed += 1) {
    if (message(name, pattern, from)) return true;
    if (!(await go("next"))) return false;
    await until(() => message(name, pattern, from), 1200);
  }
  return false;
}

at("guide-again").addEventListener("click", () => {
  localStorage.setItem(BEGAN, String(Math.max(0, ...[...phones.values()].map((phone) => phone.messages.at(-1)?.id || 0))));
  shown = -1;
  follow();
});

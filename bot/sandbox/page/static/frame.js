// The frame: waits for news and hands it to phones, clock, faults, log and guide.

import "./dialogs.js";
import "./roster.js";
import { showFaults } from "./faults.js";
import { follow, openGuide, startGuide } from "./guide.js";
import { askNext, showHour } from "./hours.js";
import { forget, write } from "./log.js";
import { Phone } from "./phone.js";
import { ask, at, phones, seen, toast } from "./wire.js";

const title = document.title;

function settle(told) {
  const first = told.run !== seen.run;
  if (first) { phones.forEach(takeAway); forget(); }
  Object.assign(seen, { run: told.run, version: told.version, now: told.now, offset: told.offset, since: performance.now() });
  told.phones.forEach(place);
  phones.forEach((phone) => told.phones.some((one) => one.openid === phone.openid) || takeAway(phone));
  at("empty").hidden = phones.size > 0;
  told.messages.sort((one, other) => one.id - other.id).forEach((message) => phones.get(message.openid).show(message, first));
  if (first) phones.forEach((phone) => phone.down());
  told.log.forEach(write);
  showFaults(told);
  tick();
  crowd();
  follow();
  askNext();
}

function place(told) {
  if (phones.has(told.openid)) { phones.get(told.openid).update(told); return; }
  const phone = new Phone(told);
  phone.tab.addEventListener("click", () => phone.comeHere());
  phones.set(told.openid, phone);
  at("phones").append(phone.node);
  at("tabs").append(phone.tab);
  watcher.observe(phone.node);
}

function takeAway(phone) {
  phone.node.remove();
  phone.tab.remove();
  phones.delete(phone.openid);
}

const watcher = new IntersectionObserver((entries) => entries.forEach((entry) => {
  [...phones.values()].find((phone) => phone.node === entry.target)?.see(entry.isIntersecting);
}), { threshold: 0.6 });

// Where not all phones fit beside each other, their names above lead to them.
function crowd() { document.body.classList.toggle("crowded", at("phones").scrollWidth > at("phones").clientWidth + 4); }

function tick() {
  const unread = [...phones.values()].reduce((sum, phone) => sum + phone.unread, 0);
  document.title = unread ? `(${unread}) ${title}` : title;
  showHour();
  phones.forEach((phone) => phone.tick());
}

async function wait() {
  try {
    settle(await ask(`/page/changes?run=${seen.run}&since=${seen.version}`));
    setTimeout(wait, 0);
  } catch (error) {
    console.warn(error);
    toast("沙盒没有应答，正在重连……");
    setTimeout(wait, 1500);
  }
}

// One drawer at a time; its button says whether it is open.
function drawer(id) {
  for (const other of ["faults", "log"]) {
    at(other).hidden = other !== id || !at(other).hidden;
    at(`${other}-open`).setAttribute("aria-expanded", String(!at(other).hidden));
  }
  crowd();
}

for (const id of ["faults", "log"]) at(`${id}-open`).addEventListener("click", () => drawer(id));
at("guide-open").addEventListener("click", () => { openGuide(); crowd(); });
document.querySelectorAll(".drawer .close").forEach((button) => button.addEventListener("click", () => drawer("")));
document.querySelector(".guide .close").addEventListener("click", () => { openGuide(false); crowd(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) drawer("");
  const number = event.altKey ? "123456789".indexOf(event.key) : -1, phone = [...phones.values()][number];
  if (!phone) return;
  event.preventDefault();
  phone.comeHere();
  phone.part("typed").focus({ preventScroll: true });
});
addEventListener("resize", crowd);
setInterval(tick, 1000);
startGuide().finally(wait);

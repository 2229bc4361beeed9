"use strict";
// The frame: waits for news, and holds clock, faults, log and the roster.

const at = (id) => document.getElementById(id);
const phones = new Map();
const seen = { run: "", version: -1, now: 0, offset: 0, since: 0 };

function schoolNow() { return seen.now + (performance.now() - seen.since) / 1000; }

function dayAndHour(seconds) {
  const day = new Date((seconds + seen.offset) * 1000);
  const hour = day.toISOString().slice(11, 16);
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日（周${"日一二三四五六"[day.getUTCDay()]}）${hour}`;
}

function toast(words) {
  at("toast").textContent = words;
  at("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { at("toast").hidden = true; }, 4000);
}

function tick() {
  at("clock").textContent = dayAndHour(schoolNow());
  phones.forEach((phone) => phone.tick());
}

function settle(told) {
  const first = told.run !== seen.run;
  if (first) { phones.forEach(takeAway); at("lines").replaceChildren(); }
  Object.assign(seen, { run: told.run, version: told.version, now: told.now, offset: told.offset, since: performance.now() });
  told.phones.forEach(place);
  phones.forEach((phone) => told.phones.some((one) => one.openid === phone.openid) || takeAway(phone));
  at("empty").hidden = phones.size > 0;
  told.messages.sort((one, other) => one.id - other.id).forEach((message) => {
    const phone = phones.get(message.openid);
    phone.show(message);
    if (message.from !== "me") phone.tab.classList.toggle("new", !phone.tab.classList.contains("here"));
  });
  phones.forEach((phone) => phone.down(first));
  told.log.forEach(write);
  faults(told);
  tick();
}

function place(told) {
  if (phones.has(told.openid)) { phones.get(told.openid).update(told); return; }
  const phone = new Phone(told);
  phone.tab.addEventListener("click", () => phone.node.scrollIntoView({ behavior: "smooth", inline: "start" }));
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
  const phone = [...phones.values()].find((one) => one.node === entry.target);
  phone?.tab.classList.toggle("here", entry.isIntersecting);
  if (entry.isIntersecting) phone?.tab.classList.remove("new");
}), { threshold: 0.6 });

function write(line) {
  const item = make("li", line.good ? "" : "bad"), head = make("button", "line");
  const name = `${line.who ? `${line.who} · ` : ""}${line.what.replace("/cgi-bin/", "")}`;
  head.append(make("span", "", dayAndHour(line.at).slice(-5)), make("span", "", line.kind === "push" ? "↓" : "↑"));
  head.append(make("span", "what", name), make("span", "out", `${line.outcome} · ${line.ms} ms`));
  head.addEventListener("click", () => unfold(item, line.id));
  item.append(head);
  at("lines").prepend(item);
  if (at("lines").childElementCount > 400) at("lines").lastElementChild.remove();
}

async function unfold(item, number) {
  const shown = [...item.querySelectorAll("pre")];
  shown.forEach((pre) => pre.remove());
  if (shown.length) return;
  const answer = await fetch(`/page/log/${number}`);
  const entry = answer.ok ? await answer.json() : { sent: "（已不在日志里）", answered: "" };
  item.append(make("pre", "", pretty(entry.sent)), make("pre", "", pretty(entry.answered) || "（空）"));
}

function pretty(words) {
  if (words.startsWith("<xml")) return words.replaceAll(/>(?=<(?![!/])|<\/xml>)/g, ">\n");
  try { return JSON.stringify(JSON.parse(words), null, 1); } catch { return words; }
}

function faults(told) {
  const channels = { custom: "客服", template: "模板", subscribe: "订阅" };
  at("faults-on").hidden = !told.faults.length && !told.twice;
  at("twice").checked = told.twice;
  at("fault-list").replaceChildren(...told.faults.map(({ kind, left, channel, openid }) =>
    make("li", "", `${kind} ×${left} ${channels[channel] || ""} ${phones.get(openid)?.told.name || ""}`)));
  const chosen = at("fault-to").value, option = ({ openid, told: { name } }) => new Option(name, openid, false, openid === chosen);
  at("fault-to").replaceChildren(at("fault-to").options[0], ...[...phones.values()].map(option));
}

async function people() {
  const answer = await fetch(`/page/people?q=${encodeURIComponent(at("search").value)}`);
  at("people").replaceChildren(...(await answer.json()).map((card) => {
    const item = make("li"), button = make("button");
    button.append(make("b", "", card.name), make("span", "", card.about));
    button.addEventListener("click", async () => {
      at("add").close();
      await act("add", { person: card.id, follow: at("by-code").checked });
      at("phones").lastElementChild.scrollIntoView({ behavior: "smooth", inline: "end" });
    });
    item.append(button);
    return item;
  }));
}

async function wait() {
  try {
    const answer = await fetch(`/page/changes?run=${seen.run}&since=${seen.version}`);
    settle(await answer.json());
    setTimeout(wait, 0);
  } catch (error) {
    console.warn(error);
    toast("沙盒没有应答，正在重连……");
    setTimeout(wait, 1500);
  }
}

function on(id, event, deed) { at(id).addEventListener(event, deed); }
function drawer(id) { ["faults", "log"].forEach((other) => { at(other).hidden = other !== id || !at(other).hidden; }); }

document.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => act("clock", { step: button.dataset.step })));
document.querySelectorAll(".drawer .close").forEach((button) => button.addEventListener("click", () => drawer("")));
on("log-open", "click", () => drawer("log"));
on("faults-open", "click", () => drawer("faults"));
on("add-open", "click", () => { at("add").showModal(); people(); });
on("add-close", "click", () => at("add").close());
on("search", "input", people);
on("stranger", "click", () => { at("add").close(); act("stranger"); });
on("fault-form", "submit", (event) => { event.preventDefault(); act("fault", Object.fromEntries(new FormData(event.target))); });
on("twice", "change", (event) => act("twice", { on: event.target.checked }));
on("clear", "click", () => act("clear"));
on("void", "click", () => act("void_tokens").then((done) => done && toast("令牌都已失效")));
setInterval(tick, 1000);
wait();

// One phone: its chat, and what one can do on it.

import { EMOJI, STICKERS, draw, sticker } from "./bubbles.js";
import { askCode, askPlace, askSure, lookAt } from "./dialogs.js";
import { shrunk } from "./pictures.js";
import { act, at, dayAndHour, make, schoolNow, toast } from "./wire.js";

const NEAR = 90; // pixels from the end within which a chat follows what comes
const STRANGER = "不在名册里";
const PANELS = ["more", "faces", "menus"];

export class Phone {
  constructor(told) {
    this.openid = told.openid;
    this.name = told.name;
    this.node = at("phone-template").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector(`.${name}`);
    this.count = make("i", "count");
    this.tab = make("button", "", told.name, this.count);
    this.messages = [];
    this.last = this.unread = 0;
    this.atEnd = this.isSeen = true;
    this.mine = { sign: told.name.slice(-2), color: [...told.openid].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 6 };
    this.node.setAttribute("aria-label", `${told.name}的手机`);
    this.part("chat").setAttribute("aria-label", `${told.name}的聊天`);
    this.part("typed").setAttribute("aria-label", `${told.name}输入消息`);
    this.part("who").textContent = told.name;
    this.part("sheet").hidden = true;
    this.node.querySelectorAll(".about").forEach((about) => { about.textContent = told.about; about.title = told.about; });
    this.part("title").querySelector("small").textContent = `${told.name} · ${told.about}`;
    this.listen();
    this.fillFaces();
    this.update(told);
  }

  listen() {
    const typed = this.part("typed");
    this.node.addEventListener("click", (event) => this.press(event.target.closest("[data-do], summary")));
    this.part("say").addEventListener("submit", (event) => { event.preventDefault(); this.say(); });
    this.part("file").addEventListener("change", ({ target }) => { this.picture(target.files[0]); target.value = ""; });
    typed.addEventListener("input", () => this.grow());
    typed.addEventListener("keydown", (event) => {
      // While a Chinese word is being composed, Enter chooses it and must not send.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.say();
    });
    typed.addEventListener("paste", (event) => {
      const [file] = event.clipboardData.files;
      if (file) { event.preventDefault(); this.picture(file); }
    });
    typed.addEventListener("focus", () => this.read());
    this.part("chat").addEventListener("scroll", () => { this.atEnd = this.isAtEnd(); this.read(); });
    // Whatever opens or closes around the chat, its end stays in sight if it was.
    new ResizeObserver(() => { if (this.atEnd) this.down(); }).observe(this.part("chat"));
  }

  act(verb, asked = {}) { return act(verb, { openid: this.openid, ...asked }); }

  press(button) {
    if (!button?.closest("details")) this.node.querySelectorAll("details[open]").forEach((fold) => { fold.open = false; });
    if (!button?.dataset.do) return;
    const dialog = async (asking, verb) => { const said = await asking(); if (said) this.act(verb, said); };
    const deeds = {
      menus: () => this.panel("menus"),
      more: () => this.panel("more"),
      faces: () => this.panel("faces"),
      sheet: () => this.sheet(),
      below: () => this.down(),
      speak: () => this.speak(!this.speaking),
      follow: () => this.act("follow", { said: this.part("code").value }),
      anew: () => this.act("anew"),
      sketch: () => this.act("image", { data: "" }),
      emoji: () => this.insert(button.textContent),
      sticker: () => { this.panel(""); this.act("sticker", { caption: button.dataset.caption }); },
      look: () => lookAt(button.firstElementChild.src),
      block: () => this.act("block", { on: !this.told.blocking }),
      unfollow: () => { this.sheet(false); this.act("unfollow"); },
      scan: () => dialog(askCode, "scan"),
      place: () => dialog(askPlace, "location"),
      subscribe: () => this.act("subscribe", { kind: this.part("kind").value, accept: "accept" in button.dataset }),
      tap: () => this.tap(button),
      menu: () => { button.closest("details")?.removeAttribute("open"); this.act("menu", { label: button.textContent }); },
      remove: () => dialog(async () => (await askSure(`拿走${this.name}的手机？聊天记录会丢掉。`)) && {}, "remove"),
    };
    deeds[button.dataset.do]();
  }

  async tap(button) {
    button.disabled = true;
    await this.act("tap", { message: Number(button.dataset.message), item: Number(button.dataset.item) });
    button.disabled = false;
  }

  // Opens that panel at the foot, or closes it if it is open; the others close.
  panel(name) {
    for (const other of PANELS) {
      if (other === "menus" && name !== "menus") continue;
      const part = this.part(other), opens = other === name && part.hidden;
      part.hidden = !opens;
      this.node.querySelector(`[data-do=${other}]`).setAttribute("aria-pressed", String(opens));
    }
  }

  sheet(open = this.part("sheet").hidden) {
    this.part("sheet").hidden = !open;
    this.part("dots").setAttribute("aria-expanded", String(open));
  }

  async say() {
    const box = this.part("typed"), text = box.value.trim(), verb = this.speaking ? "voice" : "type";
    if (!text) return;
    this.fill("");
    this.speak(false);
    box.focus();
    if (!(await this.act(verb, { text })) && !box.value) this.fill(text);
  }

  fill(text) {
    this.part("typed").value = text;
    this.grow();
  }

  insert(sign) {
    const box = this.part("typed");
    box.setRangeText(sign, box.selectionStart, box.selectionEnd, "end");
    this.grow();
  }

  grow() {
    const box = this.part("typed");
    box.style.height = "";
    if (box.value) box.style.height = `${Math.min(box.scrollHeight, 112)}px`;
    this.part("say").classList.toggle("full", box.value.trim() !== "");
  }

  speak(on) {
    this.speaking = on;
    this.part("say").classList.toggle("speaking", on);
    this.part("speak").setAttribute("aria-pressed", String(on));
    this.part("typed").placeholder = on ? "打出要“说”的话" : "";
    if (on) this.part("typed").focus();
  }

  async picture(file) {
    if (!file) return;
    const data = await shrunk(file).catch(() => null);
    if (data) this.act("image", { data });
    else toast("这个文件不是图片");
  }

  update(told) {
    const changed = (name) => !this.told || JSON.stringify(this.told[name]) !== JSON.stringify(told[name]);
    if (changed("menu")) this.menus(told.menu);
    if (changed("permits")) {
      const chosen = this.part("kind").value, words = ({ title, left }) => `${title}（还可发 ${left} 条）`;
      this.part("kind").replaceChildren(...told.permits.map((one) => new Option(words(one), one.kind, false, one.kind === chosen)));
    }
    this.told = told;
    this.node.classList.toggle("following", told.following);
    this.part("unfollow").hidden = this.part("block").hidden = !told.following;
    this.part("anew").hidden = told.about === STRANGER;
    this.part("block").textContent = told.blocking ? "恢复接收" : "拒收消息";
    this.tick();
  }

  tick() {
    const left = this.told.until - schoolNow();
    const time = left > 5400 ? `${Math.round(left / 3600)} 小时` : left > 90 ? `${Math.round(left / 60)} 分钟` : `${Math.ceil(left)} 秒`;
    const open = this.told.left && left > 0;
    this.part("window").textContent = open ? `客服窗口：还可发 ${this.told.left} 条，还有 ${time}` : "客服窗口已关，只能发模板消息";
  }

  menus(rows) {
    const button = (label) => { const one = make("button", "", label); one.dataset.do = "menu"; return one; };
    this.part("menus").replaceChildren(...rows.map(({ label, buttons }) => {
      if (buttons.length === 1 && buttons[0] === label) return button(label);
      const fold = make("details", "", make("summary", "", label), make("div", "sub", ...buttons.map(button)));
      fold.name = `menu-${this.openid}`;
      return fold;
    }));
  }

  fillFaces() {
    const emoji = EMOJI.map((sign) => Object.assign(make("button", "", sign), { type: "button" }));
    emoji.forEach((one) => { one.dataset.do = "emoji"; });
    const stickers = Object.keys(STICKERS).map((caption) => {
      const one = make("button", "stick", sticker(caption));
      Object.assign(one.dataset, { do: "sticker", caption });
      return one;
    });
    this.part("faces").append(...stickers, ...emoji);
  }

  // Puts a message into the chat; `old` ones were there when the page was opened.
  show(message, old) {
    const chat = this.part("chat"), own = message.from === "me";
    const follows = own || this.isAtEnd();
    const away = !own && (!this.isSeen || !follows || document.hidden);
    this.messages.push({ id: message.id, from: message.from, kind: message.kind, pieces: message.pieces });
    if (message.at - this.last > 300) chat.append(make("div", "time", dayAndHour(message.at)));
    this.last = message.at;
    if (own) chat.querySelector(".fresh")?.remove();
    if (away && !old && !this.unread) {
      chat.querySelector(".fresh")?.remove();
      chat.append(make("div", "fresh", "以下是新消息"));
    }
    chat.append(draw(message, this.mine));
    if (old) return;
    if (!own) this.ring();
    if (away) this.unread += 1;
    if (follows) this.down();
    this.badge();
  }

  ring() {
    this.node.classList.remove("rang");
    requestAnimationFrame(() => this.node.classList.add("rang"));
  }

  isAtEnd() {
    const chat = this.part("chat");
    return chat.scrollHeight - chat.scrollTop - chat.clientHeight < NEAR;
  }

  down() {
    this.part("chat").scrollTop = this.part("chat").scrollHeight;
    this.read();
  }

  read() {
    if (!this.isSeen || !this.isAtEnd()) return;
    this.unread = 0;
    this.badge();
  }

  badge() {
    const below = this.part("below");
    this.count.textContent = this.unread ? String(Math.min(this.unread, 99)) : "";
    below.hidden = !this.unread || this.isAtEnd();
    below.textContent = `↓ ${this.unread} 条新消息`;
  }

  see(isSeen) {
    this.isSeen = isSeen;
    this.tab.classList.toggle("here", isSeen);
    if (isSeen) this.tab.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.read();
  }

  comeHere() { this.node.scrollIntoView({ behavior: "smooth", inline: "nearest", block: "nearest" }); }
}

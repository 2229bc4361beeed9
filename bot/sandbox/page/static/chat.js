"use strict";
// One phone: its messages and what one can do on it.

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

async function act(verb, asked = {}) {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) };
  const answer = await fetch(`/page/do/${verb}`, sent).catch(() => null);
  if (answer && answer.ok) return true;
  toast(answer && answer.status === 409 ? (await answer.json()).error : "沙盒没有应答");
  return false;
}

class Phone {
  constructor(told) {
    this.openid = told.openid;
    this.node = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector(`.${name}`);
    this.tab = make("button", "", told.name);
    this.last = 0;
    for (const [name, words] of [["who", told.name], ["about", told.about]]) this.part(name).textContent = words;
    this.color = [...told.openid].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
    this.node.addEventListener("click", (event) => this.press(event.target.closest("[data-do], summary")));
    this.part("say").addEventListener("submit", (event) => { event.preventDefault(); this.say(); });
    this.part("file").addEventListener("change", (event) => this.picture(event.target));
    this.update(told);
  }

  act(verb, asked = {}) { return act(verb, { openid: this.openid, ...asked }); }

  press(button) {
    if (!button?.closest("details")) this.node.querySelectorAll("details[open]").forEach((fold) => { fold.open = false; });
    if (!button?.dataset.do) return;
    const toggle = (name) => { this.part(name).hidden = !this.part(name).hidden; this.down(true); };
    const ask = (verb, words, usual) => { const said = prompt(words, usual); if (said) this.act(verb, { said }); };
    const deeds = {
      menus: () => toggle("menus"),
      more: () => toggle("more"),
      speak: () => this.speak(!this.speaking),
      follow: () => this.act("follow", { said: this.part("code").value }),
      sketch: () => this.act("image", { data: "" }),
      block: () => this.act("block", { on: !this.told.blocking }),
      unfollow: () => this.act("unfollow"),
      scan: () => ask("scan", "扫到的码（绑定码）", ""),
      place: () => ask("location", "纬度,经度", "30.27,120.15"),
      subscribe: () => this.act("subscribe", { kind: this.part("kind").value, accept: "accept" in button.dataset }),
      tap: () => this.act("tap", { message: Number(button.dataset.message), item: Number(button.dataset.item) }),
      menu: () => { button.closest("details")?.removeAttribute("open"); this.act("menu", { label: button.textContent }); },
      remove: () => confirm(`拿走 ${this.told.name} 的手机？聊天记录会丢掉。`) && this.act("remove"),
    };
    deeds[button.dataset.do]();
  }

  async say() {
    const box = this.part("typed"), text = box.value.trim(), verb = this.speaking ? "voice" : "type";
    if (!text) return;
    box.value = "";
    this.speak(false);
    if (!(await this.act(verb, { text })) && !box.value) box.value = text;
  }

  speak(on) {
    this.speaking = on;
    this.part("speak").classList.toggle("on", on);
    this.part("typed").placeholder = on ? "打出要“说”的话" : "";
    if (on) this.part("typed").focus();
  }

  picture(input) {
    const reader = new FileReader();
    reader.onload = () => this.act("image", { data: String(reader.result).split(",")[1] });
    if (input.files[0]) reader.readAsDataURL(input.files[0]);
    input.value = "";
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
    this.part("block").textContent = told.blocking ? "恢复接收" : "拒收消息";
    this.tick();
  }

  tick() {
    const left = this.told.until - schoolNow();
    const time = left > 5400 ? `${Math.round(left / 3600)} 小时` : left > 90 ? `${Math.round(left / 60)} 分钟` : `${Math.ceil(left)} 秒`;
    this.part("window").textContent = this.told.left && left > 0 ? `可发客服消息 ${this.told.left} 条 · 还有 ${time}` : "客服窗口已关";
  }

  menus(rows) {
    const button = (label) => { const one = make("button", "", label); one.dataset.do = "menu"; return one; };
    this.part("menus").replaceChildren(...rows.map(({ label, buttons }) => {
      if (buttons.length === 1 && buttons[0] === label) return button(label);
      const fold = make("details"), sub = make("div", "sub");
      fold.name = `menu-${this.openid}`;
      sub.append(...buttons.map(button));
      fold.append(make("summary", "", label), sub);
      return fold;
    }));
  }

  show(message) {
    if (message.at - this.last > 300) this.part("chat").append(make("div", "time", dayAndHour(message.at)));
    this.last = message.at;
    this.part("chat").append(this.draw(message));
  }

  draw(message) {
    const words = message.pieces.map((piece) => piece.text).join("");
    if (message.kind === "notice" || message.kind === "event") return make("div", `note ${message.kind}`, words);
    if (message.kind === "template") return this.card(words);
    const mine = message.from === "me", row = make("div", mine ? "row me" : "row"), bubble = make("div", `bubble ${message.kind}`);
    if (message.kind === "image") bubble.append(Object.assign(make("img"), { src: `/mmbiz_pic/${message.media}`, alt: "图片" }));
    else bubble.append(...message.pieces.map((piece) => this.piece(piece, message.id)));
    row.append(mine ? make("div", `face c${this.color}`, this.told.name.slice(-2)) : make("div", "face", "校"), bubble);
    return row;
  }

  piece(piece, message) {
    if (piece.item >= 0) {
      const button = make("button", "tap", piece.text);
      Object.assign(button.dataset, { do: "tap", message, item: piece.item });
      return button;
    }
    if (!/^https?:/.test(piece.url)) return make("span", "", piece.text);
    return Object.assign(make("a", "", piece.text), { href: piece.url, target: "_blank", rel: "noopener noreferrer" });
  }

  card(words) {
    const [title, ...lines] = words.split("\n"), card = make("div", "card"), list = make("dl");
    for (const line of lines) {
      const [name, value] = line.split(/: (.*)/s);
      list.append(make("dt", "", name), make("dd", "", value));
    }
    card.append(make("h4", "", title), list, make("footer", "", "服务通知"));
    return card;
  }

  down(always) {
    const chat = this.part("chat");
    if (always || chat.scrollHeight - chat.scrollTop - chat.clientHeight < 320) chat.scrollTop = chat.scrollHeight;
  }
}

// What went over the wire, in the order in which it went, for a person to read.

import { ask, at, hour, make, toast } from "./wire.js";

const KEPT = 400;
const WORDS = {
  text: "文字", voice: "语音", image: "图片", location: "位置", subscribe: "关注", unsubscribe: "取消关注", SCAN: "扫码", CLICK: "菜单", VIEW: "菜单",
  TEMPLATESENDJOBFINISH: "模板已送达", subscribe_msg_popup_event: "订阅", subscribe_msg_sent_event: "订阅已送达",
  "/cgi-bin/message/custom/send": "客服消息", "/cgi-bin/message/template/send": "模板消息", "/cgi-bin/message/subscribe/bizsend": "订阅通知",
  "/cgi-bin/stable_token": "取令牌", "/cgi-bin/token": "取令牌", "/cgi-bin/menu/create": "建菜单", "/cgi-bin/media/get": "取素材",
};
const OUTCOMES = { reply: "有回复", ack: "已收到", 0: "成功", ok: "成功" };

export function write(line) {
  const item = make("li", line.good ? "" : "bad"), head = make("button", "line"), word = WORDS[line.what] || "";
  head.append(
    make("span", "", hour(line.at)), make("span", "", line.kind === "push" ? "↓" : "↑"), make("span", "", line.who || "—"),
    make("span", "", word || line.what.replace("/cgi-bin/", "")), make("span", "out", `${OUTCOMES[line.outcome] || line.outcome} · ${line.ms} ms`),
  );
  head.title = line.what;
  head.setAttribute("aria-expanded", "false");
  head.addEventListener("click", () => unfold(item, head, line.id));
  Object.assign(item.dataset, { who: line.who, kind: line.kind, words: `${line.who} ${line.what} ${word} ${line.outcome}` });
  item.append(head);
  name(line.who);
  item.hidden = !fits(item);
  at("lines").prepend(item);
  if (at("lines").childElementCount > KEPT) at("lines").lastElementChild.remove();
}

export function forget() { at("lines").replaceChildren(); }

function name(who) {
  const known = [...at("log-who").options].some((option) => option.value === who);
  if (!known) at("log-who").append(new Option(who, who));
}

function fits(item) {
  const { who, kind, words } = item.dataset, wanted = at("log-kind").value;
  if (at("log-who").value && who !== at("log-who").value) return false;
  if (wanted === "bad" ? !item.classList.contains("bad") : wanted && kind !== wanted) return false;
  return at("log-words").value.trim().toLowerCase().split(/\s+/).every((word) => words.toLowerCase().includes(word));
}

async function unfold(item, head, number) {
  const shown = item.querySelectorAll("section");
  shown.forEach((section) => section.remove());
  head.setAttribute("aria-expanded", String(!shown.length));
  if (shown.length) return;
  const entry = await ask(`/page/log/${number}`).catch(() => ({ sent: "（已不在日志里）", answered: "" }));
  const sides = entry.kind === "call" ? ["机器人的请求", "平台的应答"] : ["平台的推送", "机器人的应答"];
  item.append(section(sides[0], entry.sent), section(sides[1], entry.answered));
}

function section(title, words) {
  const text = pretty(words) || "（空）", copy = make("button", "plain", "复制");
  copy.addEventListener("click", () => navigator.clipboard.writeText(text).then(() => toast("已复制"), () => toast("浏览器不让复制，请选中后按 Ctrl+C")));
  return make("section", "", make("header", "", title, copy), make("pre", "", text));
}

export function pretty(words) {
  if (words.startsWith("<xml")) return xml(words);
  try { return JSON.stringify(JSON.parse(words), null, 2); } catch { return words; }
}

function xml(words) {
  const root = new DOMParser().parseFromString(words, "text/xml").documentElement;
  if (root.querySelector("parsererror")) return words;
  const lines = [];
  const walk = (node, pad) => {
    const held = node.firstChild?.nodeType === Node.CDATA_SECTION_NODE ? `<![CDATA[${node.textContent}]]>` : node.textContent;
    if (!node.childElementCount) { lines.push(`${pad}<${node.tagName}>${held}</${node.tagName}>`); return; }
    lines.push(`${pad}<${node.tagName}>`);
    [...node.children].forEach((child) => walk(child, `${pad}  `));
    lines.push(`${pad}</${node.tagName}>`);
  };
  walk(root, "");
  return lines.join("\n");
}

["log-who", "log-kind", "log-words"].forEach((id) => at(id).addEventListener("input", () => {
  at("lines").querySelectorAll("li").forEach((item) => { item.hidden = !fits(item); });
}));

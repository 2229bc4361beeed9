// How a message looks in a chat.

import { drawing, make } from "./wire.js";

const face = (mouth) => [
  ["circle", { cx: 24, cy: 24, r: 21, fill: "#ffd34d", stroke: "#c98f00", "stroke-width": 1.5 }],
  ["circle", { cx: 17, cy: 20, r: 2.4, fill: "#4a3200" }], ["circle", { cx: 31, cy: 20, r: 2.4, fill: "#4a3200" }],
  ["path", { d: mouth, fill: "none", stroke: "#4a3200", "stroke-width": 2.4, "stroke-linecap": "round" }],
];
export const STICKERS = {
  谢谢: face("M14 28c4 8 16 8 20 0"), 收到: face("M16 30h16"), 再见: face("M15 28c5 5 13 5 18 0"), 辛苦了: face("M17 31c4-3 10-3 14 0"),
};
export const EMOJI = [..."😀😄😊🙂😉😍😘🤔😅😂😭😢😴😷🙏👍👌👏💪🌹🎉❤️☀️🌧️🏠🏫📚✏️⏰✅❓"].filter((sign) => sign !== "\ufe0f");

const WAVES = [["path", { d: "M4 10v4M9 7v10M14 4v16M19 9v6" }]];
const MAP = [
  ["rect", { width: 190, height: 74, y: 0, fill: "#dfe9d8" }],
  ["path", { d: "M0 30h190M0 58h190M50 0v74M128 0v74M0 0l80 74", stroke: "#fff", "stroke-width": 5, fill: "none" }],
  ["path", { d: "M95 52c-9-11-12-15-12-20a12 12 0 0 1 24 0c0 5-3 9-12 20z", fill: "#e5484d" }], ["circle", { cx: 95, cy: 31, r: 4.5, fill: "#fff" }],
];

export function sticker(caption, name = "") { return make("figure", name, drawing(STICKERS[caption] || STICKERS.谢谢, 48), make("figcaption", "", caption)); }

// Where the account's sign or the person's stands beside the words.
export function draw(message, mine) {
  const words = message.pieces.map((piece) => piece.text).join("");
  if (message.kind === "notice" || message.kind === "event") return make("div", `note ${message.kind}`, words);
  if (message.kind === "template") return card(words);
  const own = message.from === "me", bubble = make("div", `bubble ${message.kind}`);
  bubble.append(...inside(message, words));
  const sign = own ? make("div", `face c${mine.color}`, mine.sign) : make("div", "face", "校");
  sign.setAttribute("aria-hidden", "true");
  return make("div", own ? "row me" : "row", sign, bubble);
}

function inside(message, words) {
  if (message.kind === "image") return [picture(message.media)];
  if (message.kind === "voice") return voice(words.replace(/^\[语音\] /, ""));
  if (message.kind === "sticker") return [sticker(words.replace(/^\[表情\] ?/, ""))];
  if (message.kind === "location") return [place(words.replace(/^\[位置\] /, ""))];
  return message.pieces.map((piece) => stretch(piece, message.id));
}

function picture(media) {
  const button = make("button", "", Object.assign(make("img"), { src: `/mmbiz_pic/${media}`, alt: "图片" }));
  button.dataset.do = "look";
  return button;
}

function voice(words) {
  return [make("span", "said", drawing(WAVES), `${Math.max(1, Math.ceil(words.length / 4))}″`), make("small", "", words)];
}

function place(words) {
  const [numbers, ...label] = words.split(" "), map = drawing(MAP);
  map.setAttribute("viewBox", "0 0 190 74");
  map.setAttribute("preserveAspectRatio", "xMidYMid slice");
  return make("div", "place", make("b", "", label.join(" ") || "位置"), make("small", "", numbers), map);
}

function stretch(piece, message) {
  if (piece.item >= 0) {
    const button = make("button", "tap", piece.text);
    Object.assign(button.dataset, { do: "tap", message, item: piece.item });
    return button;
  }
  if (!/^https?:/.test(piece.url)) return make("span", "", piece.text);
  return Object.assign(make("a", "", piece.text), { href: piece.url, target: "_blank", rel: "noopener noreferrer" });
}

function card(words) {
  const [title, ...lines] = words.split("\n"), list = make("dl");
  for (const line of lines) {
    const [name, value] = line.split(/: (.*)/s);
    list.append(make("dt", "", name), make("dd", "", value || ""));
  }
  return make("div", "card", make("h4", "", title), list, make("footer", "", "服务通知 · 模板消息"));
}

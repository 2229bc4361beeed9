// What goes wrong on purpose, and that one sees that it does.

import { act, at, make, phones, toast } from "./wire.js";

const CHANNELS = { custom: "客服消息", template: "模板消息", subscribe: "订阅通知" };

export function showFaults({ faults, twice }) {
  const open = faults.map(({ kind, left, channel, openid }) =>
    [name(kind), `×${left}`, CHANNELS[channel], openid && `发给${phones.get(openid)?.name}`].filter(Boolean).join(" "));
  if (twice) open.push("每次推送都重复一遍");
  at("faults-on").textContent = open.length || "";
  at("trouble").hidden = !open.length;
  at("trouble-what").textContent = open.join("；");
  at("twice").checked = twice;
  at("fault-list").replaceChildren(...(open.length ? open : ["没有"]).map((words) => make("li", "", words)));
  at("clear").hidden = !open.length;
  const chosen = at("fault-to").value, option = ({ openid, name: words }) => new Option(words, openid, false, openid === chosen);
  at("fault-to").replaceChildren(at("fault-to").options[0], ...[...phones.values()].map(option));
}

function name(kind) {
  const option = [...at("fault-form").elements.kind.options].find(({ value }) => value === kind);
  return option ? option.textContent : kind;
}

at("fault-form").addEventListener("submit", (event) => { event.preventDefault(); act("fault", Object.fromEntries(new FormData(event.target))); });
at("twice").addEventListener("change", ({ target }) => act("twice", { on: target.checked }));
at("void").addEventListener("click", async () => { if (await act("void_tokens")) toast("令牌都已失效"); });
for (const id of ["clear", "trouble-off"]) at(id).addEventListener("click", () => act("clear"));

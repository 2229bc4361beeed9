// Phones for more people: from the roster, or for a stranger.

import { act, ask, at, make, phones, until } from "./wire.js";

async function find() {
  const cards = await ask(`/page/people?q=${encodeURIComponent(at("search").value)}`).catch(() => []);
  at("people").replaceChildren(...cards.map((card) => {
    const button = make("button", "", make("b", "", card.name), make("span", "", card.about));
    button.addEventListener("click", () => add("add", { person: card.id, follow: at("by-code").checked }, card.name));
    return make("li", "", button);
  }));
}

async function add(verb, asked, name) {
  at("add").close();
  if (!(await act(verb, asked))) return;
  const phone = await until(() => [...phones.values()].reverse().find((one) => one.name === name), 3000);
  phone?.comeHere();
}

at("add-open").addEventListener("click", () => { at("add").showModal(); at("search").focus(); find(); });
at("search").addEventListener("input", find);
at("stranger").addEventListener("click", () => add("stranger", {}, "陌生人"));

// Small questions that stand before the page until they are answered.

import { at } from "./wire.js";

// What was filled in, or null.
function opened(id, take) {
  const dialog = at(id), form = dialog.querySelector("form");
  return new Promise((answer) => {
    let taken = null;
    form.onsubmit = (event) => { event.preventDefault(); taken = take(new FormData(form)); dialog.close(); };
    dialog.onclose = () => answer(taken);
    dialog.showModal();
    (form.querySelector("input, select") || form.querySelector(".main")).focus();
  });
}

export function askPlace() {
  return opened("place", (facts) => {
    const known = at("place").querySelector("select");
    const own = facts.get("said").trim(), named = facts.get("known");
    return own ? { said: own, label: "" } : { said: named, label: named ? known.selectedOptions[0].textContent : "" };
  });
}

export function askCode() { return opened("scan", (facts) => ({ said: facts.get("said").trim() })); }

export function askSure(words) {
  at("sure-title").textContent = words;
  return opened("sure", () => true);
}

export function lookAt(address) {
  at("look").querySelector("img").src = address;
  at("look").showModal();
}

document.querySelectorAll("dialog").forEach((dialog) => dialog.addEventListener("click", (event) => {
  // A click beside the dialog hits the dialog itself.
  if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
}));

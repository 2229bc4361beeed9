// The school's clock on the page, and what comes next.

import { act, ask, at, dayAndHour, phones, schoolNow, toast, until } from "./wire.js";

export function showHour() { at("clock").textContent = dayAndHour(schoolNow()); }

// Asked a moment after something has changed, so that a burst of changes is one question.
export function askNext() {
  clearTimeout(askNext.timer);
  askNext.timer = setTimeout(async () => {
    const coming = await ask("/page/next").catch(() => null);
    at("coming").textContent = coming ? `${dayAndHour(coming.at)} ${coming.what}` : "暂时没有";
  }, 400);
}

// Whether the clock has come there; everything on the way has happened.
export async function go(step) {
  const group = at("clock-group"), buttons = group.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  group.setAttribute("aria-busy", "true");
  const gone = await act("clock", { step });
  group.removeAttribute("aria-busy");
  buttons.forEach((button) => { button.disabled = false; });
  askNext();
  return gone;
}

function said() { return [...phones.values()].reduce((sum, phone) => sum + phone.messages.length, 0); }

document.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", async () => {
  const before = said(), gone = await go(button.dataset.step);
  button.focus();
  if (gone && !(await until(() => said() > before, 1500))) toast("到了。这些手机上没有新消息。");
}));

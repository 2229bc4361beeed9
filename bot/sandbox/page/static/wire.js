// What all parts of the page share: asking the sandbox, the school's hour, small builders.

export const phones = new Map();
export const seen = { run: "", version: -1, now: 0, offset: 0, since: 0, last: 0 };

export function at(id) { return document.getElementById(id); }

export function make(tag, name, ...inside) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...inside);
  return node;
}

// Drawings are the page's own, never what somebody typed.
export function drawing(paths, size = 24) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, facts] of paths) {
    const part = document.createElementNS(svg.namespaceURI, tag);
    for (const [name, value] of Object.entries(facts)) part.setAttribute(name, value);
    svg.append(part);
  }
  return svg;
}

export async function ask(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

// Whether it was done; what hindered it is said at the foot of the page.
export async function act(verb, asked = {}) {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) };
  const answer = await fetch(`/page/do/${verb}`, sent).catch(() => null);
  if (answer?.ok) return true;
  toast(answer?.status === 409 ? (await answer.json()).error : "沙盒没有应答");
  return false;
}

export function toast(words) {
  at("toast").textContent = words;
  at("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { at("toast").hidden = true; }, 4000);
}

export function schoolNow() { return seen.now + (performance.now() - seen.since) / 1000; }

export function hour(seconds) { return new Date((seconds + seen.offset) * 1000).toISOString().slice(11, 16); }

export function dayAndHour(seconds) {
  const day = new Date((seconds + seen.offset) * 1000);
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日（周${"日一二三四五六"[day.getUTCDay()]}）${hour(seconds)}`;
}

// What is wanted, as soon as it is there; null after a while.
export async function until(look, milliseconds = 8000) {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = look();
    if (found || performance.now() > end) return found || null;
    await new Promise((wake) => { setTimeout(wake, 60); });
  }
}

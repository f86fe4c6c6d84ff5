// Alerts of saved searches and rules: a quiet line on every page of the desk, and
// a notification of the computer only for who has asked for it.

import { h } from "./dom.ts";

const askedKey = "broadsheet:desktop-alerts";

export function startNotices(): void {
  if (!document.querySelector("#notices")) return;
  offer();
  document.addEventListener("desk:live", (event) => {
    const { kind } = (event as CustomEvent<{ kind: string }>).detail;
    if (["wire.notice", "wire.rules", "wire.searches"].includes(kind)) void renew("heard");
  });
  document.addEventListener("desk:changed", () => void renew("changed"));
}

async function renew(why: "heard" | "changed"): Promise<void> {
  const answer = await fetch("/desk/notices", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("#notices");
  const box = document.querySelector<HTMLElement>("#notices");
  // What somebody's focus is in is not taken away by what others do.
  if (!next || !box || (why === "heard" && box.contains(document.activeElement))) return;
  const before = new Map(lines(box).map((line) => [line.dataset["source"], line.dataset["upto"]]));
  for (const line of lines(next)) if (before.get(line.dataset["source"]) !== line.dataset["upto"]) ring(line);
  box.replaceChildren(...next.childNodes);
  box.hidden = next.hidden;
  offer();
}

function lines(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>(".notice")];
}

/** Tells who does not look at the desk just now, if they want that. */
function ring(line: HTMLElement): void {
  if (document.visibilityState === "visible" || !wanted()) return;
  const name = line.querySelector("b")?.textContent ?? "";
  const href = line.querySelector("a")?.href ?? "/desk/wire";
  const notification = new Notification(name, { body: line.querySelector(".said")?.textContent ?? "", tag: line.dataset["source"] ?? "" });
  notification.addEventListener("click", () => {
    window.focus();
    location.assign(href);
  });
}

function wanted(): boolean {
  return "Notification" in window && Notification.permission === "granted" && localStorage.getItem(askedKey) !== null;
}

/** The button that asks for notifications of the computer, or ends them. */
function offer(): void {
  const box = document.querySelector<HTMLElement>("#notices");
  if (!box || box.hidden || !("Notification" in window) || Notification.permission === "denied") return;
  const on = wanted();
  box.append(
    h("button", {
      type: "button",
      class: "quiet",
      click: () => void (on ? stop() : ask()),
    }, on ? "Do not tell me on this computer" : "Tell me on this computer too"),
  );
}

async function ask(): Promise<void> {
  if ((await Notification.requestPermission()) === "granted") localStorage.setItem(askedKey, "1");
  await again();
}

async function stop(): Promise<void> {
  localStorage.removeItem(askedKey);
  await again();
}

async function again(): Promise<void> {
  await renew("changed");
}

// The desk hears from the server what moved. Each event becomes a "desk:live"
// event of the page; lists and counts load themselves again from it.

import { call } from "./http.ts";

// What to load again after a gap.
const everything = ["wire.item", "wire.notice", "story.saved", "comment.posted", "alert.changed"];

export function startLive(): void {
  const state = document.querySelector<HTMLElement>("#live-state");
  if (!state) return;
  let source: EventSource | null = null;
  let wait = 0;
  const kinds = new Set<string>();
  // A busy wire sends many events at once; the page answers them together.
  const tell = (): void => {
    wait = 0;
    for (const kind of kinds) document.dispatchEvent(new CustomEvent("desk:live", { detail: { kind } }));
    kinds.clear();
    void counts();
  };
  const heard = (...more: string[]): void => {
    for (const kind of more) kinds.add(kind);
    wait ||= window.setTimeout(tell, 250);
  };
  const open = (): void => {
    source = new EventSource("/desk/live");
    source.addEventListener("change", (event) => heard((JSON.parse((event as MessageEvent<string>).data) as { kind: string }).kind));
    source.addEventListener("reload", () => heard(...everything));
    source.addEventListener("open", () => show(state, "Live"));
    source.addEventListener("error", () => show(state, "Not live. Trying again"));
  };
  open();
  // A browser has few connections to one server: a page that nobody sees gives
  // its own back after a while, and catches up when it is seen again.
  let leaving = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.visibilityState === "hidden") {
      leaving = window.setTimeout(() => {
        source?.close();
        source = null;
      }, 30_000);
    } else if (!source) {
      open();
      heard(...everything);
    }
  });
  document.addEventListener("desk:changed", () => void counts());
}

function show(state: HTMLElement, text: string): void {
  state.textContent = text;
  state.classList.toggle("off", text !== "Live");
}

async function counts(): Promise<void> {
  const numbers = await call<Record<string, number>>("GET", "/desk/api/counts").catch(() => null);
  if (!numbers) return;
  for (const el of document.querySelectorAll<HTMLElement>("[data-count]")) {
    const n = numbers[el.dataset["count"] ?? ""] ?? 0;
    el.textContent = n ? String(n) : "";
  }
  // The alarm stands on every page, wherever one works.
  for (const line of document.querySelectorAll<HTMLElement>("[data-alarm]")) line.hidden = !numbers["alerts"];
}

// The keyboard. Every key is declared on the element that it presses:
//
//   <a href="/desk/wire" data-key="g w" data-label="Go to the wire">
//   <button data-key="u">Use</button>
//
// so that the keys, the list under "?", and the palette can never disagree.

import { h, isTyping } from "./dom.ts";

export interface Shortcut {
  readonly keys: string;
  readonly label: string;
}

/** Keys that are not on any element: walking lists, the editor's own. */
const extra: Shortcut[] = [];

const offKey = "broadsheet:keys-off";
let pending = "";
let pendingSince = 0;

/** Adds lines to the list under "?". */
export function explain(...lines: Shortcut[]): void {
  extra.push(...lines);
}

/** The elements that have a key and can be pressed now. */
export function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((el) => el.offsetParent !== null && !el.matches(":disabled"));
}

export function labelOf(el: HTMLElement): string {
  return el.dataset["label"] ?? el.getAttribute("aria-label") ?? el.textContent?.trim() ?? "";
}

/** Single keys can be switched off, for people who speak to their computer. */
export function singleKeysOn(): boolean {
  return localStorage.getItem(offKey) === null;
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (modified) return;
    if (event.key === "?" && !isTyping(event.target)) {
      event.preventDefault();
      showKeys();
      return;
    }
    if (isTyping(event.target) || !singleKeysOn()) return;
    press(event);
  });
}

function press(event: KeyboardEvent): void {
  if (event.key.length !== 1) return;
  const sequence = Date.now() - pendingSince < 1200 && pending ? `${pending} ${event.key}` : event.key;
  const all = keyed();
  const found = all.find((el) => el.dataset["key"] === sequence) ?? all.find((el) => el.dataset["key"] === event.key);
  if (found) {
    event.preventDefault();
    pending = "";
    if (isTyping(found) && !found.matches("[type=file]")) found.focus();
    else found.click();
    return;
  }
  pending = all.some((el) => el.dataset["key"]?.startsWith(`${event.key} `)) ? event.key : "";
  pendingSince = Date.now();
}

/** Shows every key that works on this page. */
export function showKeys(): void {
  const lines = new Map<string, string>();
  for (const el of keyed()) {
    const key = el.dataset["key"] ?? "";
    if (!lines.has(key)) lines.set(key, labelOf(el));
  }
  for (const { keys, label } of extra) lines.set(keys, label);
  lines.set("?", "Show these keys");
  lines.set("mod-K", "Find a story, an item, an action");
  const list = h("dl", { class: "keys" });
  for (const [keys, label] of lines) {
    const dd = h("dd");
    for (const key of keys.split(" ")) dd.append(h("kbd", {}, keyName(key)), " ");
    list.append(h("div", {}, h("dt", {}, label), dd));
  }
  const single = h("input", { type: "checkbox", id: "single-keys", checked: singleKeysOn() });
  single.addEventListener("change", () => {
    if (single.checked) localStorage.removeItem(offKey);
    else localStorage.setItem(offKey, "1");
  });
  const dialog = h("dialog", { class: "sheet", "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title" }, "Keys"),
    list,
    h("p", {}, single, " ", h("label", { for: "single-keys" }, "Keys without ctrl or cmd are on")),
    h("form", { method: "dialog" }, h("button", {}, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const mac = /Mac|iPhone|iPad/.test(navigator.platform);

function keyName(key: string): string {
  return key
    .replace("mod-", mac ? "⌘" : "Ctrl ")
    .replace("shift-", mac ? "⇧" : "Shift ")
    .replace("alt-", mac ? "⌥" : "Alt ");
}

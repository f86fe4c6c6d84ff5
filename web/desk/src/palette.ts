// The palette: ctrl-K or cmd-K finds stories, wire items and actions.

import { h } from "./dom.ts";
import { call } from "./http.ts";
import { keyed, labelOf } from "./keys.ts";

interface Found {
  readonly kind: string;
  readonly label: string;
  readonly detail: string;
  readonly href?: string;
  readonly run?: () => void;
}

export function startPalette(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) openPalette();
  });
  document.querySelector("[data-palette]")?.addEventListener("click", openPalette);
}

export function openPalette(): void {
  const palette = new Palette();
  document.body.append(palette.dialog);
  palette.dialog.showModal();
}

class Palette {
  readonly dialog: HTMLDialogElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly actions: Found[];
  private found: Found[] = [];
  private at = 0;
  private asked = 0;

  constructor() {
    this.actions = keyed().map((el) => ({ kind: "Action", label: labelOf(el), detail: el.dataset["key"] ?? "", run: () => (el.matches("input:not([type=file]), textarea") ? el.focus() : el.click()) }));
    this.list = h("ul", { role: "listbox", id: "palette-list", "aria-label": "Found" });
    this.input = h("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-label": "Find a story, an item or an action",
      placeholder: "Find a story, an item, an action", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
    });
    this.input.addEventListener("input", () => void this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.dialog = h("dialog", { class: "palette", "aria-label": "Find" }, this.input, this.list);
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    void this.look();
  }

  private async look(): Promise<void> {
    const words = this.input.value.trim();
    const asked = ++this.asked;
    const actions = this.actions.filter((a) => matches(a.label, words));
    this.show(words ? actions.slice(0, 6) : actions);
    if (!words) return;
    const { results } = await call<{ results: Found[] }>("GET", `/desk/api/find?q=${encodeURIComponent(words)}`).catch(() => ({ results: [] as Found[] }));
    if (asked === this.asked) this.show([...results, ...actions.slice(0, 6)]);
  }

  private show(found: Found[]): void {
    this.found = found;
    this.at = 0;
    this.list.replaceChildren(
      ...found.map((item, i) =>
        h("li", { role: "option", id: `found-${i}`, "aria-selected": String(i === 0), click: () => this.go(item) },
          h("span", { class: "kind" }, item.kind), h("span", { class: "label" }, item.label), h("span", { class: "detail" }, item.detail))),
    );
    if (!found.length) this.list.append(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing found"));
    this.mark();
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      event.preventDefault();
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const item = this.found[this.at];
      if (item) this.go(item);
    }
  }

  private mark(): void {
    [...this.list.children].forEach((li, i) => {
      li.setAttribute("aria-selected", String(i === this.at && this.found.length > 0));
      if (i === this.at) li.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", this.found.length ? `found-${this.at}` : "");
  }

  private go(item: Found): void {
    this.dialog.close();
    if (item.run) item.run();
    else if (item.href) location.assign(item.href);
  }
}

function matches(label: string, words: string): boolean {
  const text = label.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

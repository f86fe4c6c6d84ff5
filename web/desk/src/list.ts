// <desk-list>: a list that is walked with j and k, whose chosen item shows on
// the right, and that changes by itself when the server says so.
//
//   <desk-list data-live="wire">
//     <ol id="rows"> <li data-id="…"><a class="row" href="…">
//
// Without this script every row is a plain link.

import { must, say } from "./dom.ts";
import { explain } from "./keys.ts";
import { part } from "./http.ts";

export class DeskList extends HTMLElement {
  protected chosen = 0;
  protected loading: AbortController | null = null;
  protected wanted = "";

  connectedCallback(): void {
    this.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("desk:changed", () => void this.refresh());
    document.addEventListener("desk:live", (event) => {
      const { kind } = (event as CustomEvent<{ kind: string }>).detail;
      if (this.dataset["live"]?.split(" ").some((prefix) => kind.startsWith(prefix))) void this.refresh();
    });
    addEventListener("popstate", () => location.reload());
    explain({ keys: "j", label: "Next in the list" }, { keys: "k", label: "The one before" }, { keys: "Enter", label: "Open it" });
    const current = this.rows().findIndex((row) => row.getAttribute("aria-current") === "true");
    this.chosen = Math.max(current, 0);
    if (current >= 0 && current > 3) this.rows()[current]?.scrollIntoView({ block: "center" });
  }

  protected rows(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>("a.row")];
  }

  protected get pane(): HTMLElement | null {
    return document.querySelector("#read");
  }

  protected clicked(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const row = (event.target as Element).closest<HTMLAnchorElement>("a.row");
    if (!row || !this.pane || !wide()) return;
    event.preventDefault();
    this.choose(this.rows().indexOf(row));
  }

  protected key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable], dialog") || document.querySelector("dialog[open]")) return;
    if (localStorage.getItem("broadsheet:keys-off") !== null) return;
    const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
    if (step) {
      event.preventDefault();
      const none = !this.rows().some((row) => row.getAttribute("aria-current") === "true");
      this.choose(none ? 0 : this.chosen + step);
    } else if (event.key === "Enter" && target === document.body) {
      this.rows()[this.chosen]?.click();
      if (!this.pane || !wide()) return;
      this.pane.focus();
    }
  }

  /** Marks a row as the chosen one and shows its item. */
  choose(index: number): void {
    const rows = this.rows();
    this.chosen = Math.min(Math.max(index, 0), rows.length - 1);
    const row = rows[this.chosen];
    if (!row) return;
    for (const other of rows) other.toggleAttribute("aria-current", false);
    row.setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
    if (this.pane && wide()) {
      history.replaceState(null, "", row.href);
      void this.read(row.href);
    } else row.focus();
  }

  protected async read(href: string): Promise<void> {
    const pane = this.pane;
    if (!pane) return;
    this.wanted = href;
    this.loading?.abort();
    this.loading = new AbortController();
    pane.setAttribute("aria-busy", "true");
    try {
      const piece = await part(href, "read");
      if (this.wanted !== href) return;
      pane.replaceChildren(piece);
      pane.scrollTop = 0;
    } catch (error) {
      if (this.wanted === href) say(error instanceof Error ? error.message : String(error));
    } finally {
      pane.removeAttribute("aria-busy");
    }
  }

  /** Loads the list again and changes only the rows that differ, so that nothing jumps. */
  async refresh(): Promise<void> {
    const current = this.rows().find((row) => row.getAttribute("aria-current") === "true");
    const chosen = current?.closest("li")?.dataset["id"];
    const rows = await renew(this);
    if (!rows || !chosen) return;
    this.chosen = Math.max(rows.findIndex((li) => li.dataset["id"] === chosen), 0);
    const li = rows.find((row) => row.dataset["id"] === chosen);
    const row = li?.querySelector<HTMLAnchorElement>("a.row");
    row?.setAttribute("aria-current", "true");
    // A newer version of what is being read: show it, unless somebody writes there.
    if (row && li?.classList.contains("new") && wide() && !this.pane?.querySelector("form[data-save]")) void this.read(row.href);
  }
}

/**
 * Loads the rows in scroller again and changes only those that differ; what is
 * seen stays where it is. Gives the rows, or null when they could not be loaded.
 */
export async function renew(scroller: HTMLElement): Promise<HTMLElement[] | null> {
  const piece = await part(location.href, "rows").catch(() => null);
  const next = piece?.querySelector("#rows");
  if (!next) return null;
  const list = must("#rows", scroller);
  const anchor = scroller.scrollTop > 40 ? [...list.querySelectorAll<HTMLElement>(":scope > li")].find((li) => li.offsetTop >= scroller.scrollTop) : undefined;
  const top = anchor?.offsetTop ?? 0;
  const old = new Map([...list.children].map((li) => [(li as HTMLElement).dataset["id"] ?? "", li as HTMLElement]));
  const rows = [...next.children].map((li) => {
    const fresh = li as HTMLElement;
    const have = old.get(fresh.dataset["id"] ?? "");
    if (have && (have.dataset["v"] === fresh.dataset["v"] || have.querySelector("input:focus, textarea:focus"))) return have;
    fresh.classList.add("new");
    return fresh;
  });
  settle(list, rows);
  if (anchor?.isConnected) scroller.scrollTop += anchor.offsetTop - top;
  return rows;
}

/** Makes rows the children of list without touching those that stay: one that is moved loses the focus in it. */
function settle(list: HTMLElement, rows: HTMLElement[]): void {
  const stay = new Set<Element>(rows);
  for (const li of [...list.children]) if (!stay.has(li)) li.remove();
  let at = list.firstElementChild;
  for (const row of rows) {
    if (row === at) at = at.nextElementSibling;
    else list.insertBefore(row, at);
  }
}

/** <desk-rows>: rows that are loaded again when something has changed. */
export class DeskRows extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("desk:changed", () => void renew(this));
    document.addEventListener("desk:live", (event) => {
      if ((event as CustomEvent<{ kind: string }>).detail.kind.startsWith(this.dataset["live"] ?? "-")) void renew(this);
    });
  }
}

export function wide(): boolean {
  return matchMedia("(min-width: 900px)").matches;
}

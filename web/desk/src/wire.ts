// <wire-list>: the wire's list, or its light table. It moves by itself as long as
// nobody has taken hold of it: once something is chosen or scrolled, what is new waits
// behind a button, and everything else stays where it is.

import { must, say } from "./dom.ts";
import { call, part } from "./http.ts";
import { explain } from "./keys.ts";
import { DeskList, wide } from "./list.ts";

export class WireList extends DeskList {
  private refreshing = false;
  private again = false;

  override connectedCallback(): void {
    super.connectedCallback();
    explain({ keys: "o", label: "Open what is chosen" });
    if (this.grid) explain({ keys: "← → ↑ ↓", label: "Walk the pictures" });
    must("#waiting").addEventListener("click", () => void this.release());
    document.addEventListener("desk:filtered", () => this.filtered());
    document.addEventListener("desk:done", (event) => {
      const form = event.target as HTMLElement;
      if (form.matches("[data-next]") && !form.querySelector("[name=undo]")) this.putAway();
    });
    this.seen();
  }

  private get grid(): boolean {
    return this.querySelector("#rows.shots-table") !== null;
  }

  private get items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("#rows > li[data-o]")];
  }

  private get current(): number {
    return this.rows().findIndex((row) => row.getAttribute("aria-current") === "true");
  }

  protected override clicked(event: MouseEvent): void {
    const more = (event.target as Element).closest<HTMLAnchorElement>("li.more a");
    if (more && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      void this.older(more);
      return;
    }
    super.clicked(event);
  }

  protected override key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const busy = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
    if (busy || target.closest("input, textarea, select, summary, [contenteditable]")) return;
    this.chosen = Math.max(this.current, 0);
    const step = this.step(event.key);
    if (step !== 0) {
      event.preventDefault();
      this.walk(this.current < 0 ? 0 : this.current + step);
      return;
    }
    if (event.key === "o" && localStorage.getItem("broadsheet:keys-off") === null && !document.querySelector("[data-key=o]")) {
      event.preventDefault();
      this.open();
      return;
    }
    super.key(event);
  }

  /** How far a key goes: a row of the grid is as many pictures as stand side by side. */
  private step(key: string): number {
    if (key === "j" || key === "k") return localStorage.getItem("broadsheet:keys-off") === null ? (key === "j" ? 1 : -1) : 0;
    if (!this.grid) return 0;
    const rows = this.rows();
    const top = rows[0]?.offsetTop;
    const across = Math.max(rows.findIndex((row) => row.offsetTop !== top), 1);
    return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[key] ?? 0;
  }

  private walk(to: number): void {
    const more = this.querySelector<HTMLAnchorElement>("li.more a");
    if (to >= this.rows().length && more) {
      void this.older(more).then(() => this.choose(to));
      return;
    }
    this.choose(to);
  }

  private open(): void {
    const row = this.rows()[Math.max(this.current, 0)];
    if (!row) return;
    if (!this.pane || !wide()) location.assign(row.href);
    else this.pane.focus();
  }

  /** Appends the page that follows. */
  private async older(more: HTMLAnchorElement): Promise<void> {
    const piece = await part(more.href, "rows").catch(() => null);
    if (!piece) {
      say("Older items could not be loaded. Try again in a moment.");
      return;
    }
    const have = new Set(this.items.map((li) => li.dataset["id"]));
    more.closest("li")?.remove();
    must("#rows", this).append(...[...piece.querySelectorAll<HTMLElement>("#rows > li[data-id]")].filter((li) => !have.has(li.dataset["id"])));
  }

  /** Whether somebody has taken hold of the list. */
  private get held(): boolean {
    return this.top > 8 || this.current >= 0;
  }

  /** How far the list is scrolled: by itself or, on a phone, with the page. */
  private get top(): number {
    return wide() ? this.scrollTop : Math.max(scrollY + 60 - this.offsetTop, 0);
  }

  private shift(by: number): void {
    if (wide()) this.scrollTop += by;
    else window.scrollBy(0, by);
  }

  private async release(): Promise<void> {
    await this.merge(false);
    this.scrollTop = 0;
    if (!wide()) window.scrollTo(0, 0);
    this.focus({ preventScroll: true });
  }

  override async refresh(): Promise<void> {
    this.again = true;
    if (this.refreshing) return;
    this.refreshing = true;
    while (this.again) {
      this.again = false;
      await this.merge(this.held);
    }
    this.refreshing = false;
  }

  /** Brings the list up to date. Held, nothing that is seen moves. */
  private async merge(held: boolean): Promise<void> {
    const address = location.href;
    const piece = await part(address, "rows").catch(() => null);
    const next = piece?.querySelector("#rows");
    if (!next || new URL(address).search !== location.search) return;
    const fetched = [...next.querySelectorAll<HTMLElement>(":scope > li[data-o]")];
    if (!fetched.length || !this.items.length) {
      must("#rows", this).replaceWith(next);
      this.wait(0);
      return;
    }
    const anchor = this.anchor();
    const top = anchor?.offsetTop ?? 0;
    const newer = this.mix(fetched, next.querySelector(":scope > li.more") === null, held);
    if (held && anchor?.isConnected && anchor.offsetTop !== top) this.shift(anchor.offsetTop - top);
    this.wait(newer);
  }

  /** Puts what was fetched among what is there, and says how many wait. */
  private mix(fetched: HTMLElement[], complete: boolean, held: boolean): number {
    const have = new Map(this.items.map((li) => [li.dataset["id"] ?? "", li]));
    const order = (li: HTMLElement | undefined): string => li?.dataset["o"] ?? "";
    const top = this.items.map(order).reduce((a, b) => (a > b ? a : b), "");
    const end = order(fetched.at(-1));
    const seen = new Set(fetched.map((li) => li.dataset["id"] ?? ""));
    const list: HTMLElement[] = [];
    let newer = 0;
    for (const fresh of fetched) {
      const old = have.get(fresh.dataset["id"] ?? "");
      if (old) list.push(this.renewed(old, fresh, held));
      else if (held && order(fresh) > top) newer++;
      else {
        fresh.classList.add("new");
        list.push(fresh);
      }
    }
    for (const [id, li] of have) {
      if (seen.has(id)) continue;
      const gone = complete || order(li) >= end;
      if (!gone) list.push(li);
      else if (held && li.querySelector("[aria-current=true]")) {
        li.firstElementChild?.classList.add("away");
        list.push(li);
      }
    }
    list.sort((a, b) => (order(a) < order(b) ? 1 : order(a) > order(b) ? -1 : 0));
    const more = this.querySelector("#rows > li.more");
    must("#rows", this).replaceChildren(...list, ...(more ? [more] : []));
    return newer;
  }

  /** A line that is there already, with what is new in it. Held, it stays in its place. */
  private renewed(old: HTMLElement, fresh: HTMLElement, held: boolean): HTMLElement {
    if (old.dataset["v"] === fresh.dataset["v"]) return old;
    const row = fresh.querySelector<HTMLAnchorElement>("a.row");
    if (held) fresh.dataset["o"] = old.dataset["o"] ?? "";
    fresh.classList.add("new");
    if (old.querySelector("[aria-current=true]")) {
      row?.setAttribute("aria-current", "true");
      if (row && wide() && !this.pane?.contains(document.activeElement)) void this.read(row.href);
    }
    return fresh;
  }

  /** What must stay where it is: the chosen line if it can be seen, else the first that can. */
  private anchor(): HTMLElement | undefined {
    const height = wide() ? this.clientHeight : innerHeight;
    const seen = this.items.filter((li) => li.offsetTop + li.offsetHeight > this.top && li.offsetTop < this.top + height);
    return seen.find((li) => li.querySelector("[aria-current=true]")) ?? seen[0];
  }

  private wait(newer: number): void {
    const button = must("#waiting");
    button.textContent = `${newer}${newer >= 100 ? " or more" : ""} new`;
    button.hidden = newer === 0;
  }

  /** The chosen line was put away: the next one is chosen. */
  private putAway(): void {
    const at = this.current;
    const li = this.items[at];
    if (!li) return;
    const id = li.dataset["id"]?.split("-")[0] ?? "";
    for (const other of this.items) if (other.dataset["id"]?.startsWith(id)) other.remove();
    if (wide()) this.choose(at);
    else location.assign(`/desk/wire${location.search}`);
  }

  /** The filter was changed: nothing waits, and no saved search is the current one unless it is this filter. */
  private filtered(): void {
    this.wait(0);
    this.scrollTop = 0;
    const now = canonical(location.search);
    let current: HTMLAnchorElement | null = null;
    for (const tab of document.querySelectorAll<HTMLAnchorElement>(".tabs a")) {
      const same = canonical(new URL(tab.href).search) === now;
      tab.toggleAttribute("aria-current", false);
      if (same) {
        tab.setAttribute("aria-current", "page");
        current = tab;
      }
    }
    const form = document.querySelector<HTMLFormElement>(".save-search form[data-with-filter]");
    if (form && !current?.dataset["search"]) {
      form.action = "/desk/searches";
      must<HTMLInputElement>("[name=name]", form).value = "";
      must(".save-search summary").textContent = "Save this search";
    }
    const rule = document.querySelector<HTMLAnchorElement>("[data-rule-of-filter]");
    if (rule) rule.search = location.search;
  }

  /** What an alert told of is seen once its search is open. */
  private seen(): void {
    const [source, upto] = (this.dataset["seen"] ?? "").split(" ");
    if (!source || !upto) return;
    const form = new FormData();
    form.set("upto", upto);
    void call("POST", `/desk/notices/${source}`, form)
      .then(() => document.dispatchEvent(new CustomEvent("desk:changed")))
      .catch(() => undefined);
  }
}

/** A filter in an address, whatever the order of its parts. */
function canonical(search: string): string {
  const all = new URLSearchParams(search);
  for (const name of ["n", "after", "version", "said", "part"]) all.delete(name);
  all.sort();
  return all.toString();
}

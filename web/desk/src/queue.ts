// <desk-queue>: comments that a moderator walks through, or alerts that an editor does,
// and decides upon, each with one key. What is decided goes away by itself and the next one is there.

import { isTyping } from "./dom.ts";
import { explain, singleKeysOn } from "./keys.ts";
import { renew } from "./list.ts";

export class DeskQueue extends HTMLElement {
  private at = -1;

  connectedCallback(): void {
    const noun = this.dataset["noun"];
    explain({ keys: "j", label: `Next ${noun ?? "comment"}` }, { keys: "k", label: "The one before" });
    if (noun) this.explainLabelled();
    else explain(
      { keys: "y", label: "Keep, approve or restore" },
      ...[...this.querySelectorAll("[data-act]")].slice(0, 6).flatMap((b) => {
        const key = (b as HTMLElement).dataset["act"] ?? "";
        return /\d/.test(key) ? [{ keys: key, label: `Remove: ${(b as HTMLButtonElement).value}` }] : [];
      }),
    );
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("desk:changed", () => void this.refresh());
    document.addEventListener("desk:live", (event) => {
      if ((event as CustomEvent<{ kind: string }>).detail.kind.startsWith(this.dataset["live"] ?? "-")) void this.refresh();
    });
    this.addEventListener("focusin", (event) => {
      const found = this.comments().indexOf((event.target as Element).closest("article") as HTMLElement);
      if (found >= 0) this.mark(found);
    });
  }

  /** Buttons of other queues say themselves what their keys do. */
  private explainLabelled(): void {
    const seen = new Map<string, string>();
    for (const el of this.querySelectorAll<HTMLElement>("[data-act][data-label]")) seen.set(el.dataset["act"] ?? "", el.dataset["label"] ?? "");
    explain(...[...seen].map(([keys, label]) => ({ keys, label })));
  }

  private comments(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("article")];
  }

  private key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !singleKeysOn()) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
    if (step) {
      event.preventDefault();
      this.choose(this.at < 0 ? 0 : this.at + step);
      return;
    }
    const button = this.comments()[this.at]?.querySelector<HTMLElement>(`[data-act="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  private choose(index: number): void {
    const all = this.comments();
    this.mark(Math.min(Math.max(index, 0), all.length - 1));
    all[this.at]?.focus({ preventScroll: true });
    all[this.at]?.scrollIntoView({ block: "nearest" });
  }

  private mark(index: number): void {
    this.at = index;
    this.comments().forEach((article, i) => {
      if (i === index) article.setAttribute("aria-current", "true");
      else article.removeAttribute("aria-current");
    });
  }

  private async refresh(): Promise<void> {
    const here = this.comments()[this.at]?.closest("li")?.dataset["id"];
    const hadFocus = this.contains(document.activeElement);
    const rows = await renew(this);
    if (!rows || this.at < 0) return;
    const same = rows.findIndex((li) => li.dataset["id"] === here);
    const next = same >= 0 ? same : Math.min(this.at, this.comments().length - 1);
    const lost = hadFocus && !this.contains(document.activeElement); // somebody may be typing a reason
    if (lost || same < 0) this.choose(next);
    else this.mark(next);
  }
}

// What an agency has sent since the story used it: a line above the text, the
// differences block by block, and a click that takes one over. The server writes the
// piece; see moved.html.

import type { Node } from "prosemirror-model";
import type { Transaction } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { must, say } from "../dom.ts";
import { call, part } from "../http.ts";
import { fromStored } from "../schema.ts";

/** What the editor does for it. */
export interface Writer {
  readonly view: EditorView;
  /** Saves what was written, so that the server compares with that. */
  flush(): Promise<boolean>;
  /** Loads what photos a block shows. */
  load(block: Node): Promise<void>;
}

/** How long a busy wire may ask for the piece again, in milliseconds. */
const pause = 3000;

export class Moved {
  private asked = 0;
  private waiting = 0;
  private taken = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly story: string,
    private readonly writer: Writer,
  ) {
    document.addEventListener("desk:live", (event) => {
      const { kind } = (event as CustomEvent<{ kind: string }>).detail;
      if (kind === "wire.item" || kind === "story.wire") this.soon();
    });
    void this.show();
  }

  private soon(): void {
    this.waiting ||= window.setTimeout(() => {
      this.waiting = 0;
      // Nothing moves under the hand of who looks at the differences.
      if (!this.box.querySelector("[aria-expanded=true]")) void this.show();
    }, Math.max(0, this.asked + pause - Date.now()));
  }

  private async show(): Promise<void> {
    this.asked = Date.now();
    const piece = await part(`/desk/stories/${this.story}/moved`, "rows").catch(() => null);
    if (!piece) return;
    this.box.replaceChildren(piece);
    this.box.hidden = !this.box.querySelector("section");
    this.box.querySelectorAll<HTMLElement>("section").forEach((section) => this.bind(section));
  }

  private bind(section: HTMLElement): void {
    const differences = must("[data-differences]", section);
    differences.hidden = true;
    const open = section.querySelector<HTMLButtonElement>("[data-open]");
    if (open) {
      open.hidden = false;
      open.addEventListener("click", () => {
        differences.hidden = !differences.hidden;
        open.setAttribute("aria-expanded", String(!differences.hidden));
        open.textContent = differences.hidden ? "Show what is different" : "Close";
      });
    }
    for (const row of section.querySelectorAll<HTMLElement>("[data-state]")) {
      const button = must<HTMLButtonElement>("[data-take]", row);
      button.hidden = false;
      button.addEventListener("click", () => void this.take(section, row, button));
    }
    must("form", section).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.answer(section);
    });
  }

  // Puts a row into the text: one transaction, so that one step takes it back.
  private async take(section: HTMLElement, row: HTMLElement, button: HTMLButtonElement): Promise<void> {
    const now = block(row.dataset["now"]);
    if (now) await this.writer.load(now);
    const { view } = this.writer;
    const tr = change(view.state.tr, row.dataset["state"] ?? "", now, block(row.dataset["ours"]), block(row.dataset["after"]));
    if (!tr) {
      say("That paragraph of the story has changed since. Here is how it stands now.");
      await this.writer.flush();
      await this.show();
      this.box.querySelector<HTMLElement>("[data-open]")?.click();
      return;
    }
    view.dispatch(tr.scrollIntoView());
    this.taken = true;
    button.disabled = true;
    button.textContent = { changed: "Taken over", added: "Put in", removed: "Taken out" }[row.dataset["state"] ?? ""] ?? "Done";
    must("form button", section).textContent = "Done with this";
  }

  private async answer(section: HTMLElement): Promise<void> {
    await this.writer.flush();
    const form = new FormData();
    form.set("item", section.dataset["item"] ?? "");
    form.set("version", section.dataset["version"] ?? "");
    form.set("answer", this.taken ? "taken" : "seen");
    try {
      await call("POST", `/desk/stories/${this.story}/moved`, form);
    } catch (error) {
      say(error instanceof Error ? error.message : "That did not work. Try again.");
      return;
    }
    this.taken = false;
    await this.show();
    this.writer.view.focus();
  }
}

function block(json: string | undefined): Node | null {
  return json ? fromStored(JSON.parse(json)).firstChild : null;
}

/**
 * What taking a row over does to the text; null when the block that it is about does not
 * stand there any more. A new block follows the one that the block before it became, and
 * stands at the beginning when there is none.
 */
export function change(tr: Transaction, state: string, now: Node | null, ours: Node | null, after: Node | null): Transaction | null {
  const mine = find(tr.doc, ours);
  if (ours && mine === null) return null;
  if (state === "removed") return mine === null || !ours ? null : tr.delete(mine, mine + ours.nodeSize);
  if (!now) return null;
  if (mine !== null && ours) return tr.replaceWith(mine, mine + ours.nodeSize, now);
  const before = find(tr.doc, after);
  if (after && before === null) return null;
  return tr.insert(after && before !== null ? before + after.nodeSize : 0, now);
}

/** The place of a block that says the same, wherever it came from. */
function find(doc: Node, wanted: Node | null): number | null {
  let at: number | null = null;
  if (wanted) {
    doc.forEach((node, offset) => {
      const same = node.eq(wanted) || (node.type === wanted.type && !node.isAtom && node.content.eq(wanted.content));
      if (at === null && same) at = offset;
    });
  }
  return at;
}

// The menu that a slash opens at the start of an empty line.

import { type EditorState, Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { h } from "../dom.ts";
import type { Action } from "./commands.ts";

export function slashMenu(all: readonly Action[]): Plugin {
  const offered = all.filter((a) => a.slash);
  let menu: Menu | null = null;
  return new Plugin({
    view: (view) => {
      menu = new Menu(view, offered);
      return menu;
    },
    props: {
      handleKeyDown: (_, event) => menu?.key(event) ?? false,
    },
  });
}

class Menu {
  private readonly list = h("ul", { class: "slash", role: "listbox", id: "slash-menu", "aria-label": "Put in", hidden: true });
  private found: readonly Action[] = [];
  private at = 0;
  private closed = "";

  constructor(
    private readonly view: EditorView,
    private readonly offered: readonly Action[],
  ) {
    document.body.append(this.list);
  }

  update(view: EditorView): void {
    const words = slashWords(view.state);
    if (words === null || words === this.closed) {
      if (words === null) this.closed = "";
      return this.hide();
    }
    this.found = this.offered.filter((a) => a.label.toLowerCase().startsWith(words));
    if (!this.found.length) return this.hide();
    this.at = Math.min(this.at, this.found.length - 1);
    this.draw();
    const { left, bottom } = view.coordsAtPos(view.state.selection.from);
    this.list.hidden = false;
    this.list.style.left = `${Math.min(left, innerWidth - 200)}px`;
    this.list.style.top = `${bottom + scrollY + 4}px`;
  }

  destroy(): void {
    this.list.remove();
  }

  key(event: KeyboardEvent): boolean {
    if (this.list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.draw();
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") {
      const action = this.found[this.at];
      if (action) this.run(action);
      return true;
    }
    if (event.key === "Escape") {
      this.closed = slashWords(this.view.state) ?? "";
      this.hide();
      return true;
    }
    return false;
  }

  private run(action: Action): void {
    const { $from } = this.view.state.selection;
    this.view.dispatch(this.view.state.tr.delete($from.start(), $from.pos));
    this.hide();
    this.view.focus();
    action.command(this.view.state, this.view.dispatch, this.view);
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.found.map((action, i) => {
        const item = h("li", { role: "option", id: `slash-${action.id}`, "aria-selected": String(i === this.at) }, action.label);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          this.run(action);
        });
        return item;
      }),
    );
    this.view.dom.setAttribute("aria-activedescendant", `slash-${this.found[this.at]?.id ?? ""}`);
  }

  private hide(): void {
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.at = 0;
    this.view.dom.removeAttribute("aria-activedescendant");
  }
}

function slashWords(state: EditorState): string | null {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type.name !== "paragraph" || $from.depth !== 1) return null;
  return /^\/(\p{L}*)$/u.exec($from.parent.textContent)?.[1]?.toLowerCase() ?? null;
}

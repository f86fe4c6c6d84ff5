// How photos, videos, embeds and quotes look and are filled in inside the text.

import type { Node } from "prosemirror-model";
import { NodeSelection } from "prosemirror-state";
import type { EditorView, NodeView, NodeViewConstructor } from "prosemirror-view";
import { h } from "../dom.ts";
import type { Photo } from "./model.ts";

/** Where views look up photos and say what was chosen. */
export interface Library {
  photo(id: string): Photo | undefined;
  lead(id: string): void;
}

export function nodeViews(library: Library): Record<string, NodeViewConstructor> {
  return {
    photo: (node, view, pos) => new PhotoView(node, view, pos, library),
    video: (node, view, pos) => new CardView(node, view, pos, "Video", [["title", "Title"], ["url", "Address"]]),
    embed: (node, view, pos) => new CardView(node, view, pos, "Embed", [["title", "Title"], ["url", "Address"]]),
    quote: (node, view, pos) => new QuoteView(node, view, pos),
  };
}

type Pos = () => number | undefined;

/** A block whose attributes are written into fields of its own. */
abstract class FieldsView implements NodeView {
  abstract readonly dom: HTMLElement;
  protected readonly fields = new Map<string, HTMLInputElement | HTMLTextAreaElement>();

  constructor(
    protected node: Node,
    protected readonly view: EditorView,
    protected readonly pos: Pos,
  ) {}

  protected field(name: string, label: string, hint = ""): HTMLElement {
    const input = h("textarea", { rows: "1", "aria-label": label, placeholder: hint || label, spellcheck: name === "url" ? "false" : "true" });
    input.value = String(this.node.attrs[name] ?? "");
    input.addEventListener("input", () => {
      const pos = this.pos();
      if (pos !== undefined) this.view.dispatch(this.view.state.tr.setNodeAttribute(pos, name, input.value.replace(/\s*\n\s*/g, " ")));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      this.view.focus();
    });
    this.fields.set(name, input);
    return input;
  }

  protected button(label: string, press: () => void): HTMLElement {
    return h("button", { type: "button", class: "quiet", click: press }, label);
  }

  protected remove(): void {
    const pos = this.pos();
    if (pos === undefined) return;
    this.view.dispatch(this.view.state.tr.delete(pos, pos + this.node.nodeSize));
    this.view.focus();
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type || node.attrs["media"] !== this.node.attrs["media"]) return false;
    this.node = node;
    for (const [name, input] of this.fields) {
      const value = String(node.attrs[name] ?? "");
      if (input.value !== value && document.activeElement !== input) input.value = value;
    }
    return true;
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof HTMLElement && event.target.closest("input, textarea, button") !== null;
  }

  ignoreMutation(): boolean {
    return true;
  }

  selectNode(): void {
    this.dom.classList.add("chosen");
  }

  deselectNode(): void {
    this.dom.classList.remove("chosen");
  }

  /** Chooses the whole block, as a click on its picture does. */
  protected select(): void {
    const pos = this.pos();
    if (pos !== undefined) this.view.dispatch(this.view.state.tr.setSelection(NodeSelection.create(this.view.state.doc, pos)));
  }
}

class PhotoView extends FieldsView {
  readonly dom: HTMLElement;

  constructor(node: Node, view: EditorView, pos: Pos, library: Library) {
    super(node, view, pos);
    const photo = library.photo(String(node.attrs["media"]));
    this.dom = h("figure", { class: "block photo", contenteditable: "false" });
    if (photo) this.dom.append(h("img", { src: photo.large, alt: photo.alt, width: String(photo.width), height: String(photo.height), draggable: "false" }));
    else this.dom.append(h("p", { class: "missing" }, "This photo is not in the library any more."));
    this.dom.append(
      h("figcaption", {}, this.field("caption", "Caption", photo?.caption || "Caption"), this.field("credit", "Credit", photo?.credit || "Credit is missing")),
      h("div", { class: "tools" },
        photo && !photo.alt ? h("a", { class: "warn", href: `/desk/photos/${photo.id}`, target: "_blank" }, "No alt text yet") : null,
        this.button("Make it the lead", () => {
          library.lead(String(node.attrs["media"]));
          this.remove();
        }),
        this.button("Take out", () => this.remove())),
    );
  }
}

class CardView extends FieldsView {
  readonly dom: HTMLElement;

  constructor(node: Node, view: EditorView, pos: Pos, kind: string, fields: readonly (readonly [string, string])[]) {
    super(node, view, pos);
    this.dom = h("figure", { class: "block card", contenteditable: "false" },
      h("span", { class: "kind" }, kind),
      ...fields.map(([name, label]) => this.field(name, `${kind}: ${label.toLowerCase()}`, label)),
      h("div", { class: "tools" }, this.button("Take out", () => this.remove())));
  }
}

class QuoteView extends FieldsView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;

  constructor(node: Node, view: EditorView, pos: Pos) {
    super(node, view, pos);
    this.contentDOM = h("div", { class: "said" });
    this.dom = h("blockquote", {}, this.contentDOM, h("footer", { contenteditable: "false" }, this.field("attribution", "Who said it", "Who said it")));
  }

  override ignoreMutation(mutation?: { target: globalThis.Node; type: string }): boolean {
    return !mutation || (mutation.type !== "selection" && !this.contentDOM.contains(mutation.target));
  }
}

// How photos, videos, embeds and quotes look and are filled in inside the text.

import type { Node } from "prosemirror-model";
import { NodeSelection } from "prosemirror-state";
import type { EditorView, NodeView, NodeViewConstructor } from "prosemirror-view";
import { h } from "../dom.ts";
import type { Photo } from "./model.ts";

/** Where views look up photos and say what was chosen. */
export interface Library {
  photo(id: string): Photo | undefined;
  choose(): Promise<Photo | undefined>;
  lead(id: string): void;
}

export function nodeViews(library: Library): Record<string, NodeViewConstructor> {
  return {
    photo: (node, view, pos) => new PhotoView(node, view, pos, library),
    video: (node, view, pos) => new VideoView(node, view, pos, library),
    embed: (node, view, pos) => new EmbedView(node, view, pos),
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
    input.value = showField(name, this.node.attrs[name]);
    input.addEventListener("input", () => {
      const value = readField(name, input.value.replace(/\s*\n\s*/g, " "));
      input.setAttribute("aria-invalid", String(value === undefined));
      if (value !== undefined) this.set(name, value);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      this.view.focus();
    });
    this.fields.set(name, input);
    return input;
  }

  protected set(name: string, value: string | number): void {
    const pos = this.pos();
    if (pos !== undefined) this.view.dispatch(this.view.state.tr.setNodeAttribute(pos, name, value));
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
      const value = showField(name, node.attrs[name]);
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

class VideoView extends FieldsView {
  readonly dom: HTMLElement;
  private readonly poster = h("div", { class: "poster" });

  constructor(node: Node, view: EditorView, pos: Pos, private readonly library: Library) {
    super(node, view, pos);
    this.dom = h("figure", { class: "block card", contenteditable: "false" },
      h("span", { class: "kind" }, "Video"), this.poster,
      this.field("title", "Video: title", "Title"),
      node.attrs["media"] ? null : this.field("url", "Video: address", "Address"),
      this.field("duration", "Video: length", "Length, as 2:15"),
      this.field("captions", "Video: address of its captions", "Address of its captions (WebVTT)"),
      h("div", { class: "tools" },
        this.button("Choose a still", () => void library.choose().then((photo) => photo && this.set("poster", photo.id))),
        this.button("Take out", () => this.remove())));
    this.showPoster();
  }

  override update(node: Node): boolean {
    if (!super.update(node)) return false;
    this.showPoster();
    return true;
  }

  private showPoster(): void {
    const id = String(this.node.attrs["poster"] ?? "");
    if (this.poster.dataset["id"] === id) return;
    this.poster.dataset["id"] = id;
    const photo = id ? this.library.photo(id) : undefined;
    this.poster.replaceChildren(photo ? h("img", { src: photo.large, alt: photo.alt }) : h("span", { class: "soft" }, "No still yet"));
  }
}

class EmbedView extends FieldsView {
  readonly dom: HTMLElement;

  constructor(node: Node, view: EditorView, pos: Pos) {
    super(node, view, pos);
    this.dom = h("figure", { class: "block card", contenteditable: "false" },
      h("span", { class: "kind" }, `Embed from ${String(node.attrs["provider"] || "another site")}`),
      this.field("title", "Embed: title", "Title"),
      this.field("url", "Embed: address", "Address"),
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

// The value that a field's text means; undefined while it is none.
function readField(name: string, text: string): string | number | undefined {
  if (name === "url") return /^https?:\/\/[^\s/]+\.\S+$/.test(text.trim()) ? text.trim() : undefined;
  if (name === "captions") return /^(https?:\/\/[^\s/]+\.\S+|\/\S+|)$/.test(text.trim()) ? text.trim() : undefined;
  if (name !== "duration") return text;
  const [, hours = "0", minutes = "0", seconds] = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  if (seconds === undefined) return text.trim() ? undefined : 0;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function showField(name: string, value: unknown): string {
  if (name !== "duration") return String(value ?? "");
  const total = Number(value ?? 0);
  return total ? `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}` : "";
}

// What stands around the text: headline, standfirst, byline and the rest.

import { h, must } from "../dom.ts";
import { rulesFor, change, slugOf } from "../typography.ts";
import type { Content, Photo } from "./model.ts";

export interface Around {
  changed(): void;
  photo(id: string): Photo | undefined;
  choosePhoto(): Promise<Photo | undefined>;
  firstPhoto(): Photo | undefined;
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Name = Exclude<keyof Content, "body" | "lead" | "byline" | "topics">;

const names: readonly Name[] = ["headline", "standfirst", "dateline", "section", "slug", "language", "contributor"];
const prose = new Set(["headline", "standfirst", "dateline", "contributor"]);

export class Fields {
  private lead = "";
  /** The slug follows the headline until somebody writes one, or the story is published. */
  private slugFollows: boolean;

  constructor(
    private readonly root: HTMLElement,
    content: Content,
    private readonly around: Around,
  ) {
    this.slugFollows = !content.slug || content.slug === slugOf(content.headline);
    this.set(content);
    for (const input of root.querySelectorAll<Input>("[data-field]")) {
      input.addEventListener("input", (event) => this.typed(input, event as InputEvent));
      if (input instanceof HTMLTextAreaElement) {
        input.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            this.next(input);
          }
        });
      }
    }
    if (root.dataset["published"] === "true") this.slugFollows = false;
    addEventListener("resize", () => this.growAll());
    void document.fonts?.ready.then(() => this.growAll());
  }

  get language(): string {
    return this.input("language").value || "en";
  }

  values(): Omit<Content, "body"> {
    const values = Object.fromEntries(names.map((n) => [n, this.input(n).value.replace(/\s*\n\s*/g, " ").trim()])) as Record<Name, string>;
    return { ...values, byline: listed(this.input("byline").value), topics: listed(this.input("topics").value), lead: this.lead };
  }

  set(content: Content): void {
    for (const name of names) this.put(name, content[name] ?? "");
    this.put("byline", (content.byline ?? []).join(", "));
    this.put("topics", (content.topics ?? []).join(", "));
    this.lead = content.lead ?? "";
    this.showLead();
    this.growAll();
  }

  setLead(id: string): void {
    if (this.lead === id) return;
    this.lead = id;
    this.showLead();
    this.around.changed();
  }

  pinSlug(): void {
    this.slugFollows = false;
  }

  private put(name: string, value: string): void {
    const input = this.input(name);
    if (input.value !== value) input.value = value;
  }

  private input(name: string): Input {
    return must<Input>(`[name="${name}"]`, this.root);
  }

  private typed(input: Input, event: InputEvent): void {
    if (prose.has(input.name) && !(input instanceof HTMLSelectElement) && event.inputType === "insertText") this.typeset(input);
    if (input.name === "slug") {
      this.slugFollows = input.value === "";
      input.value = input.value.toLowerCase().replace(/[^\p{L}\p{N}-]+/gu, "-");
    }
    if (input.name === "headline" && this.slugFollows) this.put("slug", slugOf(input.value));
    if (input instanceof HTMLTextAreaElement) grow(input);
    this.around.changed();
  }

  private typeset(input: HTMLInputElement | HTMLTextAreaElement): void {
    const at = input.selectionStart ?? input.value.length;
    const found = change(rulesFor(this.language), input.value.slice(0, at));
    if (found) input.setRangeText(found.put, found.from, found.to, "end");
  }

  private next(input: HTMLTextAreaElement): void {
    if (input.name === "headline") this.input("standfirst").focus();
    else must("#text [contenteditable]", this.root).focus();
  }

  private growAll(): void {
    for (const area of this.root.querySelectorAll("textarea[data-field]")) grow(area as HTMLTextAreaElement);
  }

  private showLead(): void {
    const box = must("#lead", this.root);
    const photo = this.lead ? this.around.photo(this.lead) : undefined;
    const choose = (label: string): HTMLElement =>
      h("button", { type: "button", class: "quiet", click: () => void this.around.choosePhoto().then((p) => p && this.setLead(p.id)) }, label);
    if (!photo) {
      box.replaceChildren(h("div", { class: "no-lead" }, choose("Choose a lead photo")));
      return;
    }
    box.replaceChildren(
      h("figure", { class: "block photo" },
        h("img", { src: photo.large, alt: photo.alt, width: String(photo.width), height: String(photo.height) }),
        h("figcaption", {}, h("span", {}, photo.caption || "No caption"), h("small", { class: photo.credit ? "" : "warn" }, photo.credit || "No credit")),
        h("div", { class: "tools" },
          photo.alt ? null : h("a", { class: "warn", href: `/desk/photos/${photo.id}`, target: "_blank" }, "No alt text yet"),
          choose("Choose another"),
          h("button", { type: "button", class: "quiet", click: () => this.setLead("") }, "Take out"))),
    );
  }
}

// "Ana Ruiz, Ben Okafor" is two names.
function listed(text: string): string[] {
  return text.split(/[,;]/).map((s) => s.trim()).filter(Boolean);
}

function grow(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

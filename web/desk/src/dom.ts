// Small words for making and finding elements.

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | boolean | EventListener>;

/** Makes an element. A function is a listener, true an empty attribute, false none. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") el.addEventListener(name, value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false) el.setAttribute(name, value);
  }
  for (const child of children) if (child) el.append(child);
  return el;
}

/** The first element that matches, which the page promises to have. */
export function must<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T {
  const el = root.querySelector<T>(selector);
  if (!el) throw new Error(`this page has no ${selector}`);
  return el;
}

/** The data that the server wrote into the page under an id. */
export function pageData<T>(id: string): T {
  return JSON.parse(must(`script#${id}`).textContent ?? "null") as T;
}

/** Says something at the foot of the page, for a while; screen readers hear it. */
export function say(text: string, action?: { label: string; run: () => void }): void {
  const box = must("#notes");
  const note = h("div", { class: "note" }, h("span", {}, text));
  const gone = (): void => note.remove();
  if (action) {
    note.append(
      h("button", {
        type: "button",
        click: () => {
          gone();
          action.run();
        },
      }, action.label),
    );
  }
  note.append(h("button", { type: "button", "aria-label": "Close this message", click: gone }, "Close"));
  box.replaceChildren(note);
  setTimeout(gone, action ? 12_000 : 6_000);
}

/** Whether keys that a person presses are meant as text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/** A time of day in the newsroom's zone, to the second. */
export function clock(at: Date): string {
  const { zone = "UTC", clock: style = "ap" } = document.body.dataset;
  const text = at.toLocaleTimeString("en-US", { timeZone: zone, hour12: style === "ap", hour: "numeric", minute: "2-digit", second: "2-digit" });
  return text.replace(/\s?AM$/, " a.m.").replace(/\s?PM$/, " p.m.");
}

// <photo-drop>: pictures dropped on the page, or chosen, go into the library one
// by one, each with its own line of progress. Without this script the form
// inside sends them all at once.

import { h, must } from "./dom.ts";

export class PhotoDrop extends HTMLElement {
  private readonly waiting: File[] = [];
  private busy = false;

  connectedCallback(): void {
    const input = must<HTMLInputElement>("input[type=file]", this);
    must("[data-send]", this).hidden = true;
    input.addEventListener("change", () => {
      this.add([...(input.files ?? [])]);
      input.value = "";
    });
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      this.classList.remove("over");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
    document.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length) this.add(files);
    });
  }

  private add(files: readonly File[]): void {
    this.waiting.push(...files);
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let file = this.waiting.shift(); file; file = this.waiting.shift()) {
      await this.send(file);
      document.dispatchEvent(new CustomEvent("desk:changed"));
    }
    this.busy = false;
  }

  private send(file: File): Promise<void> {
    const bar = h("progress", { max: "100", "aria-label": `Sending ${file.name}` });
    const text = h("span", {}, file.name);
    const line = h("li", {}, text, bar);
    must("ul", this).append(line);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("file", file);
      const failed = (why: string): void => {
        bar.remove();
        line.className = "failed";
        line.append(h("b", {}, why), h("button", { type: "button", class: "quiet", click: () => line.remove() }, "Close"));
        resolve();
      };
      request.upload.addEventListener("progress", (event) => {
        bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
        if (event.loaded === event.total) bar.removeAttribute("value");
      });
      request.addEventListener("load", () => {
        if (request.status >= 400) return failed(messageIn(request.responseText) ?? `The server answered ${request.status}.`);
        line.remove();
        resolve();
      });
      request.addEventListener("error", () => failed("The server cannot be reached. The file was not added; drop it here again."));
      request.open("POST", "/desk/api/photos");
      request.setRequestHeader("Accept", "application/json");
      request.send(form);
    });
  }
}

function messageIn(json: string): string | null {
  try {
    const { error } = JSON.parse(json) as { error?: unknown };
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}

// What every page of the desk has: keys, the palette, live lists, quiet forms.

import { startForms } from "./forms.ts";
import { showKeys, startKeys } from "./keys.ts";
import { DeskList, DeskRows } from "./list.ts";
import { startLive } from "./live.ts";
import { startNotices } from "./notices.ts";
import { startPalette } from "./palette.ts";
import { PhotoDrop } from "./photos.ts";
import { DeskQueue } from "./queue.ts";
import { WireList } from "./wire.ts";

customElements.define("desk-list", DeskList);
customElements.define("desk-queue", DeskQueue);
customElements.define("desk-rows", DeskRows);
customElements.define("photo-drop", PhotoDrop);
customElements.define("wire-list", WireList);
startKeys();
startPalette();
startForms();
startLive();
startNotices();
document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
// Ctrl-S or cmd-S saves a form that says so. The editor has its own.
document.addEventListener("keydown", (event) => {
  const form = document.querySelector<HTMLFormElement>("form[data-save]");
  if (!form || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
document.querySelector("[data-show-keys]")?.addEventListener("click", showKeys);

// What every page of the desk has: keys, the palette, live lists, quiet forms.

import { startForms } from "./forms.ts";
import { showKeys, startKeys } from "./keys.ts";
import { DeskList } from "./list.ts";
import { startLive } from "./live.ts";
import { startPalette } from "./palette.ts";
import { PhotoDrop } from "./photos.ts";
import { DeskQueue } from "./queue.ts";

customElements.define("desk-list", DeskList);
customElements.define("desk-queue", DeskQueue);
customElements.define("photo-drop", PhotoDrop);
startKeys();
startPalette();
startForms();
startLive();
document.querySelector("[data-show-keys]")?.addEventListener("click", showKeys);

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { cleanPasted } from "../../.build/paste.js";

const folder = new URL("../fixtures/", import.meta.url);

// A fixture NAME.html comes out as NAME.want.html, line breaks aside.
for (const name of readdirSync(folder).filter((n) => /^[^.]+\.html$/.test(n))) {
  test(`paste ${name}`, () => {
    const want = readFileSync(new URL(name.replace(".html", ".want.html"), folder), "utf8").replace(/\n/g, "");
    assert.equal(cleanPasted(readFileSync(new URL(name, folder), "utf8")), want);
  });
}

test("the editor's own copy is left alone", () => {
  const own = '<p data-pm-slice="1 1 []">As it <b>was</b></p>';
  assert.equal(cleanPasted(own), own);
});

test("nothing that runs or loads survives", () => {
  const nasty = `<img src=x onerror=alert(1)><svg><script>1</script></svg><a href=" jav&#x61;script:x">a</a><iframe src=x></iframe><style>p{}</style><p onload="x" style="background:url(x)">t</p><a href='https://a.example/"><script>'>b</a>`;
  const clean = cleanPasted(nasty);
  assert.doesNotMatch(clean, /<(img|svg|script|iframe|style)|onerror|onload|javascript|style=/i);
});

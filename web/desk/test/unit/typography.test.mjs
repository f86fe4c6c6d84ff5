import assert from "node:assert/strict";
import { test } from "node:test";
import { countWords, slugOf, typed } from "../../.build/typography.js";

const cases = [
  ['"Yes," he said.', "“Yes,” he said."],
  ["it's the dogs' day", "it’s the dogs’ day"],
  [`"'Never,' she said"`, "“‘Never,’ she said”"],
  ["'quoted'", "‘quoted’"],
  ["back in the '90s", "back in the ’90s"],
  ["'tis so", "’tis so"],
  ["Rain -- at last", "Rain — at last"],
  ['word--"so"', "word—“so”"],
  ["and so...", "and so…"],
  ['(see "this")', "(see “this”)"],
  ['he said "', "he said “"],
];
for (const [text, want] of cases) test(text, () => assert.equal(typed(text), want));

test("other languages have their own quotes", () => {
  assert.equal(typed('"Ja", sagte er', "de"), "„Ja“, sagte er");
  assert.equal(typed('"oui"', "fr-CA"), "«\u00a0oui\u00a0»");
  assert.equal(typed("l'eau", "fr"), "l’eau");
  assert.equal(typed('"yes"', "xx"), "“yes”");
});

test("a slug is plain, short and ends at a word", () => {
  assert.equal(slugOf("Tehran’s reply: “no” — for now"), "tehrans-reply-no-for-now");
  assert.equal(slugOf("Überraschung in São Paulo"), "uberraschung-in-sao-paulo");
  assert.equal(slugOf("Афины голосуют"), "афины-голосуют");
  assert.equal(slugOf("…"), "");
  const long = slugOf("A very long headline that goes on and on about the harbour talks until nobody can read it any more at all");
  assert.ok(long.length <= 80 && !long.endsWith("-"), long);
});

test("words are counted as a reader would", () => {
  assert.equal(countWords("It’s 3,000 words — no more."), 5);
  assert.equal(countWords(" "), 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { blockText, compare, merge } from "../../.build/compare.js";

const p = (text) => ({ type: "paragraph", content: [{ type: "text", text }] });
const doc = (...texts) => texts.map(p);
const texts = (blocks) => blocks.map(blockText);

test("each side's own change is kept without asking", () => {
  const rows = compare(doc("a", "b", "c", "d"), doc("A", "b", "c", "d"), doc("a", "b", "c", "D"));
  assert.deepEqual(rows.map((r) => r.suggested), ["theirs", "theirs", "theirs", "mine"]);
  assert.deepEqual(texts(merge(rows, [])), ["A", "b", "c", "D"]);
});

test("what both changed keeps both", () => {
  const rows = compare(doc("a", "b"), doc("a", "theirs"), doc("a", "mine"));
  assert.deepEqual(texts(merge(rows, [])), ["a", "theirs", "mine"]);
  assert.deepEqual(texts(merge(rows, [undefined, "mine"])), ["a", "mine"]);
});

test("neighbours that were changed in place are told apart", () => {
  const rows = compare(doc("a", "b"), doc("a1", "b1"), doc("a2", "b"));
  assert.deepEqual(rows.map((r) => r.suggested), ["both", "theirs"]);
  assert.deepEqual(texts(merge(rows, [])), ["a1", "a2", "b1"]);
});

test("what one side took out stays out, what one added stays in", () => {
  assert.deepEqual(texts(merge(compare(doc("a", "b"), doc("a"), doc("a", "b")), [])), ["a"]);
  assert.deepEqual(texts(merge(compare(doc("a", "b"), doc("a", "b"), doc("b")), [])), ["b"]);
  assert.deepEqual(texts(merge(compare(doc("a"), doc("a"), doc("a", "new")), [])), ["a", "new"]);
});

test("without a common start nothing is dropped", () => {
  assert.deepEqual(texts(merge(compare(null, doc("a", "x"), doc("a", "y")), [])), ["a", "x", "y"]);
});

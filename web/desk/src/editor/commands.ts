// What can be done to the text, once, for the toolbar, the keys and the slash menu.

import { chainCommands, createParagraphNear, exitCode, joinDown, joinUp, lift, liftEmptyBlock, newlineInCode, setBlockType, splitBlock, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import type { NodeType } from "prosemirror-model";
import { type Command, type EditorState, NodeSelection, TextSelection } from "prosemirror-state";
import { markType, type } from "../schema.ts";
import { takeBack } from "./plugins.ts";

/** Something a person can do, and how it is shown. */
export interface Action {
  readonly id: string;
  readonly label: string;
  /** As in prosemirror-keymap, or "". */
  readonly key: string;
  readonly command: Command;
  /** Whether the selection is in such a thing already. */
  readonly active?: (state: EditorState) => boolean;
  /** Also offered after a slash. */
  readonly slash: boolean;
}

/** Where actions ask for what they need: a picture, an address. */
export interface Asks {
  photo(): void;
  video(): void;
  embed(): void;
  link(): void;
}

export function actions(asks: Asks): Action[] {
  const ask = (what: keyof Asks): Command => (_, dispatch) => {
    if (dispatch) asks[what]();
    return true;
  };
  return [
    { id: "paragraph", label: "Text", key: "Mod-Alt-0", command: plain, active: (s) => inBlock(s, "paragraph") && !inBlock(s, "list") && !inBlock(s, "quote"), slash: false },
    { id: "crosshead", label: "Crosshead", key: "Mod-Alt-2", command: toggleBlock(type("crosshead")), active: (s) => inBlock(s, "crosshead"), slash: true },
    { id: "quote", label: "Quote", key: "Mod-Alt-q", command: toggleWrap("quote"), active: (s) => inBlock(s, "quote"), slash: true },
    { id: "list", label: "List", key: "Mod-Shift-8", command: toggleList(false), active: (s) => listAround(s) === false, slash: true },
    { id: "numbered", label: "Numbers", key: "Mod-Shift-7", command: toggleList(true), active: (s) => listAround(s) === true, slash: true },
    { id: "strong", label: "Bold", key: "Mod-b", command: toggleMark(markType("strong")), active: (s) => hasMark(s, "strong"), slash: false },
    { id: "em", label: "Italic", key: "Mod-i", command: toggleMark(markType("em")), active: (s) => hasMark(s, "em"), slash: false },
    { id: "link", label: "Link", key: "Mod-k", command: (s, dispatch) => (s.selection.empty && !hasMark(s, "link") ? false : ask("link")(s, dispatch)), active: (s) => hasMark(s, "link"), slash: false },
    { id: "photo", label: "Photo", key: "Mod-Alt-p", command: ask("photo"), slash: true },
    { id: "video", label: "Video", key: "Mod-Alt-v", command: ask("video"), slash: true },
    { id: "embed", label: "Embed", key: "Mod-Alt-e", command: ask("embed"), slash: true },
    { id: "rule", label: "Rule", key: "Mod-Alt--", command: insertRule, slash: true },
  ];
}

/** The keys of the text itself. */
export function keymapOf(all: readonly Action[]): Record<string, Command> {
  const keys: Record<string, Command> = {
    "Mod-z": undo,
    "Mod-Shift-z": redo,
    "Mod-y": redo,
    Backspace: takeBack,
    "Alt-ArrowUp": move(-1),
    "Alt-ArrowDown": move(1),
    "Mod-[": lift,
    Tab: sinkListItem(type("list_item")),
    "Shift-Tab": liftListItem(type("list_item")),
    Enter: chainCommands(splitListItem(type("list_item")), newlineInCode, createParagraphNear, liftEmptyBlock, endCrosshead, splitBlock),
    "Shift-Enter": chainCommands(exitCode, splitBlock),
    "Alt-Backspace": joinUp,
    "Alt-Delete": joinDown,
  };
  for (const action of all) if (action.key) keys[action.key] = action.command;
  return keys;
}

// What follows a crosshead is text.
const endCrosshead: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type !== type("crosshead") || $from.parentOffset < $from.parent.content.size) return false;
  if (dispatch) {
    const tr = state.tr.insert($from.after(), type("paragraph").create());
    dispatch(tr.setSelection(TextSelection.create(tr.doc, $from.after() + 1)).scrollIntoView());
  }
  return true;
};

const plain: Command = (state, dispatch, view) => {
  if (inBlock(state, "quote") || inBlock(state, "list")) return chainCommands(liftListItem(type("list_item")), lift)(state, dispatch, view);
  return setBlockType(type("paragraph"))(state, dispatch, view);
};

function toggleBlock(node: NodeType): Command {
  return (state, dispatch, view) => setBlockType(state.selection.$from.parent.type === node ? type("paragraph") : node)(state, dispatch, view);
}

function toggleWrap(name: string): Command {
  return (state, dispatch, view) => (inBlock(state, name) ? lift(state, dispatch, view) : wrapIn(type(name))(state, dispatch, view));
}

function toggleList(ordered: boolean): Command {
  return (state, dispatch, view) => {
    const now = listAround(state);
    if (now === ordered) return liftListItem(type("list_item"))(state, dispatch, view);
    if (now === null) return wrapInList(type("list"), { ordered })(state, dispatch, view);
    const depth = depthOf(state, "list");
    if (dispatch) dispatch(state.tr.setNodeAttribute(state.selection.$from.before(depth), "ordered", ordered));
    return true;
  };
}

const insertRule: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(type("rule").create()).scrollIntoView());
  return true;
};

// Moves the whole block that the cursor is in past its neighbour.
function move(by: 1 | -1): Command {
  return (state, dispatch) => {
    const { $from } = state.selection;
    const index = $from.index(0);
    const other = index + by;
    if (other < 0 || other >= state.doc.childCount) return false;
    if (!dispatch) return true;
    const node = state.doc.child(index);
    const neighbour = state.doc.child(other);
    const start = $from.posAtIndex(index, 0);
    const inside = state.selection.from - start;
    const tr = state.tr.delete(start, start + node.nodeSize);
    const to = by < 0 ? start - neighbour.nodeSize : start + neighbour.nodeSize;
    tr.insert(to, node);
    tr.setSelection(node.isAtom ? NodeSelection.create(tr.doc, to) : TextSelection.near(tr.doc.resolve(to + inside)));
    dispatch(tr.scrollIntoView());
    return true;
  };
}

function depthOf(state: EditorState, name: string): number {
  const { $from } = state.selection;
  for (let d = $from.depth; d > 0; d--) if ($from.node(d).type.name === name) return d;
  return 0;
}

function inBlock(state: EditorState, name: string): boolean {
  return depthOf(state, name) > 0;
}

function listAround(state: EditorState): boolean | null {
  const depth = depthOf(state, "list");
  return depth ? Boolean(state.selection.$from.node(depth).attrs["ordered"]) : null;
}

function hasMark(state: EditorState, name: string): boolean {
  const { from, to, empty, $from } = state.selection;
  const mark = markType(name);
  return empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
}

// What the editor does while one types: typographer's characters, origins,
// shapes of blocks, pictures dropped into the text.

import { InputRule, inputRules, textblockTypeInputRule, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { type Command, Plugin, type EditorState } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { type Origin, markType, type as nodeType } from "../schema.ts";
import { change, rulesFor } from "../typography.ts";

/** Quotes, dashes and block shapes as they are typed. Backspace takes one back. */
export function typing(language: () => string): Plugin {
  const typographer = new InputRule(/[\s\S]+$/, (state, match, start, end) => {
    const text = match[0];
    const found = change(rulesFor(language()), text);
    if (!found) return null;
    return state.tr.insertText(found.put + text.slice(found.to), start + found.from, end);
  });
  return inputRules({
    rules: [
      wrappingInputRule(/^\s*>\s$/, nodeType("quote")),
      wrappingInputRule(/^\s*([-*•])\s$/, nodeType("list")),
      wrappingInputRule(/^1\.\s$/, nodeType("list"), { ordered: true }),
      textblockTypeInputRule(/^#{1,3}\s$/, nodeType("crosshead")),
      typographer,
    ],
  });
}

export const takeBack: Command = undoInputRule;

/** Gives every new block the writer as its origin. */
export function origins(staff: Origin): Plugin {
  return new Plugin({
    appendTransaction: (transactions, _old, state) => {
      if (!transactions.some((tr) => tr.docChanged)) return null;
      const tr = state.tr;
      state.doc.forEach((node, offset) => {
        if (node.attrs["origin"] === null && (node.isAtom || node.textContent)) tr.setNodeAttribute(offset, "origin", staff);
      });
      return tr.docChanged ? tr : null;
    },
  });
}

/** Names the source beside each block, once for a run of blocks from the same one. */
export function originLabels(staff: Origin): Plugin {
  const build = (state: EditorState): DecorationSet => {
    const marks: Decoration[] = [];
    let last = "";
    state.doc.forEach((node, offset) => {
      const origin = node.attrs["origin"] as Origin | null;
      const name = originName(origin, staff);
      if (name) {
        const attrs: Record<string, string> = { class: `from from-${origin?.kind ?? "staff"}` };
        if (name !== last) attrs["data-from"] = name;
        marks.push(Decoration.node(offset, offset + node.nodeSize, attrs));
      }
      last = name;
    });
    return DecorationSet.create(state.doc, marks);
  };
  return new Plugin<DecorationSet>({
    state: { init: (_, state) => build(state), apply: (tr, old, _, state) => (tr.docChanged ? build(state) : old) },
    props: {
      decorations(state) {
        return this.getState(state);
      },
    },
  });
}

/** The words for an origin; none for what the writer at this desk wrote. */
export function originName(origin: Origin | null, staff: Origin): string {
  if (!origin || (origin.kind === "staff" && origin.id === staff.id)) return "";
  return origin.name ?? (origin.kind === "wire" ? "Wire" : "");
}

/** Shows what to do in an empty document. */
export function placeholder(text: string): Plugin {
  return new Plugin({
    props: {
      decorations(state) {
        const first = state.doc.firstChild;
        if (state.doc.childCount !== 1 || !first?.isTextblock || first.content.size) return null;
        return DecorationSet.create(state.doc, [Decoration.node(0, first.nodeSize, { class: "empty", "data-empty": text })]);
      },
    },
  });
}

/** An address pasted over chosen words becomes their link. */
export function pastedLinks(): Plugin {
  return new Plugin({
    props: {
      handlePaste: (view, event) => {
        const text = event.clipboardData?.getData("text/plain").trim() ?? "";
        const { from, to, empty } = view.state.selection;
        if (empty || !/^https?:\/\/\S+$/.test(text)) return false;
        view.dispatch(view.state.tr.addMark(from, to, markType("link").create({ href: text })));
        return true;
      },
    },
  });
}

/** Pictures that are dropped or pasted are handed over with the place they are for. */
export function pictures(take: (files: File[], pos: number) => void): Plugin {
  const images = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter((f) => f.type.startsWith("image/"));
  return new Plugin({
    props: {
      handleDrop: (view, event) => {
        const files = images(event.dataTransfer);
        if (!files.length) return false;
        event.preventDefault();
        take(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.doc.content.size);
        return true;
      },
      handlePaste: (view, event) => {
        const files = images(event.clipboardData);
        if (!files.length || event.clipboardData?.types.includes("text/html")) return false;
        take(files, view.state.selection.to);
        return true;
      },
    },
  });
}

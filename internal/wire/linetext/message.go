package linetext

import (
	"context"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// A Message is the lines of one message, the first of them the header's.
type Message struct {
	Line  int // of the file, counted from 1
	Lines []string
}

// Parse reads the messages of a file, each into an item. charset is what its agency is
// known to write, "" where that must be found out. bare reports whether a message without
// SOH begins at the first of the lines; it is asked only where the file has no SOH at all.
func Parse(ctx context.Context, raw []byte, charset string, bare func(lines []string) bool, read func(Message) item.Item) ([]item.Item, error) {
	text, note := Decode(raw, charset)
	var items []item.Item
	for _, m := range messages(Lines(text), bare) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(items) == tree.MaxItems {
			return nil, tree.Fault(m.Line, "more than %d items in one file", tree.MaxItems)
		}
		it := read(m)
		if note != "" {
			it.Warnings = append(it.Warnings, note)
		}
		items = append(items, it)
	}
	return items, nil
}

// messages parts a file at SOH, or where there is none at lines that have the shape of a
// header. Empty lines between SOH and the header are left out.
func messages(lines []string, bare func([]string) bool) []Message {
	hasSOH := false
	for _, line := range lines {
		hasSOH = hasSOH || strings.ContainsRune(line, SOH)
	}
	var found []Message
	for i, line := range lines {
		begins := !hasSOH && bare(lines[i:])
		if at := strings.LastIndexByte(line, SOH); at >= 0 {
			if before := line[:at]; Trim(before) != "" && len(found) > 0 { // the end line of the one before
				found[len(found)-1].Lines = append(found[len(found)-1].Lines, before)
			}
			line, begins = line[at+1:], true
		}
		if begins {
			found = append(found, Message{Line: i + 1})
		}
		if len(found) > 0 {
			last := &found[len(found)-1]
			if len(last.Lines) == 0 && Trim(line) == "" {
				continue
			}
			last.Lines = append(last.Lines, line)
		}
	}
	return found
}

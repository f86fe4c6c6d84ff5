package ninjs

import (
	"bytes"
	"encoding/json"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// extra returns what the item says and ninjs cannot, under the names of Item's own JSON: how
// it came, and whatever a reader of o does not get. So one place has it all, and reading
// the line gives the item again.
func extra(it *item.Item, o *outItem) (map[string]any, error) {
	came := item.Item{
		ID: it.ID, Kind: it.Kind, Format: it.Format, File: it.File, Line: it.Line, Dialect: it.Dialect, Standard: it.Standard,
		Message: it.Message, Catalogs: it.Catalogs, Warnings: it.Warnings,
	}
	m := map[string]any{}
	if err := remarshal(&came, &m); err != nil {
		return nil, err
	}
	for _, key := range []string{"uri", "pubStatus"} { // never empty, so never left out by themselves
		delete(m, key)
	}
	back, err := reread(o)
	if err != nil {
		return nil, err
	}
	rest, err := it.Rest(back)
	if err != nil || rest == nil {
		return m, err
	}
	return m, remarshal(rest, &m)
}

// reread returns the item that a reader makes of what was written, without those inside it.
func reread(o *outItem) (*item.Item, error) {
	alone := *o
	alone.Associations = nil
	text, err := encode(&alone)
	if err != nil {
		return nil, err
	}
	v, err := tree.ParseJSON(text)
	if err != nil {
		return nil, err
	}
	back := readItem(v, 0, 0)
	back.SettleOrigins()
	return &back, nil
}

// remarshal makes of one value another that has the same JSON; numbers stay as they are.
func remarshal(from, to any) error {
	raw, err := json.Marshal(from)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(to)
}

package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"broadsheet/internal/wire/item"
)

// A Value is a JSON value that remembers whether it was read. Those who use its Text by
// itself set Read; its methods do it for themselves.
type Value struct {
	Kind   byte // { [ " 0 (number), b (true, false), n (null)
	Text   string
	Keys   []string
	Vals   []*Value // of an object, beside keys; of an array
	Offset int      // of its first character
	Read   bool
}

var null = &Value{Kind: 'n'}

// ParseJSON reads exactly one value.
func ParseJSON(text []byte) (*Value, error) {
	p := &jsonParser{text: text}
	var valid json.RawMessage // the standard library judges; what follows need not check again
	if err := json.Unmarshal(text, &valid); err != nil {
		if s, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, Fault(p.line(int(s.Offset)), "not well-formed JSON: %s", s.Error())
		}
		return nil, Fault(1, "not well-formed JSON: %v", err)
	}
	return p.value(0)
}

// A jsonParser reads JSON that is known to be well formed.
type jsonParser struct {
	text  []byte
	at    int
	count int
}

func (p *jsonParser) line(offset int) int { return LineAt(p.text, offset) }

// LineAt is the number of the line that the character at an offset stands in.
func LineAt(text []byte, offset int) int {
	return 1 + bytes.Count(text[:min(offset, len(text))], []byte("\n"))
}

// next skips spaces and the punctuation between values and returns what follows.
func (p *jsonParser) next() byte {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			p.at++
		default:
			return c
		}
	}
	return 0
}

func (p *jsonParser) value(depth int) (*Value, error) {
	c := p.next()
	p.count++
	switch {
	case depth > MaxDepth:
		return nil, Fault(p.line(p.at), "values are nested deeper than %d", MaxDepth)
	case p.count > MaxNodes:
		return nil, Fault(p.line(p.at), "more than %d values", MaxNodes)
	}
	v := &Value{Kind: c, Offset: p.at}
	switch c {
	case '{', '[':
		p.at++
		return v, p.inside(v, depth)
	case '"':
		v.Text = p.str()
	case 't', 'f':
		v.Kind, v.Text = 'b', p.word()
	case 'n':
		p.word()
	default:
		v.Kind, v.Text = '0', p.word()
	}
	return v, nil
}

func (p *jsonParser) inside(v *Value, depth int) error {
	for {
		switch p.next() {
		case '}', ']', 0:
			p.at++
			return nil
		}
		if v.Kind == '{' {
			v.Keys = append(v.Keys, p.str())
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.Vals = append(v.Vals, k)
	}
}

// word reads a number or a name.
func (p *jsonParser) word() string {
	start := p.at
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n,:]}", p.text[p.at]) < 0 {
		p.at++
	}
	return string(p.text[start:p.at])
}

// str reads a string. Only one with escapes needs the standard library.
func (p *jsonParser) str() string {
	start := p.at
	escaped := false
	for p.at++; p.at < len(p.text) && p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	quoted := p.text[start:min(p.at, len(p.text))]
	if !escaped {
		return Clean(string(quoted[1 : len(quoted)-1]))
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return "" // cannot be: it is well formed
	}
	return Clean(s)
}

// Get returns the first member with one of the names, in any mix of upper and lower
// case, and marks it read; null when there is none.
func (v *Value) Get(names ...string) *Value {
	if v.Kind != '{' {
		return null
	}
	for _, name := range names {
		for i, key := range v.Keys {
			if strings.EqualFold(key, name) {
				v.Vals[i].Read = true
				return v.Vals[i]
			}
		}
	}
	return null
}

// Has reports whether there is a member with one of the names, without reading it.
func (v *Value) Has(names ...string) bool {
	for _, name := range names {
		for _, key := range v.Keys {
			if strings.EqualFold(key, name) {
				return true
			}
		}
	}
	return false
}

// Str returns the text of a string, number or truth value; "" of anything else, which
// then counts as unread.
func (v *Value) Str(names ...string) string {
	k := v.Get(names...)
	switch k.Kind {
	case '"', '0', 'b':
		return strings.TrimSpace(k.Text)
	case '{', '[':
		k.Read = false
	}
	return ""
}

// List returns the members of an array, or the one value that stands in its place.
func (v *Value) List(names ...string) []*Value {
	k := v.Get(names...)
	switch k.Kind {
	case '[':
		return k.Vals
	case 'n':
		return nil
	}
	k.Read = false
	return []*Value{k}
}

// Plain returns the value as package json would, and marks everything in it read.
func (v *Value) Plain() any {
	v.Read = true
	switch v.Kind {
	case '{':
		m := make(map[string]any, len(v.Keys))
		for i, key := range v.Keys {
			m[key] = v.Vals[i].Plain()
		}
		return m
	case '[':
		list := make([]any, len(v.Vals))
		for i, k := range v.Vals {
			list[i] = k.Plain()
		}
		return list
	case '0':
		return json.Number(v.Text)
	case 'b':
		return v.Text == "true"
	case 'n':
		return nil
	}
	return v.Text
}

// Rest returns the values inside v that were not read, each with its path from v.
func (v *Value) Rest() []item.TextValue {
	var found []item.TextValue
	v.unread("", &found)
	return found
}

func (v *Value) unread(path string, found *[]item.TextValue) {
	for i, k := range v.Vals {
		at := path
		if v.Kind == '{' {
			at = dotted(path, v.Keys[i])
		}
		switch k.Kind {
		case '{', '[':
			k.unread(at, found)
		case 'n':
		default:
			if !k.Read && k.Text != "" {
				*found = append(*found, item.TextValue{Path: at, Value: clip(k.Text)})
			}
		}
		k.Read = true
	}
}

func dotted(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// A value is a JSON value that remembers whether it was read.
type value struct {
	kind   byte // { [ " 0 (number), b (true, false), n (null)
	text   string
	keys   []string
	vals   []*value // of an object, beside keys; of an array
	offset int      // of its first character
	read   bool
}

var null = &value{kind: 'n'}

// parseJSON reads exactly one value.
func parseJSON(text []byte) (*value, error) {
	p := &jsonParser{text: text}
	var valid json.RawMessage // the standard library judges; what follows need not check again
	if err := json.Unmarshal(text, &valid); err != nil {
		if s, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fault(p.line(int(s.Offset)), "not well-formed JSON: %s", s.Error())
		}
		return nil, fault(1, "not well-formed JSON: %v", err)
	}
	return p.value(0)
}

// A jsonParser reads JSON that is known to be well formed.
type jsonParser struct {
	text  []byte
	at    int
	count int
}

func (p *jsonParser) line(offset int) int { return lineAt(p.text, offset) }

// lineAt is the number of the line that the character at an offset stands in.
func lineAt(text []byte, offset int) int {
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

func (p *jsonParser) value(depth int) (*value, error) {
	c := p.next()
	p.count++
	switch {
	case depth > MaxDepth:
		return nil, fault(p.line(p.at), "values are nested deeper than %d", MaxDepth)
	case p.count > MaxNodes:
		return nil, fault(p.line(p.at), "more than %d values", MaxNodes)
	}
	v := &value{kind: c, offset: p.at}
	switch c {
	case '{', '[':
		p.at++
		return v, p.inside(v, depth)
	case '"':
		v.text = p.str()
	case 't', 'f':
		v.kind, v.text = 'b', p.word()
	case 'n':
		p.word()
	default:
		v.kind, v.text = '0', p.word()
	}
	return v, nil
}

func (p *jsonParser) inside(v *value, depth int) error {
	for {
		switch p.next() {
		case '}', ']', 0:
			p.at++
			return nil
		}
		if v.kind == '{' {
			v.keys = append(v.keys, p.str())
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.vals = append(v.vals, k)
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
		return cleanText(string(quoted[1 : len(quoted)-1]))
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return "" // cannot be: it is well formed
	}
	return cleanText(s)
}

// get returns the first member with one of the names, in any mix of upper and lower
// case, and marks it read; null when there is none.
func (v *value) get(names ...string) *value {
	if v.kind != '{' {
		return null
	}
	for _, name := range names {
		for i, key := range v.keys {
			if strings.EqualFold(key, name) {
				v.vals[i].read = true
				return v.vals[i]
			}
		}
	}
	return null
}

// has reports whether there is a member with one of the names, without reading it.
func (v *value) has(names ...string) bool {
	for _, name := range names {
		for _, key := range v.keys {
			if strings.EqualFold(key, name) {
				return true
			}
		}
	}
	return false
}

// str returns the text of a string, number or truth value; "" of anything else, which
// then counts as unread.
func (v *value) str(names ...string) string {
	k := v.get(names...)
	switch k.kind {
	case '"', '0', 'b':
		return strings.TrimSpace(k.text)
	case '{', '[':
		k.read = false
	}
	return ""
}

// list returns the members of an array, or the one value that stands in its place.
func (v *value) list(names ...string) []*value {
	k := v.get(names...)
	switch k.kind {
	case '[':
		return k.vals
	case 'n':
		return nil
	}
	k.read = false
	return []*value{k}
}

// plain returns the value as package json would, and marks everything in it read.
func (v *value) plain() any {
	v.read = true
	switch v.kind {
	case '{':
		m := make(map[string]any, len(v.keys))
		for i, key := range v.keys {
			m[key] = v.vals[i].plain()
		}
		return m
	case '[':
		list := make([]any, len(v.vals))
		for i, k := range v.vals {
			list[i] = k.plain()
		}
		return list
	case '0':
		return json.Number(v.text)
	case 'b':
		return v.text == "true"
	case 'n':
		return nil
	}
	return v.text
}

// rest returns the values inside v that were not read, each with its path from v.
func (v *value) rest() []TextValue {
	var found []TextValue
	v.unread("", &found)
	return found
}

func (v *value) unread(path string, found *[]TextValue) {
	for i, k := range v.vals {
		at := path
		if v.kind == '{' {
			at = dotted(path, v.keys[i])
		}
		switch k.kind {
		case '{', '[':
			k.unread(at, found)
		case 'n':
		default:
			if !k.read && k.text != "" {
				*found = append(*found, TextValue{Path: at, Value: clip(k.text)})
			}
		}
		k.read = true
	}
}

func dotted(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// A value is a JSON value that remembers whether it was read.
type value struct {
	kind   byte // { [ " 0 (number), b (true, false), n (null)
	text   string
	keys   []string
	vals   []*value // of an object, beside keys; of an array
	offset int64
	read   bool
}

var null = &value{kind: 'n'}

// parseJSON reads exactly one value.
func parseJSON(text []byte) (*value, error) {
	p := &jsonParser{d: json.NewDecoder(bytes.NewReader(text)), text: text}
	p.d.UseNumber()
	v, err := p.value(0)
	if err != nil {
		return nil, p.fault(err)
	}
	if _, err := p.d.Token(); !errors.Is(err, io.EOF) {
		return nil, fault(p.line(p.d.InputOffset()), "something follows the JSON value")
	}
	return v, nil
}

type jsonParser struct {
	d     *json.Decoder
	text  []byte
	count int
}

func (p *jsonParser) line(offset int64) int {
	return 1 + bytes.Count(p.text[:min(int(offset), len(p.text))], []byte("\n"))
}

func (p *jsonParser) fault(err error) error {
	if f, ok := errors.AsType[*FileError](err); ok {
		return f
	}
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fault(p.line(s.Offset), "not well-formed JSON: %s", s.Error())
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault(p.line(int64(len(p.text))), "not well-formed JSON: the file ends too early")
	}
	return fault(p.line(p.d.InputOffset()), "not well-formed JSON: %v", err)
}

func (p *jsonParser) value(depth int) (*value, error) {
	tok, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	return p.after(tok, depth)
}

func (p *jsonParser) after(tok json.Token, depth int) (*value, error) {
	p.count++
	switch {
	case depth > MaxDepth:
		return nil, fault(p.line(p.d.InputOffset()), "values are nested deeper than %d", MaxDepth)
	case p.count > MaxNodes:
		return nil, fault(p.line(p.d.InputOffset()), "more than %d values", MaxNodes)
	}
	v := &value{offset: p.d.InputOffset()}
	switch t := tok.(type) {
	case json.Delim:
		v.kind = t.String()[0]
		return v, p.inside(v, depth)
	case string:
		v.kind, v.text = '"', cleanText(t)
	case json.Number:
		v.kind, v.text = '0', t.String()
	case bool:
		v.kind, v.text = 'b', map[bool]string{true: "true", false: "false"}[t]
	default:
		v.kind = 'n'
	}
	return v, nil
}

func (p *jsonParser) inside(v *value, depth int) error {
	for p.d.More() {
		if v.kind == '{' {
			key, err := p.d.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			v.keys = append(v.keys, cleanText(name))
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.vals = append(v.vals, k)
	}
	_, err := p.d.Token() // the closing bracket
	return err
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

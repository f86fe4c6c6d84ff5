package richtext

import (
	"strconv"
	"unicode/utf8"

	"broadsheet/internal/id"
)

// MarshalJSON writes the document in the form that [Parse] reads.
func (d Doc) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil), nil }

// AppendJSON appends the document's JSON to b. The same document always gives
// the same bytes. An empty document is written with one empty paragraph, because
// the editor needs a place to write in. The JSON is not escaped for HTML.
func (d Doc) AppendJSON(b []byte) []byte {
	b = append(b, `{"type":"doc","content":`...)
	if len(d.Content) == 0 {
		return append(b, `[{"type":"paragraph"}]}`...)
	}
	return append(appendNodes(b, d.Content), '}')
}

func appendNodes(b []byte, nodes []Node) []byte {
	b = append(b, '[')
	for i := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNode(b, &nodes[i])
	}
	return append(b, ']')
}

func appendNode(b []byte, n *Node) []byte {
	b = append(b, `{"type":`...)
	b = appendString(b, string(n.Type))
	if n.Type == TypeText {
		b = append(b, `,"text":`...)
		b = appendString(b, n.Text)
		return append(appendMarks(b, n.Marks), '}')
	}
	b = appendAttrs(b, n)
	if len(n.Content) > 0 {
		b = append(b, `,"content":`...)
		b = appendNodes(b, n.Content)
	}
	return append(b, '}')
}

func appendMarks(b []byte, marks []Mark) []byte {
	for i := range marks {
		if i == 0 {
			b = append(b, `,"marks":[{"type":`...)
		} else {
			b = append(b, `,{"type":`...)
		}
		b = appendString(b, string(marks[i].Type))
		if marks[i].Href != "" {
			b = append(b, `,"attrs":{"href":`...)
			b = appendString(b, marks[i].Href)
			b = append(b, '}')
		}
		b = append(b, '}')
	}
	if len(marks) > 0 {
		b = append(b, ']')
	}
	return b
}

// appendAttrs writes the attributes that are set, in the order of the schema.
func appendAttrs(b []byte, n *Node) []byte {
	spec := model().nodes[n.Type]
	if spec == nil || n.Attrs == (Attrs{}) {
		return b
	}
	b = append(b, `,"attrs":{`...)
	first := true
	for i := range spec.attrs {
		p := n.Attrs.field(spec.attrs[i].Name)
		if isZero(p) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendString(b, spec.attrs[i].Name), ':')
		b = appendValue(b, p)
	}
	return append(b, '}')
}

func appendValue(b []byte, p any) []byte {
	switch p := p.(type) {
	case *string:
		return appendString(b, *p)
	case *bool:
		return strconv.AppendBool(b, *p)
	case *int:
		return strconv.AppendInt(b, int64(*p), 10)
	case *id.ID:
		return appendString(b, p.String())
	case *Origin:
		return appendOrigin(b, p)
	}
	return b
}

func appendOrigin(b []byte, o *Origin) []byte {
	b = append(b, `{"kind":`...)
	b = appendString(b, string(o.Kind))
	if o.ID != "" {
		b = append(b, `,"id":`...)
		b = appendString(b, o.ID)
	}
	if o.Name != "" {
		b = append(b, `,"name":`...)
		b = appendString(b, o.Name)
	}
	return append(b, '}')
}

// appendString appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += size
			continue
		}
		if c == '"' || c == '\\' || c < 0x20 {
			b = append(b, s[from:i]...)
			b = appendEscape(b, c)
			from = i + 1
		}
		i++
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '\n':
		return append(b, '\\', 'n')
	case '\t':
		return append(b, '\\', 't')
	case '"', '\\':
		return append(b, '\\', c)
	}
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}

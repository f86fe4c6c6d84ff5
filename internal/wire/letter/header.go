package letter

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"strings"

	"broadsheet/internal/wire/tree"
)

// A field is a line of a mail's header, unfolded; Name is as it was sent.
type field struct{ Name, Value string }

// A header is the lines above a mail or one of its parts, in their order.
type header []field

// get returns the first value of a field, as it was sent; "" when there is none.
func (h header) get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// words returns the first value of a field with its encoded words (RFC 2047) decoded.
func (h header) words(name string) string { return decodeWords(h.get(name)) }

// readHeader reads lines up to the first empty one and returns what follows it, and how
// many lines it was. A line that is none of a header ends it: some programs forget the
// empty line.
func readHeader(raw []byte) (h header, body []byte, lines int, err error) {
	rest := raw
	for len(rest) > 0 {
		line, next, _ := bytes.Cut(rest, []byte("\n"))
		text := bytes.TrimSuffix(line, []byte("\r"))
		if len(text) == 0 {
			return h, next, lines + 1, nil
		}
		switch {
		case (text[0] == ' ' || text[0] == '\t') && len(h) > 0:
			f := &h[len(h)-1]
			if len(f.Value)+len(text) > maxField {
				return nil, nil, lines, tree.Fault(lines+1, "the field %.40q of the header is longer than %d KiB", f.Name, maxField>>10)
			}
			f.Value += " " + plainValue(text)
		case lines == 0 && bytes.HasPrefix(text, []byte("From ")): // of a mailbox file
		default:
			name, value, ok := splitField(text)
			if !ok {
				return h, rest, lines, nil
			}
			if len(h) >= maxFields || len(value) > maxField {
				return nil, nil, lines, tree.Fault(lines+1, "the header has more than %d fields, or one longer than %d KiB", maxFields, maxField>>10)
			}
			h = append(h, field{name, value})
		}
		rest = next
		lines++
	}
	return h, nil, lines, nil
}

// splitField parts "Name: value". A name has no spaces and only printable characters.
func splitField(line []byte) (name, value string, ok bool) {
	n, v, ok := bytes.Cut(line, []byte(":"))
	n = bytes.TrimRight(n, " \t")
	if !ok || len(n) == 0 || len(n) > 100 {
		return "", "", false
	}
	for _, c := range n {
		if c <= ' ' || c >= 0x7f {
			return "", "", false
		}
	}
	return string(n), plainValue(v), true
}

// plainValue is a line of a field as UTF-8. Bytes beyond ASCII are not allowed in it and
// are sent.
func plainValue(raw []byte) string {
	text, _ := tree.Decode(bytes.TrimSpace(raw), "")
	return tree.Clean(string(text))
}

// wordDecoder decodes words in every encoding of the web.
var wordDecoder = mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(in) // a word is a part of a field, which has a limit
	if err != nil {
		return nil, err
	}
	text, _ := tree.Decode(raw, charset)
	return bytes.NewReader(text), nil
}}

// decodeWords decodes a field's value.
func decodeWords(s string) string {
	if strings.Contains(s, "=?") {
		if out, err := wordDecoder.DecodeHeader(s); err == nil {
			s = out
		}
	}
	return tree.Clean(strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
}

// addresses reads a list of addresses. What is none is a name without one.
func addresses(s string) []*mail.Address {
	if s == "" {
		return nil
	}
	p := mail.AddressParser{WordDecoder: &wordDecoder}
	if list, err := p.ParseList(s); err == nil {
		for _, a := range list {
			a.Name, a.Address = decodeWords(a.Name), decodeWords(a.Address)
		}
		return list
	}
	text := decodeWords(s)
	if name, rest, ok := strings.Cut(text, "<"); ok {
		address, _, _ := strings.Cut(rest, ">")
		return []*mail.Address{{Name: strings.Trim(name, ` "'`), Address: strings.TrimSpace(address)}}
	}
	if strings.Contains(text, "@") && !strings.Contains(text, " ") {
		return []*mail.Address{{Address: text}}
	}
	return []*mail.Address{{Name: text}}
}

// mediaType reads a content type with its parameters, or a disposition.
func mediaType(s string) (kind string, params map[string]string) {
	kind, params, err := mime.ParseMediaType(s)
	if err == nil || kind != "" && params != nil {
		return kind, params
	}
	// Written against the rules: take what can be seen.
	params = map[string]string{}
	for i, part := range strings.Split(s, ";") {
		part = strings.TrimSpace(part)
		if i == 0 {
			kind = strings.ToLower(part)
			continue
		}
		if name, value, ok := strings.Cut(part, "="); ok && len(params) < maxFields {
			params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return kind, params
}

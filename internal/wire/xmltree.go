package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"strings"
)

// A node is an element or a text of an XML file. Reading a value through its
// methods marks it as read, so that what nobody read can be kept by its path.
type node struct {
	name  string // local name; "" for a text
	space string // namespace URI
	text  string // of a text
	attrs []attr
	kids  []*node
	line  int
	read  bool // of a text: its words are in the item
}

type attr struct {
	name, prefix, value string
	read                bool
}

// parseXML reads a whole file into nodes. Nothing outside the file is ever looked
// up, and no entity is expanded but XML's own and HTML's named characters.
func parseXML(text []byte) (*node, error) {
	d := newDecoder(text)
	b := &treeBuilder{d: d, root: &node{}}
	b.open = []*node{b.root}
	b.scopes = []map[string]string{{"xml": "http://www.w3.org/XML/1998/namespace"}}
	for {
		b.line, _ = d.InputPos()
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, syntaxFault(d, err)
		}
		if err := b.add(tok); err != nil {
			return nil, err
		}
	}
	if len(b.open) > 1 {
		n := b.open[len(b.open)-1]
		return nil, fault(n.line, "not well-formed XML: <%s> begins here and does not end", n.name)
	}
	for _, n := range b.root.kids {
		if n.name != "" {
			return n, nil
		}
	}
	return nil, fault(1, "there is no XML element in it")
}

func newDecoder(text []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 already
	return d
}

// rootName is the local name of a file's root element, found without reading more than
// what stands before it; "" when there is none.
func rootName(text []byte) string {
	for d := newDecoder(text); ; {
		tok, err := d.RawToken()
		if err != nil {
			return ""
		}
		switch t := tok.(type) {
		case xml.StartElement:
			return t.Name.Local
		case xml.EndElement:
			return ""
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return ""
			}
		}
	}
}

func syntaxFault(d *xml.Decoder, err error) error {
	if s, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return fault(s.Line, "not well-formed XML: %s", s.Msg)
	}
	line, _ := d.InputPos()
	return fault(line, "not well-formed XML: %v", err)
}

type treeBuilder struct {
	d      *xml.Decoder
	root   *node
	open   []*node
	tags   []string            // the open elements' names with prefixes, to match end tags
	scopes []map[string]string // namespaces by prefix; one map an open element, shared when it declares none
	nodes  int
	line   int // where the present token begins
}

func (b *treeBuilder) add(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		return b.start(t)
	case xml.EndElement:
		return b.end(t)
	case xml.CharData:
		return b.chars(t)
	case xml.Directive:
		if bytes.Contains(t, []byte("<!ENTITY")) || bytes.IndexByte(t, '[') >= 0 {
			return b.fault("the file declares entities of its own, which is refused")
		}
	}
	return nil
}

func (b *treeBuilder) fault(format string, args ...any) error {
	return fault(b.line, format, args...)
}

func (b *treeBuilder) start(t xml.StartElement) error {
	b.nodes++
	switch {
	case len(b.open) > MaxDepth:
		return b.fault("elements are nested deeper than %d", MaxDepth)
	case b.nodes > MaxNodes:
		return b.fault("more than %d elements and texts", MaxNodes)
	case len(t.Attr) > MaxAttrs:
		return b.fault("<%s> has more than %d attributes", t.Name.Local, MaxAttrs)
	case len(b.open) == 1 && len(b.tags) == 0 && b.hasElement():
		return b.fault("not well-formed XML: a second root element <%s>", t.Name.Local)
	}
	n := &node{name: t.Name.Local, line: b.line}
	scope := b.scopes[len(b.scopes)-1]
	shared := true
	for _, a := range t.Attr {
		prefix, declares := a.Name.Local, a.Name.Space == "xmlns"
		if a.Name.Space == "" && a.Name.Local == "xmlns" {
			prefix, declares = "", true
		}
		if !declares {
			n.attrs = append(n.attrs, attr{name: a.Name.Local, prefix: a.Name.Space, value: a.Value})
			continue
		}
		if shared {
			scope, shared = copyScope(scope), false
		}
		scope[prefix] = a.Value
	}
	if len(scope) > MaxNamespaces {
		return b.fault("more than %d namespaces", MaxNamespaces)
	}
	n.space = scope[t.Name.Space]
	b.scopes = append(b.scopes, scope)
	parent := b.open[len(b.open)-1]
	parent.kids = append(parent.kids, n)
	b.open = append(b.open, n)
	b.tags = append(b.tags, t.Name.Space+":"+t.Name.Local)
	return nil
}

func copyScope(m map[string]string) map[string]string {
	c := make(map[string]string, len(m)+2)
	maps.Copy(c, m)
	return c
}

func (b *treeBuilder) hasElement() bool {
	for _, k := range b.root.kids {
		if k.name != "" {
			return true
		}
	}
	return false
}

func (b *treeBuilder) end(t xml.EndElement) error {
	if len(b.tags) == 0 {
		return b.fault("not well-formed XML: </%s> closes nothing", t.Name.Local)
	}
	last := len(b.tags) - 1
	if b.tags[last] != t.Name.Space+":"+t.Name.Local {
		return b.fault("not well-formed XML: </%s> where </%s> was expected", t.Name.Local, b.open[len(b.open)-1].name)
	}
	b.tags = b.tags[:last]
	b.open = b.open[:len(b.open)-1]
	b.scopes = b.scopes[:len(b.scopes)-1]
	return nil
}

func (b *treeBuilder) chars(t xml.CharData) error {
	parent := b.open[len(b.open)-1]
	if parent == b.root {
		if len(bytes.TrimSpace(t)) > 0 {
			return b.fault("not well-formed XML: text outside the root element")
		}
		return nil
	}
	b.nodes++
	if b.nodes > MaxNodes {
		return b.fault("more than %d elements and texts", MaxNodes)
	}
	parent.kids = append(parent.kids, &node{text: string(t)})
	return nil
}

// attr returns the first of the named attributes that has a value, and marks it read.
func (n *node) attr(names ...string) string {
	for _, name := range names {
		for i := range n.attrs {
			if a := &n.attrs[i]; a.name == name && a.prefix != "xml" {
				a.read = true
				if v := strings.TrimSpace(a.value); v != "" {
					return v
				}
			}
		}
	}
	return ""
}

// lang returns xml:lang and marks it read.
func (n *node) lang() string {
	for i := range n.attrs {
		if a := &n.attrs[i]; a.name == "lang" && a.prefix == "xml" {
			a.read = true
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// all returns the elements with one of the names directly inside n.
func (n *node) all(names ...string) []*node {
	var found []*node
	for _, k := range n.kids {
		for _, name := range names {
			if k.name == name {
				found = append(found, k)
			}
		}
	}
	return found
}

// one returns the first element with a name directly inside n, or an empty node.
func (n *node) one(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return &node{}
}

// words returns all text below n in one line, a <br/> making a new one, and marks it
// read. NewsML-G2 lets agencies break and indent such text as they like.
func (n *node) words() string {
	var b strings.Builder
	n.writeWords(&b)
	return tidy(b.String())
}

func (n *node) writeWords(b *strings.Builder) {
	for _, k := range n.kids {
		switch k.name {
		case "":
			k.read = true
			_, _ = oneLine.WriteString(b, k.text)
		case "br":
			b.WriteByte('\n')
		default:
			k.writeWords(b)
		}
	}
}

var oneLine = strings.NewReplacer("\n", " ", "\r", " ")

// peek is words without marking anything as read.
func (n *node) peek() string {
	var b strings.Builder
	n.walk(func(k *node) {
		if k.name == "" {
			b.WriteString(k.text)
		}
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// tidy makes single spaces and no blank lines.
func tidy(s string) string {
	if !strings.Contains(s, "\n") {
		return strings.Join(strings.Fields(s), " ")
	}
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// verbatim returns all text below n as it stands and marks it read.
func (n *node) verbatim() string {
	var b strings.Builder
	n.walk(func(k *node) {
		if k.name == "" {
			b.WriteString(k.text)
		}
	})
	n.skip()
	return strings.TrimSpace(b.String())
}

// walk calls fn for everything below n, in the file's order.
func (n *node) walk(fn func(*node)) {
	for _, k := range n.kids {
		fn(k)
		k.walk(fn)
	}
}

// skip marks n and everything below it as read.
func (n *node) skip() {
	for i := range n.attrs {
		n.attrs[i].read = true
	}
	n.walk(func(k *node) {
		k.read = true
		for i := range k.attrs {
			k.attrs[i].read = true
		}
	})
}

// rest returns what was not read in n and below it, each with its path from n, and
// marks it read.
func (n *node) rest() []TextValue {
	var found []TextValue
	n.unread("", &found)
	return found
}

func (n *node) unread(path string, found *[]TextValue) {
	for i := range n.attrs {
		a := &n.attrs[i]
		if v := strings.TrimSpace(a.value); !a.read && v != "" && a.prefix != "xsi" {
			*found = append(*found, TextValue{Path: join(path, "@"+a.name), Value: clip(v)})
		}
		a.read = true
	}
	var b strings.Builder
	for _, k := range n.kids {
		if k.name == "" && !k.read {
			b.WriteString(k.text)
			k.read = true
		}
	}
	if text := tidy(b.String()); text != "" {
		*found = append(*found, TextValue{Path: join(path, ""), Value: clip(text)})
	}
	for _, k := range n.kids {
		if k.name != "" {
			k.unread(join(path, k.name), found)
		}
	}
}

func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "/" + name
}

func clip(s string) string {
	if len(s) > maxFound {
		return strings.ToValidUTF8(s[:maxFound], "")
	}
	return s
}

// Package tree reads the bytes of strangers: it finds their characters, and makes trees of
// XML and JSON within limits, looking up nothing outside the file.
//
// A tree remembers what was read of it. A parser takes what it has a field for and keeps
// the rest, by its path, with [Node.Rest] or [Value.Rest]: nothing an agency says is lost.
package tree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"regexp"
	"strings"

	"broadsheet/internal/wire/item"
)

// A Node is an element or a text of an XML file. Reading a value through its
// methods marks it as read, so that what nobody read can be kept by its path.
type Node struct {
	Name  string // local name; "" for a text
	Space string // namespace URI
	Text  string // of a text
	Attrs []Attr
	Kids  []*Node
	Line  int
	Read  bool // of a text: its words are in the item; for those who use Text by itself
}

// An Attr is an attribute that declares no namespace.
type Attr struct {
	Name, Prefix, Value string
	read                bool
}

// ParseXML reads a whole file into nodes. Nothing outside the file is ever looked
// up, and no entity is expanded but XML's own and HTML's named characters.
func ParseXML(text []byte) (*Node, error) {
	d := newDecoder(text)
	b := &treeBuilder{d: d, root: &Node{}}
	b.open = []*Node{b.root}
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
		return nil, Fault(n.Line, "not well-formed XML: <%s> begins here and does not end", n.Name)
	}
	for _, n := range b.root.Kids {
		if n.Name != "" {
			return n, nil
		}
	}
	return nil, Fault(1, "there is no XML element in it")
}

func newDecoder(text []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 already
	return d
}

// RootName is the local name of a file's root element, found without reading more than
// what stands before it; "" when there is none.
func RootName(text []byte) string {
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
		return Fault(s.Line, "not well-formed XML: %s", s.Msg)
	}
	line, _ := d.InputPos()
	return Fault(line, "not well-formed XML: %v", err)
}

// declaresEntity finds declarations of entities that a text could use. Those that only a
// document type uses, which agencies declare to put NITF's into NewsML's, do nothing
// here: no document type is read.
var declaresEntity = regexp.MustCompile(`<!ENTITY(?:\s+[^\s%]|[^\s])`)

type treeBuilder struct {
	d      *xml.Decoder
	root   *Node
	open   []*Node
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
		if declaresEntity.Match(t) {
			return b.fault("the file declares entities of its own, which is refused")
		}
	}
	return nil
}

func (b *treeBuilder) fault(format string, args ...any) error {
	return Fault(b.line, format, args...)
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
	n := &Node{Name: t.Name.Local, Line: b.line}
	scope := b.scopes[len(b.scopes)-1]
	shared := true
	for _, a := range t.Attr {
		prefix, declares := a.Name.Local, a.Name.Space == "xmlns"
		if a.Name.Space == "" && a.Name.Local == "xmlns" {
			prefix, declares = "", true
		}
		if !declares {
			n.Attrs = append(n.Attrs, Attr{Name: a.Name.Local, Prefix: a.Name.Space, Value: a.Value})
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
	n.Space = t.Name.Space // a prefix that is not declared stands for itself
	if space, ok := scope[t.Name.Space]; ok {
		n.Space = space
	}
	b.scopes = append(b.scopes, scope)
	parent := b.open[len(b.open)-1]
	parent.Kids = append(parent.Kids, n)
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
	for _, k := range b.root.Kids {
		if k.Name != "" {
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
		return b.fault("not well-formed XML: </%s> where </%s> was expected", t.Name.Local, b.open[len(b.open)-1].Name)
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
	parent.Kids = append(parent.Kids, &Node{Text: string(t)})
	return nil
}

// Attr returns the first of the named attributes that has a value, and marks it read.
func (n *Node) Attr(names ...string) string {
	for _, name := range names {
		for i := range n.Attrs {
			if a := &n.Attrs[i]; a.Name == name && a.Prefix != "xml" {
				a.read = true
				if v := strings.TrimSpace(a.Value); v != "" {
					return v
				}
			}
		}
	}
	return ""
}

// Lang returns xml:lang and marks it read.
func (n *Node) Lang() string {
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Name == "lang" && a.Prefix == "xml" {
			a.read = true
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Base returns xml:base and marks it read.
func (n *Node) Base() string {
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Name == "base" && a.Prefix == "xml" {
			a.read = true
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// All returns the elements with one of the names directly inside n.
func (n *Node) All(names ...string) []*Node {
	var found []*Node
	for _, k := range n.Kids {
		for _, name := range names {
			if k.Name == name {
				found = append(found, k)
			}
		}
	}
	return found
}

// One returns the first element with a name directly inside n, or an empty node.
func (n *Node) One(name string) *Node {
	for _, k := range n.Kids {
		if k.Name == name {
			return k
		}
	}
	return &Node{}
}

// Words returns all text below n in one line, a <br/> making a new one, and marks it
// read. NewsML-G2 lets agencies break and indent such text as they like.
func (n *Node) Words() string {
	var b strings.Builder
	n.writeWords(&b)
	return tidy(b.String())
}

func (n *Node) writeWords(b *strings.Builder) {
	for _, k := range n.Kids {
		switch k.Name {
		case "":
			k.Read = true
			_, _ = oneLine.WriteString(b, k.Text)
		case "br":
			b.WriteByte('\n')
		default:
			k.writeWords(b)
		}
	}
}

var oneLine = strings.NewReplacer("\n", " ", "\r", " ")

// Peek is words without marking anything as read.
func (n *Node) Peek() string {
	var b strings.Builder
	n.Walk(func(k *Node) {
		if k.Name == "" {
			b.WriteString(k.Text)
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

// Size is how many bytes the texts and attributes of n and below it have.
func (n *Node) Size() int {
	size := len(n.Text)
	for i := range n.Attrs {
		size += len(n.Attrs[i].Value)
	}
	for _, k := range n.Kids {
		size += k.Size()
	}
	return size
}

// Verbatim returns all text below n as it stands and marks it read.
func (n *Node) Verbatim() string {
	var b strings.Builder
	n.Walk(func(k *Node) {
		if k.Name == "" {
			b.WriteString(k.Text)
		}
	})
	n.Skip()
	return strings.TrimSpace(b.String())
}

// Walk calls fn for everything below n, in the file's order.
func (n *Node) Walk(fn func(*Node)) {
	for _, k := range n.Kids {
		fn(k)
		k.Walk(fn)
	}
}

// Skip marks n and everything below it as read.
func (n *Node) Skip() {
	for i := range n.Attrs {
		n.Attrs[i].read = true
	}
	n.Walk(func(k *Node) {
		k.Read = true
		for i := range k.Attrs {
			k.Attrs[i].read = true
		}
	})
}

// Rest returns what was not read in n and below it, each with its path from n, and
// marks it read.
func (n *Node) Rest() []item.TextValue {
	var found []item.TextValue
	n.unread("", &found)
	return found
}

func (n *Node) unread(path string, found *[]item.TextValue) {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		if v := strings.TrimSpace(a.Value); !a.read && v != "" && a.Prefix != "xsi" {
			*found = append(*found, item.TextValue{Path: join(path, "@"+a.Name), Value: clip(v)})
		}
		a.read = true
	}
	var b strings.Builder
	for _, k := range n.Kids {
		if k.Name == "" && !k.Read {
			b.WriteString(k.Text)
			k.Read = true
		}
	}
	if text := tidy(b.String()); text != "" {
		*found = append(*found, item.TextValue{Path: join(path, ""), Value: clip(text)})
	}
	for _, k := range n.Kids {
		if k.Name != "" {
			k.unread(join(path, k.Name), found)
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

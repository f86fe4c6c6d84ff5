package richtext

import (
	"slices"
	"strings"
	"unicode/utf8"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// Parse reads a document from its JSON, {"type":"doc","content":[…]}, and
// validates it. Its errors are errs.Invalid and say what is wrong and where.
//
// What means the same is read as the same: runs of text with equal marks become
// one, marks come in the order of the schema, an attribute that is null or equal
// to its default is as good as absent; control characters and empty runs vanish.
func Parse(data []byte) (Doc, error) {
	limits := model().story.limits
	if len(data) > limits.Bytes {
		return Doc{}, tooLong(limits.Bytes, len(data))
	}
	if !utf8.Valid(data) {
		return Doc{}, errs.E(errs.Invalid, "The document is not UTF-8 text.")
	}
	d := decoder{jsonReader: jsonReader{src: string(data)}, model: model(), limits: limits}
	doc := d.doc()
	d.end()
	if d.err != nil {
		return Doc{}, d.err
	}
	return doc, doc.Validate()
}

func tooLong(limit, is int) error {
	return errs.E(errs.Invalid, "The document may be at most %d bytes long; this one has %d.", limit, is)
}

// UnmarshalJSON is [Parse].
func (d *Doc) UnmarshalJSON(data []byte) (err error) {
	*d, err = Parse(data)
	return err
}

// A decoder reads nodes. Its first fault stops it: every later call returns
// zero values at once.
type decoder struct {
	jsonReader
	model  *schema
	limits Limits
	blocks int
}

func (d *decoder) doc() (doc Doc) {
	var kind string
	d.object(func(key string) {
		switch key {
		case "type":
			kind = d.str()
		case "content":
			doc.Content = d.content(1)
		default:
			d.fail("a document has no %.40q", key)
		}
	})
	if kind != "doc" {
		d.fail(`the type must be "doc"`)
	}
	return doc
}

// content reads the nodes that stand inside another one, at the given depth.
func (d *decoder) content(depth int) (nodes []Node) {
	if depth > d.limits.Depth+1 { // text is one deeper than its block
		d.fail("blocks are nested more than %d deep", d.limits.Depth)
	}
	d.array(func() {
		nodes = append(nodes, Node{})
		d.node(&nodes[len(nodes)-1], depth)
	})
	return tidyRuns(nodes)
}

// tidyRuns leaves out empty runs of text, and joins those that follow each other
// with the same marks.
func tidyRuns(nodes []Node) []Node {
	nodes = slices.DeleteFunc(nodes, func(n Node) bool { return n.Type == TypeText && n.Text == "" })
	tidy := nodes[:0]
	for i := 0; i < len(nodes); {
		end := i + 1
		for end < len(nodes) && joinable(&nodes[i], &nodes[end]) {
			end++
		}
		n := nodes[i]
		if end > i+1 {
			var text strings.Builder
			for _, part := range nodes[i:end] {
				text.WriteString(part.Text)
			}
			n.Text = text.String()
		}
		tidy = append(tidy, n)
		i = end
	}
	return tidy
}

func joinable(a, b *Node) bool {
	return a.Type == TypeText && b.Type == TypeText && slices.Equal(a.Marks, b.Marks)
}

func (d *decoder) node(n *Node, depth int) {
	d.object(func(key string) {
		switch key {
		case "type":
			n.Type = d.nodeType()
		case "attrs":
			d.object(func(name string) { d.attr(&n.Attrs, name) })
		case "content":
			n.Content = d.content(depth + 1)
		case "text":
			n.Text = dropControls(d.str())
		case "marks":
			n.Marks = d.marks()
		default:
			d.fail("a node has no %.40q", key)
		}
	})
	if spec := d.model.nodes[n.Type]; spec != nil {
		spec.dropDefaults(&n.Attrs)
	}
	if n.Type == TypeText {
		return
	}
	if d.blocks++; d.blocks > d.limits.Blocks {
		d.fail("there are more than %d blocks", d.limits.Blocks)
	}
}

// nodeType reads a type; the common ones are not kept as part of the source.
func (d *decoder) nodeType() NodeType {
	switch s := NodeType(d.str()); s {
	case TypeText:
		return TypeText
	case TypeParagraph:
		return TypeParagraph
	default:
		return s
	}
}

// dropDefaults sets the numbers that equal their default to zero.
func (spec *nodeSpec) dropDefaults(a *Attrs) {
	for i := range spec.attrs {
		if spec.attrs[i].Type != "integer" {
			continue
		}
		if p, ok := a.field(spec.attrs[i].Name).(*int); ok && spec.attrs[i].Default == float64(*p) {
			*p = 0
		}
	}
}

func (d *decoder) attr(a *Attrs, name string) {
	p := a.field(name)
	if p == nil {
		d.fail("no block has the attribute %.40q", name)
	}
	if d.null() {
		return
	}
	switch p := p.(type) {
	case *string:
		*p = dropControls(d.str())
	case *bool:
		*p = d.boolean()
	case *int:
		*p = d.integer()
	case *id.ID:
		*p = d.id()
	case *Origin:
		d.origin(p)
	}
}

func (d *decoder) id() id.ID {
	s := d.str()
	if s == "" {
		return 0
	}
	v, err := id.Parse(s)
	if err != nil {
		d.fail("%.40q is not an ID", s)
	}
	return v
}

func (d *decoder) origin(o *Origin) {
	d.object(func(key string) {
		if d.null() {
			return
		}
		switch key {
		case "kind":
			o.Kind = OriginKind(d.str())
		case "id":
			o.ID = dropControls(d.str())
		case "name":
			o.Name = dropControls(d.str())
		default:
			d.fail("an origin has no %.40q", key)
		}
	})
}

// marks reads the marks of a run and puts them in the order of the schema. The
// validator finds those that are unknown or doubled.
func (d *decoder) marks() (marks []Mark) {
	d.array(func() {
		var m Mark
		d.object(func(key string) {
			switch key {
			case "type":
				m.Type = MarkType(d.str())
			case "attrs":
				d.object(func(name string) { d.markAttr(&m, name) })
			default:
				d.fail("a mark has no %.40q", key)
			}
		})
		marks = append(marks, m)
	})
	if len(marks) > 1 {
		slices.SortStableFunc(marks, func(a, b Mark) int { return d.model.rank(a.Type) - d.model.rank(b.Type) })
	}
	return marks
}

func (d *decoder) markAttr(m *Mark, name string) {
	if name != "href" {
		d.fail("no mark has the attribute %.40q", name)
	}
	m.Href = d.str()
}

// dropControls returns s without the control characters that no text may hold.
func dropControls(s string) string {
	if !hasControl(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, s)
}

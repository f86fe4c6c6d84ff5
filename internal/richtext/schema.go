package richtext

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
)

//go:embed schema.json
var schemaJSON []byte

// Schema returns schema.json: the definition of the document for programs in
// other languages.
func Schema() []byte { return append([]byte(nil), schemaJSON...) }

// Limits bound a document, so that a hostile one costs little.
type Limits struct {
	Bytes  int `json:"bytes"`  // of its JSON, or of the source it is made from
	Blocks int `json:"blocks"` // nodes that are not text
	Depth  int `json:"depth"`  // blocks inside blocks
	Text   int `json:"text"`   // characters
}

// StoryLimits are those of [Parse], [FromHTML] and [FromText].
func StoryLimits() Limits { return model().story.limits }

// CommentLimits are those of [FromMarkdown].
func CommentLimits() Limits { return model().comment.limits }

// A schema is schema.json made ready for validation.
type schema struct {
	nodes          map[NodeType]*nodeSpec
	marks          []markSpec // outermost first
	top            rule
	hrefSchemes    []string // that a link may have
	maxHref        int      // bytes
	story, comment profile
}

type nodeSpec struct {
	label   string
	content rule
	text    bool // holds text instead of nodes
	marks   markSet
	attrs   []attrSpec
	oneOf   []string
	bit     nodeSet
}

type markSpec struct {
	name  MarkType
	attrs []attrSpec
}

type profile struct {
	limits Limits
	nodes  nodeSet
	marks  markSet
}

type attrSpec struct {
	Name     string
	Type     string
	Required bool
	Max, Min int
	Schemes  []string
	Local    bool
	Default  any
}

// A nodeSet and a markSet are sets of types, one bit each.
type (
	nodeSet uint32
	markSet uint8
)

// A rule is a content expression: terms that follow each other.
type rule []term

// A term allows nodes of a set: at least min of them, and no more than one
// unless many.
type term struct {
	set  nodeSet
	min  int
	many bool
}

// schemaFile is the shape of schema.json, as far as Go needs it.
type schemaFile struct {
	Top struct {
		Content string
	}
	Nodes []struct {
		Name           NodeType
		Label          string
		Group, Content string
		Marks          []MarkType
		Attrs          []attrSpec
		OneOf          []string
	}
	Marks []struct {
		Name  MarkType
		Attrs []attrSpec
	}
	Profiles []struct {
		Name   string
		Nodes  []NodeType
		Marks  []MarkType
		Limits Limits
	}
}

// model returns the schema, which is read once. A fault in it is a fault in
// this package, which its tests find.
var model = sync.OnceValue(func() *schema {
	s, err := loadSchema(schemaJSON)
	if err != nil {
		panic("richtext: schema.json: " + err.Error())
	}
	return s
})

func loadSchema(data []byte) (*schema, error) {
	var f schemaFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	s := &schema{nodes: make(map[NodeType]*nodeSpec, len(f.Nodes))}
	sets := map[string]nodeSet{} // of every name and group
	for i, n := range f.Nodes {
		bit := nodeSet(1) << i
		s.nodes[n.Name] = &nodeSpec{label: n.Label, attrs: n.Attrs, oneOf: n.OneOf, bit: bit}
		sets[string(n.Name)] = bit
		if n.Group != "" {
			sets[n.Group] |= bit
		}
	}
	for _, m := range f.Marks {
		s.marks = append(s.marks, markSpec{m.Name, m.Attrs})
		for _, a := range m.Attrs {
			if m.Name == MarkLink && a.Name == "href" {
				s.hrefSchemes, s.maxHref = a.Schemes, a.Max
			}
		}
	}
	var err error
	if s.top, err = parseRule(f.Top.Content, sets); err != nil {
		return nil, err
	}
	for _, n := range f.Nodes {
		spec := s.nodes[n.Name]
		if spec.content, err = parseRule(n.Content, sets); err != nil {
			return nil, fmt.Errorf("content of %s: %w", n.Name, err)
		}
		spec.text = n.Content == "text*"
		spec.marks = s.markSet(n.Marks)
	}
	return s, s.loadProfiles(&f, sets)
}

func (s *schema) loadProfiles(f *schemaFile, sets map[string]nodeSet) error {
	for _, p := range f.Profiles {
		made := profile{limits: p.Limits, nodes: ^nodeSet(0), marks: ^markSet(0)}
		if len(p.Nodes) > 0 {
			made.nodes, made.marks = 0, s.markSet(p.Marks)
			for _, name := range p.Nodes {
				made.nodes |= sets[string(name)]
			}
		}
		switch p.Name {
		case "story":
			s.story = made
		case "comment":
			s.comment = made
		default:
			return fmt.Errorf("unknown profile %q", p.Name)
		}
	}
	if s.story.limits.Bytes == 0 || s.comment.limits.Bytes == 0 {
		return errors.New("profiles story and comment must have limits")
	}
	return nil
}

func (s *schema) markSet(names []MarkType) (set markSet) {
	for _, name := range names {
		if rank := s.rank(name); rank >= 0 {
			set |= 1 << rank
		}
	}
	return set
}

// rank returns the place of a mark in the order of nesting, or -1.
func (s *schema) rank(name MarkType) int {
	for i := range s.marks {
		if s.marks[i].name == name {
			return i
		}
	}
	return -1
}

// parseRule reads a content expression: names and groups, alternatives in
// parentheses, each followed by nothing, * or +.
func parseRule(expr string, sets map[string]nodeSet) (rule, error) {
	var r rule
	for rest := strings.TrimSpace(expr); rest != ""; rest = strings.TrimSpace(rest) {
		var names string
		if inner, ok := strings.CutPrefix(rest, "("); ok {
			names, rest, ok = strings.Cut(inner, ")")
			if !ok {
				return nil, fmt.Errorf("%q lacks a closing parenthesis", expr)
			}
		} else {
			end := strings.IndexAny(rest+" ", " *+(")
			names, rest = rest[:end], rest[end:]
		}
		t := term{min: 1}
		for name := range strings.SplitSeq(names, "|") {
			set, ok := sets[strings.TrimSpace(name)]
			if !ok {
				return nil, fmt.Errorf("%q names %q, which is no node", expr, strings.TrimSpace(name))
			}
			t.set |= set
		}
		switch {
		case strings.HasPrefix(rest, "*"):
			t.min, t.many, rest = 0, true, rest[1:]
		case strings.HasPrefix(rest, "+"):
			t.many, rest = true, rest[1:]
		}
		r = append(r, t)
	}
	return r, nil
}

// check returns the index of the first node that may not stand where it does,
// len(content) if something is missing at the end, or -1. Terms are taken
// greedily, which is enough as long as no term can take what a later one needs.
func (r rule) check(s *schema, content []Node) int {
	i := 0
	for _, t := range r {
		taken := 0
		for i < len(content) && (t.many || taken == 0) && s.bit(content[i].Type)&t.set != 0 {
			i++
			taken++
		}
		if taken < t.min {
			return i
		}
	}
	if i < len(content) {
		return i
	}
	return -1
}

// bit returns the set of just that type; it is empty for an unknown one.
func (s *schema) bit(t NodeType) nodeSet {
	if spec := s.nodes[t]; spec != nil {
		return spec.bit
	}
	return 0
}

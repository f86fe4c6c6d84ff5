package richtext

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// Validate reports the first breach of the schema or of [StoryLimits]. Its
// errors are errs.Invalid and name the block at fault.
func (d Doc) Validate() error { return d.validate(&model().story) }

// ValidateComment is Validate for what a comment may hold, within
// [CommentLimits].
func (d Doc) ValidateComment() error { return d.validate(&model().comment) }

func (d Doc) validate(p *profile) error {
	v := validator{model: model(), profile: p}
	if len(d.Content) == 0 {
		return nil
	}
	if at := v.model.top.check(v.model, d.Content); at >= 0 {
		return v.misplaced("the document", d.Content, at).at(at)
	}
	for i := range d.Content {
		if err := v.node(&d.Content[i], 1); err != nil {
			return err.at(i)
		}
	}
	if v.text > p.limits.Text {
		return errs.E(errs.Invalid, "The text may be at most %d characters long; this one has %d.", p.limits.Text, v.text)
	}
	return nil
}

// A fault says what is wrong within a block.
type fault string

func faultf(format string, args ...any) *fault {
	f := fault(fmt.Sprintf(format, args...))
	return &f
}

// at makes the error for a fault in the i-th block of the document.
func (f *fault) at(i int) error {
	return errs.E(errs.Invalid, "Block %d: %s.", i+1, string(*f))
}

type validator struct {
	model        *schema
	profile      *profile
	blocks, text int
}

// node checks a node that is not text and everything inside it.
func (v *validator) node(n *Node, depth int) *fault {
	spec := v.model.nodes[n.Type]
	if spec == nil {
		return faultf("there is no block of type %.40q", n.Type)
	}
	limits := v.profile.limits
	switch v.blocks++; {
	case spec.bit&v.profile.nodes == 0:
		return faultf("%s is not allowed here", spec.label)
	case v.blocks > limits.Blocks:
		return faultf("there are more than %d blocks", limits.Blocks)
	case depth > limits.Depth:
		return faultf("blocks are nested more than %d deep", limits.Depth)
	case n.Text != "" || len(n.Marks) > 0:
		return faultf("%s cannot itself have text or marks", spec.label)
	}
	if err := v.attrs(n, spec); err != nil {
		return err
	}
	if at := spec.content.check(v.model, n.Content); at >= 0 {
		return v.misplaced(spec.label, n.Content, at)
	}
	for i := range n.Content {
		var err *fault
		if spec.text {
			err = v.run(&n.Content[i], spec)
		} else {
			err = v.node(&n.Content[i], depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// misplaced says why content[at] may not stand inside parent.
func (v *validator) misplaced(parent string, content []Node, at int) *fault {
	if at == len(content) {
		return faultf("%s is incomplete", parent)
	}
	spec := v.model.nodes[content[at].Type]
	if spec == nil {
		return faultf("there is no block of type %.40q", content[at].Type)
	}
	return faultf("%s cannot hold %s there", parent, spec.label)
}

// run checks a run of text.
func (v *validator) run(n *Node, parent *nodeSpec) *fault {
	switch {
	case n.Text == "":
		return faultf("it holds an empty run of text")
	case n.Attrs != (Attrs{}) || len(n.Content) > 0:
		return faultf("text can have nothing but marks")
	case !cleanText(n.Text):
		return faultf("the text holds control characters or is not UTF-8")
	}
	v.text += utf8.RuneCountInString(n.Text)
	last := -1
	for i := range n.Marks {
		mark := &n.Marks[i]
		rank := v.model.rank(mark.Type)
		switch {
		case rank < 0:
			return faultf("there is no mark of type %.40q", mark.Type)
		case parent.marks&v.profile.marks&(1<<rank) == 0:
			return faultf("%s cannot hold text marked %s", parent.label, mark.Type)
		case rank <= last:
			return faultf("marks are doubled or out of order")
		}
		last = rank
		if err := v.mark(mark, &v.model.marks[rank]); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) mark(m *Mark, spec *markSpec) *fault {
	for i := range spec.attrs {
		if attr := &spec.attrs[i]; attr.Name == "href" {
			return attr.checkURL(m.Href)
		}
	}
	if m.Href != "" {
		return faultf("text marked %s cannot have an address", m.Type)
	}
	return nil
}

// attrs checks the attributes of n, and that it has no others.
func (v *validator) attrs(n *Node, spec *nodeSpec) *fault {
	if n.Attrs == (Attrs{}) && !spec.demanding() {
		return nil
	}
	rest := n.Attrs
	for i := range spec.attrs {
		attr := &spec.attrs[i]
		if err := attr.check(rest.field(attr.Name)); err != nil {
			return err
		}
	}
	if len(spec.oneOf) > 0 && !slices.ContainsFunc(spec.oneOf, func(name string) bool { return !isZero(rest.field(name)) }) {
		return faultf("%s needs %s", spec.label, strings.Join(spec.oneOf, " or "))
	}
	for i := range spec.attrs {
		setZero(rest.field(spec.attrs[i].Name))
	}
	if rest != (Attrs{}) {
		return faultf("%s has an attribute that it cannot have", spec.label)
	}
	return nil
}

// demanding reports whether some attribute must be set.
func (spec *nodeSpec) demanding() bool {
	return len(spec.oneOf) > 0 || slices.ContainsFunc(spec.attrs, func(a attrSpec) bool { return a.Required })
}

// check tests the value that p, made by Attrs.field, points at.
func (a *attrSpec) check(p any) *fault {
	if isZero(p) {
		if a.Required {
			return faultf("the %s is missing", a.Name)
		}
		return nil
	}
	switch p := p.(type) {
	case *string:
		if a.Type == "url" {
			return a.checkURL(*p)
		}
		return a.checkText(*p)
	case *int:
		if *p < a.Min || *p > a.Max {
			return faultf("the %s must be from %d to %d", a.Name, a.Min, a.Max)
		}
	case *id.ID:
		if *p < 0 {
			return faultf("the %s is not an ID", a.Name)
		}
	case *Origin:
		return p.check()
	}
	return nil
}

func (a *attrSpec) checkText(s string) *fault {
	if utf8.RuneCountInString(s) > a.Max {
		return faultf("the %s may be at most %d characters long", a.Name, a.Max)
	}
	if !cleanText(s) {
		return faultf("the %s holds control characters or is not UTF-8", a.Name)
	}
	return nil
}

func (a *attrSpec) checkURL(s string) *fault {
	if len(s) > a.Max {
		return faultf("the %s may be at most %d bytes long", a.Name, a.Max)
	}
	if safeURL(s, a.Schemes) || a.Local && localPath(s) {
		return nil
	}
	return faultf("the %s must be an address that starts with %s:", a.Name, strings.Join(a.Schemes, ": or "))
}

// maxOrigin is the longest ID or name of an origin, in characters.
const maxOrigin = 300

func (o *Origin) check() *fault {
	switch o.Kind {
	case OriginStaff, OriginWire, OriginImport:
	default:
		return faultf("there is no origin of kind %.40q", o.Kind)
	}
	for _, s := range []string{o.ID, o.Name} {
		if utf8.RuneCountInString(s) > maxOrigin || !cleanText(s) {
			return faultf("the origin has an ID or name that is longer than %d characters or not text", maxOrigin)
		}
	}
	return nil
}

// cleanText reports whether s is UTF-8 without control characters other than
// tab and line feed.
func cleanText(s string) bool {
	return utf8.ValidString(s) && !hasControl(s)
}

func hasControl(s string) bool {
	for i := range len(s) {
		if isControl(s[i]) {
			return true
		}
	}
	return false
}

// isControl reports whether c, a byte or a character, is a control character
// other than tab and line feed.
func isControl[C byte | rune](c C) bool { return c < 0x20 && c != '\t' && c != '\n' || c == 0x7f }

// safeURL reports whether s is an absolute address with one of the schemes that
// can stand in an attribute as it is: with a host, without what browsers read
// differently, and without a user name, which is there only to deceive. It is
// asked for every link of every page, so it takes the address apart itself.
func safeURL(s string, schemes []string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || !slices.ContainsFunc(schemes, func(w string) bool { return strings.EqualFold(w, scheme) }) {
		return false
	}
	for i := range len(rest) {
		switch c := rest[i]; c {
		case '"', '<', '>', '\\', '`', 0x7f:
			return false
		default:
			if c <= ' ' {
				return false
			}
		}
	}
	if !utf8.ValidString(rest) {
		return false
	}
	if strings.EqualFold(scheme, "mailto") {
		return strings.IndexByte(rest, '@') > 0
	}
	host, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return false
	}
	if end := strings.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	return isHost(host)
}

// isHost reports whether s is the name or number of a host with an optional port.
func isHost(s string) bool {
	if strings.HasPrefix(s, "[") { // IPv6
		end := strings.IndexByte(s, ']')
		return end > 2 && isPort(s[end+1:]) && !strings.ContainsAny(s[1:end], "[@%")
	}
	host, port := s, ""
	if at := strings.IndexByte(s, ':'); at >= 0 {
		host, port = s[:at], s[at:]
	}
	return host != "" && isPort(port) && !strings.ContainsAny(host, "@[]%^|!$&'()*+,;={}")
}

// isPort reports whether s is empty or a colon with a number.
func isPort(s string) bool {
	return strings.Trim(s, "0123456789") == ":" && strings.HasPrefix(s, ":") || s == ""
}

// localPath reports whether s is a path on this site.
func localPath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && cleanText(s) && !strings.ContainsAny(s, " \t\n\"<>\\`")
}

package richtext

import (
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"broadsheet/internal/errs"
)

// FromMarkdown parses what a reader wrote in a small kind of Markdown:
// paragraphs, quotes, lists, strong, emphasis, links, and bare addresses as
// links. All else is text, HTML too; a picture is a link to it. A new line is a
// new paragraph, since that is what somebody means who presses Enter. The
// document is within [CommentLimits], or the error is errs.Invalid.
func FromMarkdown(src string) (Doc, error) {
	limits := CommentLimits()
	if len(src) > limits.Bytes {
		return Doc{}, errs.E(errs.Invalid, "A comment may be at most %d characters long.", limits.Text)
	}
	src = strings.ToValidUTF8(src, "\uFFFD")
	source := []byte(src)
	var doc Doc
	m := markdown{source: source, builder: builder{out: &doc.Content, kind: TypeParagraph}}
	m.children(newMarkdownParser().Parse(text.NewReader(source)), style{})
	m.flush()
	return doc, doc.ValidateComment()
}

// newMarkdownParser returns a parser of the constructs that comments have. It is
// made anew each time because the parser of goldmark is not said to be safe for
// use at once; making it costs little against parsing.
func newMarkdownParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(shallow{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(indentedParagraph{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([][]byte{[]byte("http:"), []byte("https:")})), 999),
		),
	)
}

// maxContainers is how deep quotes, lists and their items are looked for.
const maxContainers = 16

// A shallow parser opens no block deeper than maxContainers: what would begin one
// there is text. Deeper nesting costs goldmark the square of its depth.
type shallow struct{ parser.BlockParser }

func (p shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if depth++; depth > maxContainers {
			return nil, parser.NoChildren
		}
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// An indentedParagraph takes lines that are code elsewhere: without a parser for
// them, goldmark stops at the first one and loses the rest.
type indentedParagraph struct{ parser.BlockParser }

func (indentedParagraph) CanAcceptIndentedLine() bool { return true }

// A markdown walks the tree of a Markdown source and builds blocks of it.
type markdown struct {
	builder
	source []byte
}

func (m *markdown) children(n ast.Node, st style) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.node(c, st)
	}
}

func (m *markdown) node(n ast.Node, st style) {
	switch n := n.(type) {
	case *ast.Text:
		m.line.add(unescapeMarkdown(string(n.Value(m.source))), st)
		if n.SoftLineBreak() || n.HardLineBreak() {
			m.flush()
		}
	case *ast.String:
		m.line.add(unescapeMarkdown(string(n.Value)), st)
	case *ast.Emphasis:
		st.em = st.em || n.Level == 1
		st.strong = st.strong || n.Level == 2
		m.children(n, st)
	case *ast.Link:
		m.children(n, linked(st, unescapeMarkdown(string(n.Destination))))
	case *ast.Image:
		m.image(n, st)
	case *ast.AutoLink:
		m.autoLink(n, st)
	case *ast.Blockquote:
		m.quote(n)
	case *ast.List:
		m.list(n)
	default:
		m.flush()
		m.children(n, st)
		m.flush()
	}
}

// linked returns st with the address, if it is one that may stand on a page.
func linked(st style, href string) style {
	if href = cleanHref(href); len(href) <= model().maxHref && safeURL(href, model().hrefSchemes) {
		st.href = href
	}
	return st
}

func (m *markdown) image(n *ast.Image, st style) {
	href := unescapeMarkdown(string(n.Destination))
	st = linked(st, href)
	if n.FirstChild() == nil {
		m.line.add(href, st)
		return
	}
	m.children(n, st)
}

// autoLink takes in a bare address. One of e-mail stays text: it is nobody's
// wish to be harvested.
func (m *markdown) autoLink(n *ast.AutoLink, st style) {
	if n.AutoLinkType == ast.AutoLinkURL {
		st = linked(st, string(n.URL(m.source)))
	}
	m.line.add(string(n.Label(m.source)), st)
}

func (m *markdown) quote(n ast.Node) {
	m.flush()
	if m.place != inDoc {
		m.children(n, style{})
		m.flush()
		return
	}
	if content := m.inside(inQuote, func() { m.children(n, style{}) }); len(content) > 0 {
		m.add(Node{Type: TypeQuote, Content: content})
	}
}

func (m *markdown) list(n *ast.List) {
	m.flush()
	if m.lists >= maxCommentLists {
		m.children(n, style{})
		m.flush()
		return
	}
	m.lists++
	var items []Node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if content := m.inside(inItem, func() { m.children(c, style{}) }); len(content) > 0 {
			items = append(items, item(content))
		}
	}
	m.lists--
	if len(items) > 0 {
		m.add(Node{Type: TypeList, Attrs: Attrs{Ordered: n.IsOrdered()}, Content: items})
	}
}

// maxCommentLists is how deep a comment's lists are kept inside lists.
const maxCommentLists = 3

// unescapeMarkdown resolves the escapes with a backslash and the entities of HTML.
func unescapeMarkdown(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			entity := entityAt(s[i:])
			b.WriteString(html.UnescapeString(entity))
			i += len(entity) - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// entityAt returns the entity that s begins with, or its first byte.
func entityAt(s string) string {
	const longest = 33 // &CounterClockwiseContourIntegral;
	if end := strings.IndexByte(s[:min(len(s), longest)], ';'); end > 0 {
		return s[:end+1]
	}
	return s[:1]
}

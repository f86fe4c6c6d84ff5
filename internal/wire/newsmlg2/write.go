package newsmlg2

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// The version of the standard that Write writes, and the catalog that says what the codes mean.
const (
	writtenVersion = "2.35"
	iptcCatalog    = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"
	namespace      = "http://iptc.org/std/nar/2006-10-01/"
	xhtmlNamespace = "http://www.w3.org/1999/xhtml"
	xhtml          = "application/xhtml+xml"
)

// extension is the element at the end of itemMeta that holds, as JSON, what an item says
// and NewsML-G2 has no place for; see [item.Item.Rest]. The standard allows elements of
// other namespaces there.
const (
	extension          = "broadsheet"
	extensionNamespace = "urn:broadsheet:item"
)

// MaxWritten is how many items a message has at most: as many as Parse reads.
const MaxWritten = tree.MaxItems

// A Header is the envelope of a message.
type Header struct {
	Sent       time.Time
	Sender     string // the paper, as a host name
	TransmitID string // empty for none
}

// Write writes items as one newsMessage of NewsML-G2 2.35, power conformance. Items inside
// items become items of their own with a link between them; see [item.Unfold]. Parse
// reads back items that say the same: what NewsML-G2 has no place for is JSON in one
// element of our own namespace. Only news and packages can be written; others, and more
// than MaxWritten of them, are errs.Invalid.
func Write(items []item.Item, h Header) ([]byte, error) {
	w := &xmlWriter{b: []byte(`<?xml version="1.0" encoding="UTF-8"?>`)}
	w.start("newsMessage", "xmlns", namespace)
	w.start("header")
	w.text("sent", stamp(h.Sent))
	if h.Sender != "" {
		w.text("sender", h.Sender)
	}
	if h.TransmitID != "" {
		w.text("transmitId", h.TransmitID)
	}
	w.end()
	w.start("itemSet")
	written := 0
	for i := range items {
		for _, it := range item.Unfold(&items[i]) {
			if written++; written > MaxWritten {
				return nil, errs.E(errs.Invalid, "A message of NewsML-G2 has at most %d items.", MaxWritten)
			}
			if err := writeItem(w, &it); err != nil {
				return nil, err
			}
		}
	}
	w.end()
	w.end()
	return append(w.b, '\n'), nil
}

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

// A writing is one item on its way out.
type writing struct {
	*xmlWriter
	it      *item.Item
	schemes []scheme // that the item's codes are of, beside IPTC's
}

type scheme struct{ alias, uri string }

// writeItem writes an item, then reads it as a receiver would, and puts what was lost into
// the extension.
func writeItem(w *xmlWriter, it *item.Item) error {
	if it.Kind != item.News && it.Kind != item.Package {
		return errs.E(errs.Invalid, "%s is of the kind %s. Only news and packages can be written as NewsML-G2.", it.URI, it.Kind)
	}
	plain := (&writing{it: it}).document(w.open, nil)
	root, err := tree.ParseXML(plain)
	if err != nil {
		return err
	}
	back := readOne(root)
	rest, err := it.Rest(back)
	if err != nil {
		return err
	}
	if rest != nil {
		plain = (&writing{it: it}).document(w.open, rest)
	}
	w.b = append(w.b, plain...)
	return nil
}

// readOne reads an item as Parse and package parse do.
func readOne(root *tree.Node) *item.Item {
	p := &reader{item: &item.Item{Kind: kinds[root.Name], Format: Format}}
	p.read(root)
	p.item.SettleOrigins()
	return p.item
}

// document returns the item's element. Its head comes last, because the rest says which
// schemes there are.
func (w *writing) document(around []openTag, rest []byte) []byte {
	it, name := w.it, "newsItem"
	if w.isPackage() {
		name = "packageItem"
	}
	w.xmlWriter = &xmlWriter{open: append(slices.Clone(around), openTag{name: name})}
	w.rights()
	w.itemMeta(rest)
	w.contentMeta()
	if w.isPackage() {
		w.groups()
	} else {
		w.content()
	}
	w.end()

	head := &xmlWriter{open: slices.Clone(around)}
	version := ""
	if n, err := strconv.ParseInt(it.Version, 10, 64); err == nil && n > 0 {
		version = it.Version
	}
	head.start(name, "xmlns", namespace, "standard", "NewsML-G2", "standardversion", writtenVersion, "conformance", "power",
		"guid", it.URI, "version", version, "xml:lang", language(it.Language))
	w.catalogs(head)
	return append(head.b, w.b...)
}

// isPackage reports whether the item is written as one: a package of another format may have
// a text, which one of NewsML-G2 has no place for.
func (w *writing) isPackage() bool {
	return w.it.Kind == item.Package && len(w.it.Bodies) == 0 && len(w.it.Renditions) == 0
}

// languageTag is as much of BCP 47 as xs:language asks for.
var languageTag = regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)

// catalogs refers to IPTC's catalog, to the agency's own as it did, and says what the
// codes of others mean.
func (w *writing) catalogs(head *xmlWriter) {
	head.empty("catalogRef", "href", iptcCatalog)
	for _, c := range w.it.Catalogs {
		if href, _, own := strings.Cut(c, "="); strings.Contains(href, "://") && !strings.Contains(c, "IPTC-G2-Standards") {
			head.empty("catalogRef", "href", c)
		} else if alias, uri, _ := strings.Cut(c, "="); own && ncName.MatchString(alias) {
			w.knows(alias, uri)
		}
	}
	if len(w.schemes) == 0 {
		return
	}
	head.start("catalog")
	for _, s := range w.schemes {
		head.empty("scheme", "alias", s.alias, "uri", s.uri)
	}
	head.end()
}

// knows notes a scheme and reports whether the alias stands for it: the first one counts.
func (w *writing) knows(alias, uri string) bool {
	for _, s := range w.schemes {
		if s.alias == alias {
			return s.uri == uri
		}
	}
	if (catalog{iptc: true}).scheme(alias) == uri {
		return true
	}
	w.schemes = append(w.schemes, scheme{alias, uri})
	return true
}

var (
	ncName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	qCode  = regexp.MustCompile(`^[^\s:]+:\S+$`)
)

// code returns the value for the attribute name, when it is a QCode; else for the attribute
// with "uri" at its end, when it is an address.
func code(name, value string) (attr, val string) {
	switch {
	case strings.Contains(value, "://") || strings.HasPrefix(value, "urn:") || strings.HasPrefix(value, "tag:"):
		return name + "uri", value
	case qCode.MatchString(value):
		return name, value
	}
	return name, ""
}

func (w *writing) rights() {
	for _, r := range w.it.Rights {
		w.start("rightsInfo")
		w.concept("copyrightHolder", &r.Holder, party)
		if r.Notice.Value+r.Notice.Source != "" {
			w.block("copyrightNotice", &r.Notice, r.Notice.Source)
		}
		for i := range r.UsageTerms {
			w.block("usageTerms", &r.UsageTerms[i], r.UsageTerms[i].Source)
		}
		for i := range r.Links {
			w.link("link", &r.Links[i], "")
		}
		w.end()
	}
}

// block writes a text of several lines; that of a right may be at an address.
func (w *writing) block(name string, t *item.Text, href string) {
	role, value := code("role", t.Role)
	w.words(name, t.Value, "xml:lang", language(t.Language), role, value, "href", href)
}

// label writes a text of one line.
func (w *writing) label(name string, t *item.Text) {
	role, value := code("role", t.Role)
	if name == "creditline" { // the only one that has none
		value = ""
	}
	w.text(name, oneLine(t.Value), "xml:lang", language(t.Language), role, value)
}

// language returns a tag that XML Schema knows as one, else nothing.
func language(tag string) string {
	if !languageTag.MatchString(tag) {
		return ""
	}
	return tag
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (w *writing) labels(name string, list []item.Text) {
	for i := range list {
		w.label(name, &list[i])
	}
}

func (w *writing) itemMeta(rest []byte) {
	it := w.it
	w.start("itemMeta")
	class := it.ItemClass
	if class.Code == "" && class.URI == "" {
		class = item.Concept{Code: "ninat:" + cmp.Or(it.Type, "text")}
	}
	w.concept("itemClass", &class, named)
	provider := it.Provider
	if provider.IsZero() {
		provider = item.Concept{Name: cmp.Or(it.ProviderName(), "unknown")}
	}
	w.concept("provider", &provider, party)
	w.text("versionCreated", stamp(cmp.Or(it.VersionCreated.Time, it.ContentCreated.Time, it.FirstCreated.Time)))
	w.date("firstCreated", it.FirstCreated)
	if !it.Embargoed.IsZero() {
		w.embargo()
	}
	status := it.StatusCode
	if status.Code == "" && status.URI == "" || item.StatusOf(status.Word()) != it.PubStatus {
		status = item.Concept{Code: "stat:" + string(cmp.Or(it.PubStatus, item.Withheld))}
	}
	w.concept("pubStatus", &status, named)
	signals := w.role()
	if it.FileName != "" {
		w.text("fileName", oneLine(it.FileName))
	}
	for _, t := range it.Generators {
		w.text("generator", oneLine(t.Value), "versioninfo", t.Source)
	}
	if it.Profile != "" {
		w.text("profile", oneLine(it.Profile))
	}
	w.concepts("service", it.Services, named)
	w.titles()
	for i := range it.EdNotes {
		w.block("edNote", &it.EdNotes[i], "")
	}
	isMember := func(c item.Concept) bool { return c.Role == "memberOf" }
	w.concepts("memberOf", slices.DeleteFunc(slices.Clone(it.InstanceOf), func(c item.Concept) bool { return !isMember(c) }), defined)
	w.concepts("instanceOf", slices.DeleteFunc(slices.Clone(it.InstanceOf), isMember), defined)
	w.concepts("signal", signals, defined)
	for _, d := range it.Expires {
		w.date("expires", d)
	}
	for i := range it.Links {
		w.link("link", &it.Links[i], "")
	}
	if rest != nil {
		w.text(extension, string(rest), "xmlns", extensionNamespace)
	}
	w.end()
}

func (w *writing) titles() {
	if len(w.it.Titles) == 0 && w.it.Title != "" {
		w.text("title", oneLine(w.it.Title))
	}
	w.labels("title", w.it.Titles)
}

// role writes the first signal that is the item's role, and returns the others.
func (w *writing) role() []item.Concept {
	for i, s := range w.it.Signals {
		if s.Role == "role" && s.Literal == "" {
			w.concept("role", &s, named)
			return slices.Concat(w.it.Signals[:i], w.it.Signals[i+1:])
		}
	}
	return w.it.Signals
}

// embargo writes the end of the embargo; one that only a newer version lifts is empty.
func (w *writing) embargo() {
	if w.it.Embargoed.Time.IsZero() {
		w.empty("embargoed")
		return
	}
	w.text("embargoed", stamp(w.it.Embargoed.Time))
}

// day is a date that the standard allows to be less than a time.
var day = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d)?)?$`)

// date writes a date that was given with a time.
func (w *writing) date(name string, d item.Date) {
	if !d.Time.IsZero() {
		w.text(name, stamp(d.Time))
	}
}

// truncated writes a date that may be a year, a month or a day.
func (w *writing) truncated(name string, d item.Date) {
	if day.MatchString(d.Text) {
		w.text(name, d.Text)
		return
	}
	w.date(name, d)
}

func (w *writing) link(name string, l *item.Link, rank string) {
	w.linkStart(name, l, rank)
	if l.Title != "" {
		w.text("title", oneLine(l.Title))
	}
	w.end()
}

func (w *writing) linkStart(name string, l *item.Link, rank string, more ...string) {
	rel, value := code("rel", l.Rel)
	version := l.Version
	if n, err := strconv.ParseInt(version, 10, 64); err != nil || n < 1 {
		version = ""
	}
	w.start(name, append([]string{rel, value, "rank", rank, "href", l.Href, "residref", l.URI, "version", version, "contenttype", l.ContentType}, more...)...)
}

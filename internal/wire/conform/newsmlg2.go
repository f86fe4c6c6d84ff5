// Package conform checks files against the rules of IPTC's formats, for the tests of those
// who write them: it finds what a receiver's validator would find.
//
// The rules are written anew here, from IPTC's XML Schema of NewsML-G2 2.35 (power
// conformance) and JSON Schema of ninjs 3.1, for the elements and properties that we write.
// Anything else in a file is a fault.
package conform

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
)

const g2 = "http://iptc.org/std/nar/2006-10-01/"

// A rule says what an element of NewsML-G2 may have.
type rule struct {
	// kids are the elements inside, in their order: a name, names in parentheses of which
	// one stands there, and how often, as in a regular expression. "other" is an element
	// of another namespace. text stands for words without elements, mixed for both.
	kids string

	// attrs are the attributes, in words or the names of groups; ! before one says that it
	// must be there.
	attrs string
}

// The groups of attributes, by names of our own.
var groups = map[string]string{
	"common":  "id creator creatoruri modified custom how howuri why whyuri pubconstraint pubconstrainturi",
	"intl":    "xml:lang dir",
	"code":    "common qcode uri",
	"flex":    "common intl qcode uri literal type typeuri",
	"rated":   "flex confidence relevance derivedfrom",
	"roled":   "flex role roleuri",
	"label":   "common intl role roleuri",
	"target":  "href residref version contenttype format formaturi size title",
	"item":    "!standard !standardversion conformance !guid version intl",
	"picture": "width height orientation layoutorientation layoutorientationuri colourspace colourspaceuri videocodec videocodecuri",
	"film":    "duration durationunit durationunituri videoframerate videoaspectratio",
	"counts":  "wordcount charcount linecount",
	"link":    "target common intl rel reluri rank",
}

const (
	about  = "(name|definition|note)* (sameAs|broader|narrower|related)*"
	before = "(catalogRef|catalog)* hopHistory? rightsInfo* itemMeta contentMeta? partMeta* assert* derivedFrom* "
)

var rules = map[string]rule{
	"newsMessage": {kids: "header itemSet"},
	"header":      {kids: "sent (catalogRef|catalog)* sender? transmitId? priority? origin? (timestamp|destination|channel|signal)*", attrs: "common"},
	"itemSet":     {kids: "(newsItem|packageItem)+", attrs: "common"},
	"newsItem":    {kids: before + "contentSet?", attrs: "item"},
	"packageItem": {kids: before + "groupSet?", attrs: "item"},
	"catalogRef":  {kids: "title*", attrs: "!href common"},
	"catalog":     {kids: "title* scheme+", attrs: "common"},
	"scheme":      {kids: "", attrs: "!alias !uri common"},
	"rightsInfo":  {kids: "accountable? copyrightHolder? (copyrightNotice|usageTerms|link)*", attrs: "common intl"},
	"itemMeta": {
		kids: "itemClass provider versionCreated firstCreated? embargoed? pubStatus? role? fileName? generator* profile? service* " +
			"title* edNote* memberOf* instanceOf* signal* expires* link* other*",
		attrs: "common intl",
	},
	"contentMeta": {
		kids: "icon* urgency? contentCreated? contentModified? digitalSourceType? " +
			"(located|infoSource|creator|contributor|audience|exclAudience|altId)* " +
			"(language|genre|keyword|subject|slugline|headline|dateline|by|creditline|description)*",
		attrs: "common intl",
	},
	"contentSet":    {kids: "(inlineXML|inlineData|remoteContent)*", attrs: "common"},
	"inlineXML":     {kids: "other?", attrs: "id rendition renditionuri contenttype counts intl"},
	"inlineData":    {kids: "text", attrs: "id rendition renditionuri contenttype counts intl"},
	"remoteContent": {kids: "altId*", attrs: "id rendition renditionuri target picture film"},
	"icon":          {kids: "", attrs: "rendition renditionuri target picture common"},
	"groupSet":      {kids: "group+", attrs: "!root common"},
	"group":         {kids: "(groupRef|itemRef|title)*", attrs: "common role roleuri mode modeuri intl"},
	"groupRef":      {kids: "", attrs: "!idref common"},
	"itemRef":       {kids: "any", attrs: "link"},
	"link":          {kids: "any", attrs: "link"},

	"itemClass": {kids: "(name|related)*", attrs: "code intl"}, "pubStatus": {kids: "name*", attrs: "code intl"},
	"role": {kids: "name*", attrs: "code intl"}, "service": {kids: "name*", attrs: "code intl"},
	"provider": {kids: about, attrs: "flex"}, "copyrightHolder": {kids: about, attrs: "flex"},
	"memberOf": {kids: about, attrs: "flex"}, "instanceOf": {kids: about, attrs: "flex"}, "signal": {kids: about, attrs: "flex"},
	"derivedFrom": {kids: about, attrs: "flex"}, "located": {kids: about, attrs: "flex"},
	"infoSource": {kids: about, attrs: "roled"}, "creator": {kids: about, attrs: "roled"}, "contributor": {kids: about, attrs: "roled"},
	"audience": {kids: about, attrs: "rated"}, "exclAudience": {kids: about, attrs: "rated"},
	"genre": {kids: about, attrs: "rated"}, "subject": {kids: about, attrs: "rated"},
	"digitalSourceType": {kids: "name*", attrs: "flex"},
	"sameAs":            {kids: "name*", attrs: "flex"}, "broader": {kids: "name*", attrs: "flex"}, "narrower": {kids: "name*", attrs: "flex"},
	"related": {kids: "name*", attrs: "flex rel reluri"},

	"sent": {kids: "text", attrs: "common"}, "sender": {kids: "text", attrs: "common qcode uri literal role"},
	"transmitId": {kids: "text", attrs: "common"}, "priority": {kids: "text", attrs: "common"},
	"versionCreated": {kids: "text", attrs: "common"}, "firstCreated": {kids: "text", attrs: "common"},
	"embargoed": {kids: "text", attrs: "common"}, "expires": {kids: "text", attrs: "common"},
	"contentCreated": {kids: "text", attrs: "common"}, "contentModified": {kids: "text", attrs: "common"},
	"urgency": {kids: "text", attrs: "common"}, "fileName": {kids: "text", attrs: "common"},
	"generator": {kids: "text", attrs: "common intl versioninfo role"}, "profile": {kids: "text", attrs: "common intl versioninfo"},
	"altId": {kids: "text", attrs: "common intl type typeuri environment environmenturi"},
	"name":  {kids: "text", attrs: "label"}, "keyword": {kids: "text", attrs: "label"}, "slugline": {kids: "text", attrs: "label"},
	"creditline": {kids: "text", attrs: "common intl"}, "language": {kids: "name*", attrs: "!tag common role roleuri"},
	"title": {kids: "text", attrs: "label"}, "headline": {kids: "text", attrs: "label"}, "dateline": {kids: "text", attrs: "label"},
	"by": {kids: "text", attrs: "label"}, "description": {kids: "mixed", attrs: "label"}, "definition": {kids: "mixed", attrs: "label"},
	"note": {kids: "mixed", attrs: "label"}, "edNote": {kids: "mixed", attrs: "label"}, "br": {kids: "", attrs: "common"},
	"copyrightNotice": {kids: "mixed", attrs: "label href"}, "usageTerms": {kids: "mixed", attrs: "label href"},
}

const (
	dateTime = `-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?`
	oneCode  = `[^\s:]+:\S+`
	tag      = `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*`
	whole    = `\d+`
	cent     = `\d{1,2}|100`
	address  = `\S+`
	line     = `[^\n\r\t]*`
)

// words are what the texts of elements must be, and values those of attributes. Others may be
// anything.
var (
	words = patterns(map[string]string{
		"sent": dateTime, "versionCreated": dateTime, "firstCreated": dateTime, "embargoed": "(" + dateTime + ")?",
		"expires": dateTime + `|\d{4}-\d\d-\d\d`, "contentCreated": dateTime + `|\d{4}(-\d\d(-\d\d)?)?`,
		"contentModified": dateTime + `|\d{4}(-\d\d(-\d\d)?)?`, "urgency": `[1-9]`, "priority": `[1-9]`,
		"name": line, "keyword": line, "slugline": line, "creditline": line, "fileName": line, "generator": line, "profile": line,
	})
	values = patterns(map[string]string{
		"qcode": oneCode, "type": oneCode, "rel": oneCode, "rendition": oneCode, "creator": oneCode, "mode": oneCode,
		"layoutorientation": oneCode, "colourspace": oneCode, "videocodec": oneCode, "durationunit": oneCode, "format": oneCode,
		"role": oneCode + `( ` + oneCode + `)*`, "environment": oneCode + `( ` + oneCode + `)*`,
		"uri": address, "typeuri": address, "reluri": address, "roleuri": address, "renditionuri": address, "creatoruri": address, "href": line,
		"size": whole, "width": whole, "height": whole, "orientation": whole, "rank": whole, "wordcount": whole, "charcount": whole,
		"version": `[1-9]\d*`, "confidence": cent, "relevance": cent, "tag": tag, "xml:lang": tag, "literal": line,
		"standard": "NewsML-G2", "standardversion": `\d+\.\d+`, "conformance": "core|power", "dir": "ltr|rtl",
		"videoframerate": `\d+(\.\d+)?`, "id": `[A-Za-z_][\w.-]*`, "alias": `[A-Za-z_][\w.-]*`,
	})
)

func patterns(of map[string]string) map[string]*regexp.Regexp {
	made := make(map[string]*regexp.Regexp, len(of))
	for name, p := range of {
		made[name] = regexp.MustCompile(`^(?:` + p + `)$`)
	}
	return made
}

// order returns a pattern for the names of an element's children, each with a comma after it.
var order = sync.OnceValue(func() map[string]*regexp.Regexp {
	name := regexp.MustCompile(`[A-Za-z]+`)
	made := map[string]*regexp.Regexp{}
	for element, r := range rules {
		made[element] = regexp.MustCompile("^" + strings.ReplaceAll(name.ReplaceAllString(r.kids, "(?:$0,)"), " ", "") + "$")
	}
	return made
})

// An element is one that is open while a file is read.
type element struct {
	name string // "other" when it is none of NewsML-G2's
	kids strings.Builder
	text strings.Builder
}

// A checker collects the faults of a file.
type checker struct {
	open      []*element
	ids, refs map[string]bool // of the present item
	faults    []string
}

// NewsMLG2 returns what is wrong with a file of NewsML-G2 2.35, power conformance.
func NewsMLG2(text []byte) []string {
	c := &checker{ids: map[string]bool{}, refs: map[string]bool{}}
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return append(c.faults, err.Error())
		}
		switch t := tok.(type) {
		case xml.StartElement:
			c.start(t)
		case xml.EndElement:
			c.end()
		case xml.CharData:
			if len(c.open) > 0 {
				c.open[len(c.open)-1].text.Write(t)
			}
		}
	}
	return c.faults
}

func (c *checker) fault(format string, args ...any) {
	var path strings.Builder
	for _, e := range c.open {
		path.WriteString("/" + e.name)
	}
	c.faults = append(c.faults, path.String()+": "+fmt.Sprintf(format, args...))
}

func (c *checker) start(t xml.StartElement) {
	e := &element{name: t.Name.Local}
	if t.Name.Space != g2 {
		e.name = "other"
	}
	if len(c.open) > 0 {
		c.open[len(c.open)-1].kids.WriteString(e.name + ",")
	}
	inside := len(c.open) > 0 && c.open[len(c.open)-1].name == "other"
	c.open = append(c.open, e)
	if e.name == "other" {
		if len(c.open) == 1 {
			c.fault("the root element is <%s> of %q", t.Name.Local, t.Name.Space)
		}
		return
	}
	r, ok := rules[e.name]
	if !ok || inside {
		c.fault("it may not stand here")
		return
	}
	c.attrs(r, t.Attr)
}

func (c *checker) attrs(r rule, attrs []xml.Attr) {
	allowed, required := map[string]bool{}, map[string]bool{}
	spread(r.attrs, allowed, required)
	for _, a := range attrs {
		name := a.Name.Local
		switch a.Name.Space {
		case "xmlns":
			continue
		case "http://www.w3.org/XML/1998/namespace", "xml":
			name = "xml:" + name
		case "":
			if name == "xmlns" {
				continue
			}
		}
		if !allowed[name] {
			c.fault("@%s may not stand here", name)
		}
		delete(required, name)
		if p := values[name]; p != nil && !p.MatchString(a.Value) {
			c.fault("@%s is %q", name, a.Value)
		}
		switch name {
		case "id":
			if c.ids[a.Value] {
				c.fault("@id is %q for the second time", a.Value)
			}
			c.ids[a.Value] = true
		case "idref", "root":
			c.refs[a.Value] = true
		}
	}
	for name := range required {
		c.fault("@%s is missing", name)
	}
}

// spread finds the attributes that a list names, through its groups.
func spread(list string, allowed, required map[string]bool) {
	for name := range strings.FieldsSeq(list) {
		name, must := strings.CutPrefix(name, "!")
		if must {
			required[name] = true
		}
		if inner, ok := groups[name]; ok {
			spread(inner, allowed, required)
		}
		allowed[name] = true
	}
}

func (c *checker) end() {
	e := c.open[len(c.open)-1]
	c.close(e)
	c.open = c.open[:len(c.open)-1]
	if e.name != "newsItem" && e.name != "packageItem" && len(c.open) > 0 {
		return
	}
	for ref := range c.refs {
		if !c.ids[ref] {
			c.fault("nothing has the @id %q", ref)
		}
	}
	c.ids, c.refs = map[string]bool{}, map[string]bool{}
}

func (c *checker) close(e *element) {
	text := e.text.String()
	r, ok := rules[e.name]
	if !ok {
		return
	}
	if p := words[e.name]; p != nil && !p.MatchString(text) {
		c.fault("it says %q", text)
	}
	switch r.kids {
	case "any":
		return
	case "text":
		if e.kids.Len() > 0 {
			c.fault("it has elements: %s", e.kids.String())
		}
	case "mixed":
		if strings.Trim(e.kids.String(), "br,") != "" {
			c.fault("it has the elements %s", e.kids.String())
		}
	default:
		if strings.TrimSpace(text) != "" {
			c.fault("it has the words %q", text)
		}
		if !order()[e.name].MatchString(e.kids.String()) {
			c.fault("it has %s instead of %s", e.kids.String(), r.kids)
		}
	}
}

package richtext

// An element is what a name in foreign HTML, XHTML or NITF means to the model.
type element uint8

const (
	inlineElement element = iota // and every name that is not below: its text stays
	blockElement                 // ends the paragraph before it; has none of its own
	headingElement
	quoteElement
	listElement
	tableElement
	ruleElement
	breakElement
	preElement
	figureElement
	imageElement
	strongElement
	emElement
	linkElement
	quotedElement    // q: the quotation marks are not in the text
	droppedElement   // has no place in the model: reported by name
	furnitureElement // belongs to the file and not to the text: not reported
)

// elementOf says what a name means. It covers HTML, what is deprecated in it,
// and the text part of NITF.
func elementOf(name string) element {
	switch name {
	case "b", "strong":
		return strongElement
	case "i", "em", "cite", "dfn", "var":
		return emElement
	case "a":
		return linkElement
	case "br":
		return breakElement
	case "q":
		return quotedElement
	case "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2":
		return headingElement
	case "blockquote", "bq":
		return quoteElement
	case "ul", "ol", "menu", "dir":
		return listElement
	case "table":
		return tableElement
	case "hr":
		return ruleElement
	case "pre", "listing", "xmp", "plaintext":
		return preElement
	case "figure":
		return figureElement
	case "img", "image", "amp-img":
		return imageElement
	case "head", "title", "meta", "link", "base", "basefont", "col", "colgroup", "wbr",
		"source", "track", "param", "area":
		return furnitureElement
	}
	switch {
	case isDropped(name):
		return droppedElement
	case isBlock(name):
		return blockElement
	}
	return inlineElement
}

func isBlock(name string) bool {
	switch name {
	case "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "address", "center", "hgroup",
		"details", "summary", "dialog", "dl", "dt", "dd", "li", "body", "html", "figcaption", "caption", "legend",
		"tr", "td", "th", "thead", "tbody", "tfoot", "optgroup", "fieldset", "search":
		return true
	case "nitf", "body.head", "body.content", "body.end", "block", "hedline", "byline", "dateline", "abstract",
		"distributor", "tagline", "bibliography", "note", "fn", "nitf-table", "credit", "datasource":
		return true
	}
	return false
}

func isDropped(name string) bool {
	switch name {
	case "script", "style", "noscript", "template", "svg", "math", "canvas", "xml",
		"iframe", "frame", "frameset", "noframes", "object", "embed", "applet", "portal", "fencedframe",
		"video", "audio", "bgsound", "map",
		"form", "input", "button", "select", "datalist", "textarea", "output", "progress", "meter", "keygen",
		"del", "media", "media-reference", "media-caption", "media-producer", "media-metadata", "media-object":
		return true
	}
	return false
}

// isVoid reports whether an element of HTML never has an end tag.
func isVoid(name string) bool {
	switch name {
	case "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen",
		"link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

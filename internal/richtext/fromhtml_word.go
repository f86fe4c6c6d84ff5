package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// css returns the value of a property in the style attribute of n, in lower case.
func css(n *html.Node, property string) string {
	text := attr(n, "style")
	if text == "" || !strings.Contains(text, property) {
		return ""
	}
	for declaration := range strings.SplitSeq(text, ";") {
		if name, value, ok := strings.Cut(declaration, ":"); ok && strings.EqualFold(strings.TrimSpace(name), property) {
			return strings.ToLower(strings.TrimSpace(value))
		}
	}
	return ""
}

// isHidden reports whether n is not meant to be seen.
func isHidden(n *html.Node) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == "hidden" {
			return true
		}
	}
	return css(n, "display") == "none" || css(n, "mso-hide") == "all"
}

// cssStyle returns st with the weight and slant that word processors write as CSS.
func cssStyle(n *html.Node, st style) style {
	switch weight := css(n, "font-weight"); weight {
	case "":
	case "bold", "bolder", "600", "700", "800", "900":
		st.strong = true
	default:
		st.strong = false
	}
	switch css(n, "font-style") {
	case "":
	case "italic", "oblique":
		st.em = true
	default:
		st.em = false
	}
	return st
}

// isUnstyled reports whether n says that it does not look like its name, as
// the <b style="font-weight:normal"> around all that comes from Google Docs.
func isUnstyled(n *html.Node, property string) bool {
	switch css(n, property) {
	case "normal", "400", "300", "lighter":
		return true
	}
	return false
}

// A wordList is the list that Word's last paragraphs made. Word writes the items
// of a list as paragraphs, with "mso-list:l0 level1 lfo1" in their style.
type wordList struct {
	name string  // "l0" and "lfo1"
	out  *[]Node // where the list is
	at   int     // its place there
}

// wordItem takes in n if it is a paragraph that is an item of a list.
func (w *importer) wordItem(n *html.Node, st style) bool {
	list, rest, ok := strings.Cut(css(n, "mso-list"), " level")
	if !ok || rest == "" || rest[0] < '1' || rest[0] > '9' {
		return false
	}
	level := min(int(rest[0]-'0'), maxLists)
	marker := find(n, isListMarker)
	w.lists += level
	content := w.inside(inItem, func() { w.children(n, st) })
	w.lists -= level
	if len(content) == 0 {
		return true
	}
	ordered := marker != nil && isNumber(plainText(marker))
	_, override, _ := strings.Cut(rest, " ")
	name := list + " " + override
	old := w.word
	if old.name != name || old.out != w.out || old.at != len(*w.out)-1 {
		*w.out = append(*w.out, Node{Type: TypeList, Attrs: Attrs{Ordered: ordered}})
		w.word = wordList{name, w.out, len(*w.out) - 1}
	}
	addAtLevel(&(*w.out)[w.word.at], level, ordered, item(content))
	return true
}

// addAtLevel appends an item to list, or to the list in its last item, and so on.
func addAtLevel(list *Node, level int, ordered bool, it Node) {
	for ; level > 1 && len(list.Content) > 0; level-- {
		parent := &list.Content[len(list.Content)-1]
		if last := &parent.Content[len(parent.Content)-1]; last.Type != TypeList {
			parent.Content = append(parent.Content, Node{Type: TypeList, Attrs: Attrs{Ordered: ordered}})
		}
		list = &parent.Content[len(parent.Content)-1]
	}
	list.Content = append(list.Content, it)
}

// isListMarker reports whether n is the bullet or number that Word writes into
// the text of an item.
func isListMarker(n *html.Node) bool { return css(n, "mso-list") == "ignore" }

// isNumber reports whether a marker counts, as "1." or "(b)".
func isNumber(marker string) bool {
	marker = strings.TrimPrefix(marker, "(")
	return len(marker) > 1 && strings.ContainsAny(marker[len(marker)-1:], ".)")
}

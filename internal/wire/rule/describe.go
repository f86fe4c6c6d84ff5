package rule

import (
	"strconv"
	"strings"
)

// Describe says what the conditions are, for a person, as it goes on after “Items”:
// “from Meridian, of urgency 1 to 3, with the words “port strike””; "" if there are none.
func (w *When) Describe() string {
	var parts []string
	if w.Source != "" {
		parts = append(parts, "from "+w.Source)
	}
	list := func(before string, values []string) {
		if len(values) > 0 {
			parts = append(parts, before+strings.Join(values, " or "))
		}
	}
	list("of type ", w.Types)
	switch {
	case w.UrgencyMax == 1:
		parts = append(parts, "of urgency 1")
	case w.UrgencyMax > 1:
		parts = append(parts, "of urgency 1 to "+strconv.Itoa(w.UrgencyMax))
	}
	list("about ", w.Subjects)
	list("in ", w.Places)
	list("in the language ", w.Languages)
	if w.Words != "" {
		parts = append(parts, "with the words “"+w.Words+"”")
	}
	if w.Photos {
		parts = append(parts, "with photos")
	}
	if w.From != "" {
		parts = append(parts, "between "+w.From+" and "+w.Until)
	}
	return strings.Join(parts, ", ")
}

// Describe says what happens, for a person; section is the name of the section.
func (t *Then) Describe(section string) string {
	var parts []string
	if len(t.Tags) > 0 {
		parts = append(parts, "tag "+strings.Join(t.Tags, ", "))
	}
	switch t.Notify {
	case "":
	case Everybody:
		parts = append(parts, "notify everybody")
	default:
		parts = append(parts, "notify every "+t.Notify)
	}
	switch {
	case t.Draft && section != "":
		parts = append(parts, "draft for "+section)
	case t.Draft:
		parts = append(parts, "draft")
	case t.Publish:
		parts = append(parts, "publish to "+section+" as wire copy")
	case t.Drop:
		parts = append(parts, "drop")
	}
	return strings.Join(parts, ", then ")
}

package item

// AddConcept adds a concept that says something.
func AddConcept(list *[]Concept, c Concept) {
	if !c.IsZero() {
		*list = append(*list, c)
	}
}

// AddDate adds a date that an agency gave.
func AddDate(list *[]Date, s string) {
	if d := ParseDate(s); !d.IsZero() {
		*list = append(*list, d)
	}
}

// maxCompared is how many lines before it a line is compared with, so that a file of
// nothing but bylines takes no time that grows with its square.
const maxCompared = 50

// AddNew adds a text that is not empty and not there yet.
func AddNew(list *[]Text, t Text) {
	for _, have := range (*list)[max(0, len(*list)-maxCompared):] {
		if have.Value == t.Value {
			return
		}
	}
	if t.Value != "" {
		*list = append(*list, t)
	}
}

// AddDescription adds a plain description that is not empty and not there yet.
func (it *Item) AddDescription(value, role string) {
	for i := max(0, len(it.Descriptions)-maxCompared); i < len(it.Descriptions); i++ {
		if it.Descriptions[i].Value == value {
			return
		}
	}
	if value != "" {
		it.Descriptions = append(it.Descriptions, Body{Role: role, Value: value})
	}
}

// Prefixed puts a prefix before the paths of values.
func Prefixed(prefix string, values []TextValue) []TextValue {
	for i := range values {
		values[i].Path = prefix + values[i].Path
	}
	return values
}

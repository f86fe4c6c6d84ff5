package wire

func add(list *[]Concept, c Concept) {
	if !c.IsZero() {
		*list = append(*list, c)
	}
}

func addDate(list *[]Date, s string) {
	if d := parseDate(s); !d.IsZero() {
		*list = append(*list, d)
	}
}

// maxCompared is how many lines before it a line is compared with, so that a file of
// nothing but bylines takes no time that grows with its square.
const maxCompared = 50

func addNew(list *[]Text, t Text) {
	for _, have := range (*list)[max(0, len(*list)-maxCompared):] {
		if have.Value == t.Value {
			return
		}
	}
	if t.Value != "" {
		*list = append(*list, t)
	}
}

func (it *Item) addDescription(value, role string) {
	for i := max(0, len(it.Descriptions)-maxCompared); i < len(it.Descriptions); i++ {
		if it.Descriptions[i].Value == value {
			return
		}
	}
	if value != "" {
		it.Descriptions = append(it.Descriptions, Body{Role: role, Value: value})
	}
}

func prefixed(prefix string, values []TextValue) []TextValue {
	for i := range values {
		values[i].Path = prefix + values[i].Path
	}
	return values
}

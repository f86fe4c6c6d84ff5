package compare

import (
	"encoding/json"

	"broadsheet/internal/richtext"
)

// keys name blocks by what they say, whoever they are from.
func keys(blocks []richtext.Node) []string {
	list := make([]string, len(blocks))
	for i := range blocks {
		raw, err := json.Marshal(richtext.Doc{Content: []richtext.Node{withoutOrigin(blocks[i])}})
		if err == nil {
			list[i] = string(raw)
		}
	}
	return list
}

func withoutOrigin(n richtext.Node) richtext.Node {
	n.Attrs.Origin = richtext.Origin{}
	if len(n.Content) > 0 {
		inside := make([]richtext.Node, len(n.Content))
		for i := range n.Content {
			inside[i] = withoutOrigin(n.Content[i])
		}
		n.Content = inside
	}
	return n
}

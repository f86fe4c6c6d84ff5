package newsmlg2

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// contentTypes are what ninjs calls the kinds of content that can be planned.
var contentTypes = map[string]bool{"text": true, "audio": true, "video": true, "picture": true, "graphic": true, "composite": true, "component": true}

// readCoverage reads what an agency plans to cover, in the shape that it has in ninjs 3, and
// what of it was delivered. What has no place there stays unread.
func (p *reader) readCoverage(n *tree.Node) {
	for _, coverage := range n.All("newsCoverage") {
		id := coverage.Attr("id")
		for i, k := range coverage.All("planning") {
			c := p.planned(k)
			if id != "" && p.item.URI != "" {
				c["uri"] = p.item.URI + "#" + id + strings.Repeat("-"+strconv.Itoa(i+1), min(i, 1))
			}
			p.item.PlannedCoverage = append(p.item.PlannedCoverage, c)
		}
		for _, k := range coverage.All("delivery") {
			for _, ref := range k.All("deliveredItemRef") {
				p.item.Links = append(p.item.Links, withRel(readLink(ref), "delivered"))
			}
		}
	}
}

// planned reads one piece that is planned.
func (p *reader) planned(n *tree.Node) map[string]any {
	c := map[string]any{}
	class := n.One("itemClass")
	code := cmp.Or(class.Attr("qcode"), class.Attr("uri"))
	if kind := strings.ToLower(item.LastPart(code)); contentTypes[kind] {
		c["type"] = kind
	} else {
		p.keep("planning/itemClass", code)
	}
	for _, k := range n.All("title", "headline", "slugline") {
		if c["title"] == nil && k.Peek() != "" {
			c["title"] = k.Words()
		}
	}
	if s := n.One("edNote").Words(); s != "" {
		c["edNote"] = s
	}
	if s := n.One("language").Attr("tag"); s != "" {
		c["language"] = s
	}
	if v := item.OneToNine(n.One("urgency").Peek()); v > 0 {
		n.One("urgency").Words()
		c["urgency"] = v
	}
	scheduled := n.One("scheduled")
	if d := item.ParseDate(scheduled.Peek()); d.Text == "" && !d.Time.IsZero() {
		c["dates"] = map[string]any{"startDate": d.Time.Format(time.RFC3339Nano)}
		scheduled.Words()
	} else if s := scheduled.Peek(); truncated.MatchString(s) {
		c["dates"] = map[string]any{"expectedStartDate": s}
		scheduled.Words()
	}
	count := map[string]any{}
	for from, to := range map[string]string{"rangefrom": "rangeFrom", "rangeto": "rangeTo"} {
		if s := n.One("itemCount").Attr(from); s != "" {
			count[to] = int(item.Number(s))
		}
	}
	if len(count) > 0 {
		c["itemCount"] = count
	}
	if v := int(item.Number(n.One("wordCount").Peek())); v > 0 {
		n.One("wordCount").Words()
		c["wordCount"] = v
	}
	return c
}

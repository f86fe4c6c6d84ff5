package feed

import (
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// maxPlaces is how many places of one entry are read.
const maxPlaces = 500

// maxCorners is how many corners of a line or an area are read.
const maxCorners = 10_000

// place reads GeoRSS in its simple form and as GML, and W3C's geo. Its numbers are
// latitude and longitude in degrees, in this order.
func (m *maker) place(k *tree.Node) bool {
	switch keyOf(k) {
	case "georss:point":
		m.addShape("Point", k.Words())
	case "georss:line":
		m.addShape("LineString", k.Words())
	case "georss:polygon":
		m.addShape("Polygon", k.Words())
	case "georss:box":
		m.addShape("box", k.Words())
	case "georss:featurename", "georss:featureName":
		m.lastPlace().Name = plainOf(k)
	case "georss:where", "media:location":
		m.gml(k)
	case "geo:Point":
		m.addShape("Point", k.One("lat").Words()+" "+k.One("long").Words())
	case "geo:lat":
		p := m.lastPlace()
		p.Position = &item.Position{Latitude: k.Words()}
	case "geo:long", "geo:lon":
		if p := m.lastPlace(); p.Position != nil {
			p.Position.Longitude = k.Words()
		}
	case "dc:coverage", "dcterms:spatial":
		item.AddConcept(&m.item.Places, item.Concept{Name: plainOf(k)})
	default:
		return false
	}
	return true
}

// lastPlace is the place that the next words are about.
func (m *maker) lastPlace() *item.Concept {
	if len(m.item.Places) == 0 {
		m.item.Places = []item.Concept{{Rel: "about"}}
	}
	return &m.item.Places[len(m.item.Places)-1]
}

func (m *maker) gml(k *tree.Node) {
	if name := k.Attr("description"); name != "" { // of Media RSS
		item.AddConcept(&m.item.Places, item.Concept{Name: name, Rel: "about"})
	}
	k.Walk(func(n *tree.Node) {
		switch n.Name {
		case "pos", "point":
			m.addShape("Point", n.Words())
		case "posList", "line", "polygon":
			m.addShape("Polygon", n.Words())
		}
	})
}

// addShape gives the last place a shape, or makes a place of it. A point has a position,
// every other shape is GeoJSON (RFC 7946), whose numbers are longitude and latitude.
func (m *maker) addShape(shape, numbers string) {
	corners := corners(numbers)
	if len(corners) == 0 || len(m.item.Places) >= maxPlaces {
		return
	}
	p := m.lastPlace()
	if p.Position != nil || p.GeoJSON != nil {
		m.item.Places = append(m.item.Places, item.Concept{Rel: "about"})
		p = m.lastPlace()
	}
	first := corners[0].([]any)
	switch {
	case shape == "Point":
		p.Position = &item.Position{Latitude: trim(first[1]), Longitude: trim(first[0])}
	case shape == "box" && len(corners) == 2:
		low, high := first, corners[1].([]any)
		ring := []any{low, []any{high[0], low[1]}, high, []any{low[0], high[1]}, low}
		p.GeoJSON = map[string]any{"type": "Polygon", "coordinates": []any{ring}}
	case shape == "Polygon":
		p.GeoJSON = map[string]any{"type": "Polygon", "coordinates": []any{corners}}
	default:
		p.GeoJSON = map[string]any{"type": "LineString", "coordinates": corners}
	}
}

func trim(v any) string {
	f, _ := v.(float64)
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// corners reads pairs of numbers, parted by spaces or commas, as GeoJSON's.
func corners(s string) []any {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
	var list []any
	for i := 0; i+1 < len(words) && len(list) < maxCorners; i += 2 {
		lat, err1 := strconv.ParseFloat(words[i], 64)
		long, err2 := strconv.ParseFloat(words[i+1], 64)
		if err1 != nil || err2 != nil || lat < -90 || lat > 90 || long < -180 || long > 180 || lat != lat || long != long {
			return nil
		}
		list = append(list, []any{long, lat})
	}
	return list
}

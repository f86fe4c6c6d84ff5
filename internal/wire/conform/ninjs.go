package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// A shape of ninjs is what a value may be: one of the kinds below, a list of names for a word
// of a vocabulary, a [property] map for an object, or a list of one shape for an array.
type (
	properties map[string]any
	arrayOf    struct{ of any }
	numbers    struct{ from, to float64 }
)

type kind string

const (
	isString  kind = "a string"
	isTime    kind = "a date and time"
	isNumber  kind = "a number"
	isInteger kind = "a whole number"
	isAnyJSON kind = "anything"
)

// must marks the properties that have to be there.
const must = "!"

var (
	ninjsText    = properties{"role": isString, "contentType": isString, "charCount": isInteger, "wordCount": isInteger, must + "value": isString}
	ninjsLine    = properties{"role": isString, "contentType": isString, must + "value": isString}
	ninjsAddress = properties{"lines": arrayOf{isString}, "locality": isString, "area": isString, "postalCode": isString, "country": isString}
	ninjsContact = arrayOf{properties{"type": isString, "role": isString, "lang": isString, "name": isString, "value": isString, "address": ninjsAddress}}
	ninjsFile    = properties{
		must + "name": isString, "href": isString, "contentType": isString, "title": isString, "width": isInteger, "height": isInteger,
		"sizeInBytes": isInteger, "duration": isNumber, "format": isString, "aspectRatio": isString, "videoCodec": isString,
		"frameRate": isNumber, "poi": properties{"x": isInteger, "y": isInteger}, "transportProtocol": isString,
		"scanType": []string{"progressive", "interlaced"}, "bitrate": isString,
	}
)

// named is a concept's shape with further properties.
func named(more properties) arrayOf {
	p := properties{"name": isString, "uri": isString, "literal": isString}
	maps.Copy(p, more)
	return arrayOf{p}
}

// ninjsItem is the shape of an item, and with rel and a name that of one inside another.
func ninjsItem() properties {
	return properties{
		must + "uri": isString, "type": []string{"text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"},
		"representationType": []string{"full", "partial"}, "profile": isString, "version": isString,
		"firstCreated": isTime, "versionCreated": isTime, "contentCreated": isTime, "embargoedUntil": isTime, "expires": isTime,
		"pubStatus": []string{"usable", "withheld", "canceled"}, "urgency": numbers{1, 9},
		"copyrightHolder": isString, "copyrightNotice": isString, "usageTerms": isString,
		"rightsInfo": properties{"langId": isString, "linkedRights": isString, "encodedRights": isString},
		"edNote":     isString, "language": isString, "title": isString, "by": isString, "slugline": isString, "located": isString,
		"headlines": arrayOf{ninjsLine}, "descriptions": arrayOf{ninjsLine}, "bodies": arrayOf{ninjsText},
		"people":        named(properties{"rel": isString, "contactInfo": ninjsContact}),
		"organisations": named(properties{"rel": isString, "contactInfo": ninjsContact, "symbols": arrayOf{properties{"exchange": isString, "symbolType": isString, "symbol": isString}}}),
		"places":        named(properties{"rel": isString, "contactInfo": ninjsContact, "geoJSON": isAnyJSON}),
		"subjects":      named(properties{"rel": isString, "creator": isString, "relevance": numbers{0, 100}, "confidence": numbers{0, 100}}),
		"events":        named(properties{"rel": isString}), "objects": named(properties{"rel": isString}), "genres": named(nil),
		"infoSources":       named(properties{"role": isString, "contactInfo": ninjsContact}),
		"digitalSourceType": properties{"name": isString, "uri": isString, "literal": isString},
		"eventDetails":      isAnyJSON, "plannedCoverage": isAnyJSON, "renditions": arrayOf{ninjsFile},
		"altIds":          arrayOf{properties{"role": isString, "value": isString}},
		"trustIndicators": arrayOf{properties{"role": isString, "title": isString, "href": isString}},
		"standard":        properties{"name": isString, "version": isString, "schema": isString},
	}
}

// Ninjs returns what is wrong with one object of ninjs 3.1.
func Ninjs(text []byte) []string {
	d := json.NewDecoder(bytes.NewReader(text))
	var v any
	if err := d.Decode(&v); err != nil {
		return []string{err.Error()}
	}
	return checkItem(v, "")
}

func checkItem(v any, path string) (faults []string) {
	shape := ninjsItem()
	if path != "" {
		shape[must+"name"], shape["rel"] = isString, isString
	}
	shape["associations"] = isAnyJSON
	faults = check(v, shape, path)
	object, _ := v.(map[string]any)
	inner, is := object["associations"].([]any)
	if object["associations"] != nil && !is {
		faults = append(faults, path+".associations: is not an array")
	}
	for i, a := range inner {
		faults = append(faults, checkItem(a, fmt.Sprintf("%s.associations[%d]", path, i))...)
	}
	return faults
}

func check(v, shape any, path string) (faults []string) {
	wrong := func(what any) { faults = append(faults, fmt.Sprintf("%s: %v is not %v", path, v, what)) }
	switch s := shape.(type) {
	case properties:
		object, ok := v.(map[string]any)
		if !ok {
			wrong("an object")
		}
		return append(faults, checkProperties(object, s, path)...)
	case arrayOf:
		list, ok := v.([]any)
		if !ok {
			wrong("an array")
		}
		for i, k := range list {
			faults = append(faults, check(k, s.of, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case []string:
		if word, ok := v.(string); !ok || !slices.Contains(s, word) {
			wrong(s)
		}
	case numbers:
		if n, ok := v.(float64); !ok || n != math.Trunc(n) || n < s.from || n > s.to {
			wrong(s)
		}
	case kind:
		if !s.holds(v) {
			wrong(s)
		}
	}
	return faults
}

func checkProperties(object map[string]any, shape properties, path string) (faults []string) {
	for name, k := range object {
		s, ok := shape[name]
		if !ok {
			s, ok = shape[must+name]
		}
		if !ok {
			faults = append(faults, path+"."+name+": may not stand here")
			continue
		}
		faults = append(faults, check(k, s, path+"."+name)...)
	}
	for name := range shape {
		if name[:1] == must && object[name[1:]] == nil {
			faults = append(faults, path+"."+name[1:]+": is missing")
		}
	}
	return faults
}

func (k kind) holds(v any) bool {
	word, isWord := v.(string)
	n, isNum := v.(float64)
	switch k {
	case isString:
		return isWord
	case isTime:
		_, err := time.Parse(time.RFC3339, word)
		return isWord && err == nil
	case isNumber:
		return isNum
	case isInteger:
		return isNum && n == math.Trunc(n)
	case isAnyJSON:
	}
	return true
}

package richtext

import "broadsheet/internal/id"

// field returns a pointer to the attribute that schema.json calls name, or nil:
// a *string, *bool, *int, *id.ID or *Origin.
func (a *Attrs) field(name string) any {
	switch name {
	case "origin":
		return &a.Origin
	case "attribution":
		return &a.Attribution
	case "ordered":
		return &a.Ordered
	case "header":
		return &a.Header
	case "colspan":
		return &a.Colspan
	case "rowspan":
		return &a.Rowspan
	case "media":
		return &a.Media
	case "caption":
		return &a.Caption
	case "credit":
		return &a.Credit
	case "url":
		return &a.URL
	case "title":
		return &a.Title
	case "provider":
		return &a.Provider
	case "poster":
		return &a.Poster
	case "duration":
		return &a.Duration
	case "captions":
		return &a.Captions
	}
	return nil
}

func isZero(p any) bool {
	switch p := p.(type) {
	case *string:
		return *p == ""
	case *bool:
		return !*p
	case *int:
		return *p == 0
	case *id.ID:
		return *p == 0
	case *Origin:
		return *p == Origin{}
	}
	return true
}

func setZero(p any) {
	switch p := p.(type) {
	case *string:
		*p = ""
	case *bool:
		*p = false
	case *int:
		*p = 0
	case *id.ID:
		*p = 0
	case *Origin:
		*p = Origin{}
	}
}

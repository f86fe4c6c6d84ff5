package desk

import (
	"testing"

	"github.com/jba/templatecheck"
)

// Every template only asks its view for what the view has.
func TestTemplatesFitTheirViews(t *testing.T) {
	p, err := loadPages()
	if err != nil {
		t.Fatal(err)
	}
	views := map[string]any{
		"alerts": alertsPage{}, "door": doorPage{}, "discussion": discussionPage{}, "editor": editorPage{}, "error": errorPage{}, "people": peoplePage{},
		"photos": photosPage{}, "files": filesPage{}, "sources": sourcesPage{}, "stories": storiesPage{}, "tokens": tokensPage{}, "wire": wirePage{},
		"wire-compare": comparePage{}, "moved": movedPage{},
		"wirerule": rulePage{}, "wirerules": rulesPage{},
	}
	for _, name := range pageNames {
		view, ok := views[name]
		if !ok {
			t.Errorf("page %s has no view here", name)
			continue
		}
		for _, part := range []string{"frame.html", "rows", "read"} {
			page := p.byName[name].Lookup(part)
			if page == nil {
				continue
			}
			if err := templatecheck.CheckHTML(page, view); err != nil {
				t.Errorf("%s, %s: %v", name, part, err)
			}
		}
	}
}

package item

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestDocsNameEveryField keeps docs/wire.md true.
func TestDocsNameEveryField(t *testing.T) {
	page, err := os.ReadFile("../../../docs/wire.md")
	if err != nil {
		t.Fatal(err)
	}
	for field := range reflect.TypeFor[Item]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/wire.md does not name %q", name)
		}
	}
}

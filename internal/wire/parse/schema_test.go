package parse

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/ninjs"
)

// TestOutputIsNinjs validates what is printed and exported of every sample against IPTC's
// schema of ninjs 3.1; what is printed, without our one additional property.
func TestOutputIsNinjs(t *testing.T) {
	files := append(samples(t, ".xml"), samples(t, ".json")...)
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(samples(t, ".json")[0]), "ninjs-schema_3.1.json"))
	if err != nil {
		t.Skip(err)
	}
	var root map[string]any
	if err := json.Unmarshal(raw, &root); err != nil {
		t.Fatal(err)
	}
	v := &validator{root: root}
	if faults := v.check(root, map[string]any{"urgency": 99.0, "foo": 1.0, "headlines": []any{map[string]any{"x": ""}}}, ""); len(faults) < 5 {
		t.Fatalf("the validator finds only %v", faults)
	}
	for seed := range uint64(40) {
		it := maker{rand.New(rand.NewPCG(seed, 7))}.item(2)
		line, err := ninjs.WriteStrict(&it)
		if err != nil {
			t.Fatal(err)
		}
		var out map[string]any
		if err := json.Unmarshal(line, &out); err != nil {
			t.Fatal(err)
		}
		for _, fault := range v.check(root, out, "") {
			t.Errorf("made item %d: %s", seed, fault)
		}
	}
	for _, file := range append(append(append(files, webFixtures(t)...), xmlFixtures(t)...), "testdata/strait.xml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			items, err := File(t.Context(), Input{Name: file, Raw: raw})
			if err != nil {
				t.Fatal(err)
			}
			for i := range items {
				for _, write := range []func(*item.Item) ([]byte, error){ninjs.Write, ninjs.WriteStrict} {
					line, err := write(&items[i])
					if err != nil {
						t.Fatal(err)
					}
					var out map[string]any
					if err := json.Unmarshal(line, &out); err != nil {
						t.Fatal(err)
					}
					if _, ours := out["broadsheet"]; ours {
						dropOurs(out)
					}
					for _, fault := range v.check(root, out, "") {
						if !strings.HasPrefix(fault, ".eventDetails") { // handed through; some samples are not valid there themselves
							t.Error(fault)
						}
					}
				}
			}
		})
	}
}

func dropOurs(out map[string]any) {
	delete(out, "broadsheet")
	list, _ := out["associations"].([]any)
	for _, a := range list {
		dropOurs(a.(map[string]any))
	}
}

// A validator knows as much of JSON Schema as ninjs's schema uses.
type validator struct{ root map[string]any }

func (v *validator) check(schema map[string]any, value any, path string) (faults []string) {
	fail := func(format string, args ...any) { faults = append(faults, path+": "+fmt.Sprintf(format, args...)) }
	if ref, ok := schema["$ref"].(string); ok && strings.HasPrefix(ref, "#/$defs/") {
		faults = append(faults, v.check(v.def(ref), value, path)...)
	}
	if want, ok := schema["type"].(string); ok && !isType(want, value) {
		fail("%v is not of type %s", value, want)
	}
	if list, ok := schema["enum"].([]any); ok && !slices.ContainsFunc(list, func(e any) bool { return reflect.DeepEqual(e, value) }) {
		fail("%v is none of %v", value, list)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if list, ok := schema[key].([]any); ok {
			n := 0
			for _, s := range list {
				if len(v.check(s.(map[string]any), value, path)) == 0 {
					n++
				}
			}
			if n == 0 || key == "oneOf" && n != 1 {
				fail("%d of %s hold", n, key)
			}
		}
	}
	switch x := value.(type) {
	case map[string]any:
		faults = append(faults, v.object(schema, x, path)...)
	case []any:
		if items, ok := schema["items"].(map[string]any); ok {
			for i, k := range x {
				faults = append(faults, v.check(items, k, fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	case string:
		if p, ok := schema["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(x) {
			fail("%q does not match %s", x, p)
		}
		if schema["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339, x); err != nil {
				fail("%q is not a date-time", x)
			}
		}
	case float64:
		if m, ok := schema["minimum"].(float64); ok && x < m {
			fail("%v is less than %v", x, m)
		}
		if m, ok := schema["maximum"].(float64); ok && x > m {
			fail("%v is more than %v", x, m)
		}
	}
	return faults
}

func (v *validator) def(ref string) map[string]any {
	return v.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
}

func (v *validator) object(schema, x map[string]any, path string) (faults []string) {
	props, _ := schema["properties"].(map[string]any)
	for name, k := range x {
		if s, ok := props[name].(map[string]any); ok {
			faults = append(faults, v.check(s, k, path+"."+name)...)
			continue
		}
		if schema["additionalProperties"] == false || schema["unevaluatedProperties"] == false && !v.knows(schema, name) {
			faults = append(faults, path+"."+name+": is not allowed")
		}
	}
	required, _ := schema["required"].([]any)
	for _, r := range required {
		if _, ok := x[r.(string)]; !ok {
			faults = append(faults, path+"."+r.(string)+": is missing")
		}
	}
	return faults
}

func (v *validator) knows(schema map[string]any, name string) bool {
	props, _ := schema["properties"].(map[string]any)
	if _, ok := props[name]; ok {
		return true
	}
	ref, ok := schema["$ref"].(string)
	return ok && v.knows(v.def(ref), name)
}

func isType(want string, value any) bool {
	switch x := value.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && x == float64(int64(x))
	case []any:
		return want == "array"
	case map[string]any:
		return want == "object"
	}
	return false
}

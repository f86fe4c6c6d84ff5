package profile_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/profile"
)

// open opens the shipped profiles with one of our own.
func open(t *testing.T, name, text string) (*profile.Set, error) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return profile.Open(folder)
}

func TestOwnProfiles(t *testing.T) {
	set, err := open(t, "meridian.toml", "name = 'Meridian'\nbased_on = ['its handbook']\ncredit = 'Meridian Press'\n")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := set.Get("meridian"); err != nil || p.Credit != "Meridian Press" || p.ID != "meridian" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := set.Get(profile.Generic); err != nil {
		t.Error(err)
	}
	_, err = set.Get("meridain")
	if _, message := errs.Of(err); !errors.Is(err, errs.Invalid) || !strings.Contains(message, "did you mean meridian?") {
		t.Errorf("unknown profile: %v", err)
	}
	if _, err := profile.Shipped().Get("meridian"); err == nil {
		t.Error("a newsroom's profile is among those that are shipped")
	}
}

func TestFaultyProfiles(t *testing.T) {
	const good = "name = 'A'\nbased_on = ['b']\n"
	for name, test := range map[string]struct{ text, want string }{
		"syntax":          {"name = = 'x'", "x.toml:1: "},
		"type":            {"name = 7\nbased_on = ['b']", "x.toml: "},
		"no name":         {"credit = 'A'", "x.toml: name and based_on must be given"},
		"unknown key":     {good + "credti = 'A'", "x.toml: unknown key \"credti\"; did you mean credit?"},
		"unknown key in":  {good + "[detect]\nname = ['A']", "x.toml: unknown key \"detect.name\"; did you mean detect.names?"},
		"unknown in list": {good + "[[change]]\nkind = 'kill'\nwords = ['X']\nurgent = 1", "x.toml: unknown key \"change.urgent\"; did you mean"},
		"zone":            {good + "timezone = 'Paris'", "x.toml: timezone: \"Paris\" is not a zone"},
		"language":        {good + "language = 'german!'", "x.toml: language: \"german!\" is not a language tag"},
		"charset":         {good + "charset = 'cp851'", "x.toml: charset: unknown \"cp851\"; did you mean cp850?"},
		"part":            {good + "datelines = ['{plaice} - ']", "x.toml: unknown part {plaice} in \"{plaice} - \"; did you mean {place}?"},
		"kind":            {good + "[[change]]\nkind = 'kil'\nwords = ['X']", "x.toml: change: unknown kind \"kil\"; did you mean kill?"},
		"no words":        {good + "[[take]]\nurgency = 1", "x.toml: words and begin must not be empty"},
		"field":           {good + "[fields]\nx = 'by'", "x.toml: fields: unknown field \"by\" for \"x\"; did you mean byline?"},
		"code":            {good + "[categories]\ns = 'sport'", "x.toml: \"s\": \"sport\" is not an IPTC code of eight digits"},
		"urgency":         {good + "[urgencies]\nf = 10", "x.toml: urgencies: 10 is not an urgency from 1 to 9"},
		"too large":       {good + "# " + strings.Repeat("x", profile.MaxFile), "x.toml: larger than"},
	} {
		if _, err := open(t, "x.toml", test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if _, err := profile.Open(filepath.Join(t.TempDir(), "nowhere")); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("no folder: %v", err)
	}
}

// TestDocsNameEveryProfile keeps docs/wire-profiles.md true.
func TestDocsNameEveryProfile(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/wire-profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, id := range profile.Shipped().IDs() {
		p, err := profile.Shipped().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if row := "| `" + id + "` | " + p.Name + " | " + strings.Join(p.Based, "; ") + " |"; !strings.Contains(page, row) {
			t.Errorf("docs/wire-profiles.md does not have the row %s", row)
		}
	}
	for f := range reflect.TypeFor[profile.Profile]().Fields() {
		if key := f.Tag.Get("toml"); key != "-" && key != "" && !strings.Contains(page, key) {
			t.Errorf("docs/wire-profiles.md does not name %s", key)
		}
	}
}

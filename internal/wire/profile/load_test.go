package profile_test

import (
	"errors"
	"os"
	"path/filepath"
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

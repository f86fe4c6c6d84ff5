package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/config"
)

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "paper.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDefaultIsValid(t *testing.T) {
	c := config.Default()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Site.URL != "http://127.0.0.1:8080" || c.Site.HouseByline != c.Site.Name {
		t.Errorf("derived settings: %+v", c.Site)
	}
	if c.DatabaseURL() != "sqlite:data/broadsheet.db" {
		t.Errorf("DatabaseURL() = %q", c.DatabaseURL())
	}
}

func TestEverySettingIsExplained(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range config.Settings() {
		if s.Key == "" || s.Meaning == "" || !strings.HasSuffix(s.Meaning, ".") || seen[s.Key] {
			t.Errorf("setting %+v needs a key of its own and a sentence that explains it", s)
		}
		seen[s.Key] = true
	}
}

func TestPrecedenceAndOrigin(t *testing.T) {
	name := file(t, `
listen = "127.0.0.1:1"
admin = "127.0.0.1:2"
data = "from-file"
[site]
timezone = "Europe/Paris"
[server]
drain = "3s"
proxies = ["10.0.0.0/8", "::1"]
`)
	c, err := config.Load(config.Sources{
		File:  name,
		Env:   []string{"HOME=/", "BROADSHEET_ADMIN=127.0.0.1:3", "BROADSHEET_DATA=from-env", "BROADSHEET_TEST_POSTGRES=x"},
		Flags: map[string]string{"data": "from-flag"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ key, got, want, origin string }{
		{"listen", c.Listen, "127.0.0.1:1", "file " + name},
		{"admin", c.Admin, "127.0.0.1:3", "environment BROADSHEET_ADMIN"},
		{"data", c.Data, "from-flag", "flag --data"},
		{"site.name", c.Site.Name, "The Broadsheet", "default"},
		{"site.timezone", c.Location().String(), "Europe/Paris", "file " + name},
	} {
		if tt.got != tt.want || c.Origin(tt.key) != tt.origin {
			t.Errorf("%s = %q from %q, want %q from %q", tt.key, tt.got, c.Origin(tt.key), tt.want, tt.origin)
		}
	}
	if c.Server.Drain != 3*time.Second || !slices.Equal(c.Server.Proxies, []string{"10.0.0.0/8", "::1"}) {
		t.Errorf("server = %+v", c.Server)
	}
	if c.Site.URL != "http://127.0.0.1:1" {
		t.Errorf("site.url = %q does not follow the listen address", c.Site.URL)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		env        []string
		flags      map[string]string
		want       []string // all of these are in the error
	}{
		{name: "unknown key", file: "lisen = ':1'", want: []string{`unknown setting "lisen"`, "did you mean listen?"}},
		{name: "unknown key in a section", file: "[site]\nnaem = 'x'", want: []string{`"site.naem"`, "did you mean site.name?"}},
		{name: "unknown section", file: "[maill]\nfrom = 'x'", want: []string{"[maill]", "did you mean [mail]?"}},
		{name: "unknown variable", env: []string{"BROADSHEET_DATABSE=x"}, want: []string{"BROADSHEET_DATABSE", "did you mean BROADSHEET_DATABASE?"}},
		{name: "syntax", file: "data = 'x'\nlisten = = 2", want: []string{"paper.toml:2:"}},
		{name: "wrong type", file: "data = ['x']", want: []string{"data is a string"}},
		{name: "section as a value", file: "site = 3", want: []string{`unknown setting "site"`}},
		{name: "value as a section", file: "[data]\nx = 1", want: []string{"data is a string"}},
		{name: "not a list", file: "[server]\nproxies = {a = 1}", want: []string{"server.proxies is a list"}},
		{name: "address", flags: map[string]string{"listen": "8080"}, want: []string{"listen (from flag --listen)", "127.0.0.1:8080"}},
		{name: "same address", file: "listen = ':1'\nadmin = ':1'", want: []string{"the two must differ"}},
		{name: "zone", env: []string{"BROADSHEET_SITE_TIMEZONE=Mars/Base"}, want: []string{"environment BROADSHEET_SITE_TIMEZONE", "Europe/Paris"}},
		{name: "style", file: "[site]\ntime_style = 'pm'", want: []string{`"pm" is none of ap, us, 24h`}},
		{name: "url with a path", file: "[site]\nurl = 'https://paper.example/news'", want: []string{"without a path"}},
		{name: "language", file: "[site]\nlanguage = 'english!'", want: []string{"language tag"}},
		{name: "database", file: "database = 'mysql://h/d'", want: []string{"postgres://"}},
		{name: "sender", file: "[mail]\nfrom = 'nobody'", want: []string{"mail.from", "is not a sender"}},
		{name: "smtp", file: "[mail]\nsmtp = 'mail.example'", want: []string{"smtp://"}},
		{name: "duration", file: "[server]\ndrain = 'soon'", want: []string{"is not a duration"}},
		{name: "level", flags: map[string]string{"log.level": "loud"}, want: []string{"--set log.level", "debug, info, warn, error"}},
		{name: "unknown flag", flags: map[string]string{"sight.name": "x"}, want: []string{"--set", "did you mean site.name?"}},
		{name: "proxy", file: "[server]\nproxies = ['office']", want: []string{`"office" is neither`}},
		{name: "several at once", file: "a = 1\nb = 2", want: []string{`"a"`, `"b"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(config.Sources{File: file(t, tt.file), Env: tt.env, Flags: tt.flags})
			if err == nil {
				t.Fatal("was accepted")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
		})
	}
}

func TestNamedFileMustExist(t *testing.T) {
	for _, src := range []config.Sources{{File: "no-such.toml"}, {Env: []string{"BROADSHEET_CONFIG=no-such.toml"}}} {
		if _, err := config.Load(src); err == nil || !strings.Contains(err.Error(), "no-such.toml") {
			t.Errorf("Load(%+v) = %v", src, err)
		}
	}
	t.Chdir(t.TempDir())
	if _, err := config.Load(config.Sources{}); err != nil {
		t.Errorf("without any file: %v", err)
	}
}

func TestPasswordsAreMasked(t *testing.T) {
	c, err := config.Load(config.Sources{Env: []string{
		"BROADSHEET_DATABASE=postgres://desk:hunter2@db/paper?sslpassword=hunter3",
		"BROADSHEET_MAIL_SMTP=smtp://desk:hunter4@mail.example:587",
	}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "hunter") {
		t.Errorf("a password is printed:\n%s", &b)
	}
	for _, want := range []string{"postgres://desk:xxxxx@db/paper", "smtp://desk:xxxxx@mail.example:587", "# environment BROADSHEET_DATABASE"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing from\n%s", want, &b)
		}
	}
	for _, bad := range []string{"postgres://desk:hunter/2@db/paper", "postgres://desk:hunter%zz@db/x", "hunter2"} {
		_, err := config.Load(config.Sources{Env: []string{"BROADSHEET_DATABASE=" + bad}})
		if err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("error for %q: %v", bad, err)
		}
	}
}

func TestPrintCanBeReadBack(t *testing.T) {
	c, err := config.Load(config.Sources{File: file(t, "[site]\nname = 'A \"quoted\" paper'\n[server]\nproxies = ['::1', '10.0.0.0/8']")})
	if err != nil {
		t.Fatal(err)
	}
	var first, second strings.Builder
	if err := c.Print(&first); err != nil {
		t.Fatal(err)
	}
	c2, err := config.Load(config.Sources{File: file(t, first.String())})
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, &first)
	}
	if err := c2.Print(&second); err != nil {
		t.Fatal(err)
	}
	withoutOrigin := func(s string) string {
		var kept []string
		for line := range strings.Lines(s) {
			before, _, _ := strings.Cut(line, " # ")
			kept = append(kept, strings.TrimSpace(before))
		}
		return strings.Join(kept, "\n")
	}
	if withoutOrigin(first.String()) != withoutOrigin(second.String()) {
		t.Errorf("printed\n%s\nread back\n%s", &first, &second)
	}
}

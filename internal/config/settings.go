package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Setting is one thing that can be configured.
type Setting struct {
	Key     string // as in the file: "site.name"
	Default string // in the notation of the environment; "" may stand for a derived value, told in Meaning
	Meaning string // one sentence
	Secret  bool   // holds a password, which is masked wherever the value is shown

	set  func(string) error
	get  func() string
	list bool // a list of strings; comma-separated outside the file
}

// Env returns the environment variable that gives the setting its value.
func (s Setting) Env() string { return envName(s.Key) }

const envPrefix = "BROADSHEET_"

func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Settings lists every setting, in the order in which they are best read.
func Settings() []Setting { return new(Config).settings() }

func (c *Config) settings() []Setting {
	return slices.Concat(c.placeSettings(), c.siteSettings(), c.deskSettings())
}

func (c *Config) placeSettings() []Setting {
	return []Setting{
		text(&c.Data, Setting{
			Key: "data", Default: "./data",
			Meaning: "Folder of the newsroom's database and media. It is made when it does not exist.",
		}),
		text(&c.Listen, Setting{
			Key: "listen", Default: "127.0.0.1:8080",
			Meaning: "Address at which readers and the desk are served.",
		}),
		text(&c.Admin, Setting{
			Key: "admin", Default: "127.0.0.1:8081",
			Meaning: "Address of metrics, health checks and profiles. Anybody who can reach it can read them: keep it on the loopback.",
		}),
		text(&c.Database, Setting{
			Key: "database", Secret: true,
			Meaning: "PostgreSQL to use, as postgres://user:…@host/name. Empty: SQLite, in the data folder.",
		}),
	}
}

func (c *Config) siteSettings() []Setting {
	return []Setting{
		text(&c.Site.Name, Setting{
			Key: "site.name", Default: "The Broadsheet",
			Meaning: "Name of the paper.",
		}),
		text(&c.Site.Tagline, Setting{
			Key:     "site.tagline",
			Meaning: "Line under the name on the front page.",
		}),
		text(&c.Site.URL, Setting{
			Key:     "site.url",
			Meaning: "Address at which readers reach the paper, for canonical links, feeds and mail. Empty: http:// and the listen address.",
		}),
		text(&c.Site.Language, Setting{
			Key: "site.language", Default: "en",
			Meaning: "Language of the paper, as a BCP 47 tag.",
		}),
		text(&c.Site.Timezone, Setting{
			Key: "site.timezone", Default: "America/New_York",
			Meaning: "Zone in which the paper prints times, by its IANA name. Stored times are UTC.",
		}),
		text(&c.Site.TimeStyle, Setting{
			Key: "site.time_style", Default: "ap",
			Meaning: "How times are printed: ap (9 p.m. ET), us (9:00 PM ET) or 24h (21:00 ET).",
		}),
		text(&c.Site.HouseByline, Setting{
			Key:     "site.house_byline",
			Meaning: "Byline of the newsroom as a whole. Empty: the name of the paper.",
		}),
	}
}

func (c *Config) deskSettings() []Setting {
	return []Setting{
		text(&c.Wire.Profiles, Setting{
			Key:     "wire.profiles",
			Meaning: "Folder of agency profiles, NAME.toml each, that add to those that are shipped or replace them. Empty: those that are shipped.",
		}),
		text(&c.Wire.OnKill, Setting{
			Key: "wire.on_kill", Default: "mark",
			Meaning: "What an agency's kill or correction does by itself to what is out: mark (the desk decides), hold (readers do not get it until the desk has decided) or remove (the copy or photo is taken out). What is not out is always held.",
		}),
		list(&c.Wire.AlarmMail, Setting{
			Key: "wire.alarm_mail", Default: "editor,admin",
			Meaning: "Who gets a mail when an agency kills, corrects or withholds what the newsroom uses: roles, or addresses. Empty: nobody.",
		}),
		text(&c.Mail.SMTP, Setting{
			Key: "mail.smtp", Secret: true,
			Meaning: "Mail server: smtp://user:…@host:587 (STARTTLS), smtps://…:465 (TLS) or smtp+plain://…:25 (no encryption). Empty: mail is not sent; the newest is shown at /mail on the admin address.",
		}),
		text(&c.Mail.From, Setting{
			Key: "mail.from", Default: "The Broadsheet <newsroom@localhost>",
			Meaning: "Sender of the newsroom's mail.",
		}),
		text(&c.Log.Level, Setting{
			Key: "log.level", Default: "info",
			Meaning: "What is logged: debug, info, warn or error, and everything above it.",
		}),
		text(&c.Log.Format, Setting{
			Key: "log.format", Default: "text",
			Meaning: "Form of the log: text or json.",
		}),
		duration(&c.Server.Drain, Setting{
			Key: "server.drain", Default: "20s",
			Meaning: "How long requests and jobs may take to finish after SIGTERM.",
		}),
		list(&c.Server.Proxies, Setting{
			Key:     "server.proxies",
			Meaning: "Addresses or prefixes (10.0.0.0/8) of proxies whose X-Forwarded-For header is believed.",
		}),
	}
}

func text(p *string, s Setting) Setting {
	s.set = func(v string) error { *p = v; return nil }
	s.get = func() string { return *p }
	return s
}

func duration(p *time.Duration, s Setting) Setting {
	s.set = func(v string) error {
		d, err := time.ParseDuration(v)
		if err != nil {
			return fmt.Errorf("%q is not a duration; write it like 20s or 2m", v)
		}
		if d < 0 {
			return errors.New("a duration cannot be negative")
		}
		*p = d
		return nil
	}
	s.get = func() string { return p.String() }
	return s
}

func list(p *[]string, s Setting) Setting {
	s.list = true
	s.set = func(v string) error {
		*p = nil
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*p = append(*p, part)
			}
		}
		return nil
	}
	s.get = func() string { return strings.Join(*p, ",") }
	return s
}

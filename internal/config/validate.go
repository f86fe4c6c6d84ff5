package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a small server may have no zone files

	"golang.org/x/text/language"
)

// Validate reports every value that the program cannot work with, with where
// it came from.
func (c *Config) Validate() error {
	checks := []struct {
		key string
		err error
	}{
		{"data", notEmpty(c.Data)},
		{"listen", address(c.Listen)},
		{"admin", address(c.Admin)},
		{"admin", c.differentAddresses()},
		{"database", databaseURL(c.Database)},
		{"site.name", notEmpty(c.Site.Name)},
		{"site.url", siteURL(c.Site.URL)},
		{"site.language", languageTag(c.Site.Language)},
		{"site.timezone", timezone(c.Site.Timezone)},
		{"site.time_style", oneOf(c.Site.TimeStyle, timeStyles...)},
		{"wire.on_kill", oneOf(c.Wire.OnKill, onKill...)},
		{"wire.alarm_mail", recipients(c.Wire.AlarmMail)},
		{"mail.smtp", smtpURL(c.Mail.SMTP)},
		{"mail.from", sender(c.Mail.From)},
		{"log.level", oneOf(c.Log.Level, "debug", "info", "warn", "error")},
		{"log.format", oneOf(c.Log.Format, "text", "json")},
		{"server.proxies", prefixes(c.Server.Proxies)},
	}
	var faults []error
	for _, check := range checks {
		if check.err != nil {
			faults = append(faults, fmt.Errorf("%s (from %s): %w", check.key, c.Origin(check.key), check.err))
		}
	}
	return errors.Join(faults...)
}

func notEmpty(v string) error {
	if strings.TrimSpace(v) == "" {
		return errors.New("must not be empty")
	}
	return nil
}

func address(v string) error {
	if _, _, err := net.SplitHostPort(v); err != nil {
		return fmt.Errorf("%q is not an address; write it like 127.0.0.1:8080 or :8080", v)
	}
	if _, err := net.ResolveTCPAddr("tcp", v); err != nil {
		return fmt.Errorf("%q is not an address: %w", v, err)
	}
	return nil
}

func (c *Config) differentAddresses() error {
	if c.Listen == c.Admin && !strings.HasSuffix(c.Listen, ":0") {
		return fmt.Errorf("%s is the listen address too; the two must differ", c.Admin)
	}
	return nil
}

// parseURL is url.Parse without the URL in its error: it may hold a password.
func parseURL(v string) (*url.URL, error) {
	u, err := url.Parse(v)
	if failure, ok := errors.AsType[*url.Error](err); ok {
		return nil, fmt.Errorf("not a URL: %w", withoutQuoted(failure.Err))
	}
	return u, err
}

// withoutQuoted drops what url.Parse quotes from the URL, such as the part
// after a colon that it took for a port and that was a password.
func withoutQuoted(err error) error {
	message, _, _ := strings.Cut(err.Error(), `"`)
	return errors.New(strings.TrimSpace(message) + "; characters such as / ? # @ in a password are written %2F %3F %23 %40")
}

func databaseURL(v string) error {
	if v == "" {
		return nil
	}
	u, err := parseURL(v)
	if err != nil {
		return err
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("must be empty (SQLite in the data folder) or a URL that begins with postgres://")
	}
	return nil
}

func siteURL(v string) error {
	u, err := parseURL(v)
	if err != nil {
		return err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" {
		return fmt.Errorf("%q is not the address of a site; write it like https://paper.example, without a path", v)
	}
	return nil
}

func languageTag(v string) error {
	if _, err := language.Parse(v); err != nil {
		return fmt.Errorf("%q is not a language tag; write it like en or pt-BR", v)
	}
	return nil
}

func timezone(v string) error {
	if _, err := time.LoadLocation(v); err != nil || v == "" || v == "Local" {
		return fmt.Errorf("%q is not a time zone; write it like Europe/Paris", v)
	}
	return nil
}

func oneOf(v string, allowed ...string) error {
	if !slices.Contains(allowed, v) {
		return fmt.Errorf("%q is none of %s", v, strings.Join(allowed, ", "))
	}
	return nil
}

func smtpURL(v string) error {
	if v == "" {
		return nil
	}
	u, err := parseURL(v)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"smtp", "smtps", "smtp+plain"}, u.Scheme) || u.Hostname() == "" {
		return errors.New("must begin with smtp://, smtps:// or smtp+plain:// and name a host")
	}
	return nil
}

func sender(v string) error {
	if _, err := mail.ParseAddress(v); err != nil {
		return fmt.Errorf("%q is not a sender; write it like The Paper <desk@paper.example>", v)
	}
	return nil
}

func recipients(all []string) error {
	for _, v := range all {
		if slices.Contains([]string{"reporter", "moderator", "editor", "admin"}, v) {
			continue
		}
		if _, err := mail.ParseAddress(v); err != nil {
			return fmt.Errorf("%q is neither a role of the staff (reporter, moderator, editor, admin) nor an address", v)
		}
	}
	return nil
}

func prefixes(all []string) error {
	for _, v := range all {
		if _, err := netip.ParseAddr(v); err == nil {
			continue
		}
		if _, err := netip.ParsePrefix(v); err != nil {
			return fmt.Errorf("%q is neither an address nor a prefix such as 10.0.0.0/8", v)
		}
	}
	return nil
}

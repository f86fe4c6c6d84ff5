package config

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// Origin says where the value of a setting came from: "default", "file NAME",
// "environment NAME" or "flag NAME".
func (c *Config) Origin(key string) string {
	return cmp.Or(c.origin[key], "default")
}

// Print writes the configuration as a TOML file, with the origin of every value
// behind it. Secrets and the passwords in URLs are masked.
func (c *Config) Print(w io.Writer) error {
	const column = 52
	var b strings.Builder
	section := ""
	for _, s := range c.settings() {
		name := s.Key
		if before, after, ok := strings.Cut(s.Key, "."); ok {
			if name = after; before != section {
				section = before
				fmt.Fprintf(&b, "\n[%s]\n", section)
			}
		}
		line := name + " = " + s.toml()
		fmt.Fprintf(&b, "%-*s # %s\n", column, line, c.Origin(s.Key))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Explain writes every setting with its meaning, its default and its
// environment variable.
func Explain(w io.Writer) error {
	var b strings.Builder
	for _, s := range Default().settings() {
		fmt.Fprintf(&b, "%s\n    %s\n    default: %s\n    environment: %s, flag: %s\n\n",
			s.Key, s.Meaning, cmp.Or(s.Default, "(empty)"), s.Env(), flagExample(s.Key))
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

func flagExample(key string) string {
	if name := FlagName(key); !strings.Contains(key, ".") {
		return name + "=…"
	}
	return FlagName(key) + "=…"
}

func (s Setting) toml() string {
	v := s.get()
	switch {
	case s.Secret:
		return strconv.Quote(mask(v))
	case s.list && v == "":
		return "[]"
	case s.list:
		return `["` + strings.ReplaceAll(v, ",", `", "`) + `"]`
	}
	return strconv.Quote(v)
}

const masked = "xxxxx"

// mask hides the passwords in a secret value. Of a URL they are what stands
// before the @ and in the query; of anything else, everything.
func mask(v string) string {
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" {
		return masked
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(strings.ToLower(name), "password") {
			query.Set(name, masked)
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}

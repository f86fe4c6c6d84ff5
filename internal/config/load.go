package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// DefaultFile is read from the working folder when no file was named.
const DefaultFile = "broadsheet.toml"

// maxFile bounds a configuration file. A larger one is some other file.
const maxFile = 1 << 20

// Variables with this prefix belong to the tests, not to the program.
const testPrefix = envPrefix + "TEST_"

const fileVariable = envPrefix + "CONFIG"

// Sources are the places a configuration is read from.
type Sources struct {
	File  string            // "" for BROADSHEET_CONFIG, or else DefaultFile if there is one
	Env   []string          // as from os.Environ
	Flags map[string]string // by key; only those that were given

	// Defaults are what a command wants instead of the settings' own. By key.
	Defaults map[string]string
}

// Load reads and validates the configuration. Its error names every fault it
// found, one a line.
func Load(src Sources) (*Config, error) {
	c := Default()
	c.Site.URL, c.Site.HouseByline = "", "" // made anew by derive
	var faults []error
	fault := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	for _, s := range c.settings() {
		if v, ok := src.Defaults[s.Key]; ok {
			fault(s.set(v))
		}
	}
	fault(c.readFile(src))
	fault(c.readEnv(src.Env))
	fault(c.readFlags(src.Flags))
	c.derive()
	if len(faults) == 0 {
		fault(c.Validate())
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// FlagName returns the command-line flag of a setting. Only the settings of the
// top level have one; every other is set with --set key=value.
func FlagName(key string) string {
	if strings.Contains(key, ".") {
		return "--set " + key
	}
	return "--" + key
}

func (c *Config) apply(s Setting, value, origin string) error {
	if err := s.set(value); err != nil {
		return fmt.Errorf("%s: %s: %w", origin, s.Key, err)
	}
	c.origin[s.Key] = origin
	return nil
}

func (c *Config) readFile(src Sources) error {
	name, required := src.File, src.File != ""
	if name == "" {
		name = lookup(src.Env, fileVariable)
		required = name != ""
	}
	if name == "" {
		name = DefaultFile
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist) && !required:
		return nil
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no configuration file %s", name)
	case err != nil:
		return fmt.Errorf("configuration file: %w", err)
	case info.IsDir() || info.Size() > maxFile:
		return fmt.Errorf("%s is not a configuration file: it is a folder, or larger than %d bytes", name, maxFile)
	}
	text, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	var tree map[string]any
	if _, err := toml.Decode(string(text), &tree); err != nil {
		if parse, ok := errors.AsType[toml.ParseError](err); ok {
			return fmt.Errorf("%s:%d: %s", name, parse.Position.Line, parse.Message)
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	return c.readTree(name, "", tree)
}

func (c *Config) readTree(file, prefix string, tree map[string]any) error {
	known := c.settings()
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		key := prefix + name
		i := slices.IndexFunc(known, func(s Setting) bool { return s.Key == key })
		table, isTable := tree[name].(map[string]any)
		switch {
		case i >= 0:
			faults = append(faults, c.applyTOML(known[i], tree[name], file))
		case isTable && isSection(known, key):
			faults = append(faults, c.readTree(file, key+".", table))
		case isTable:
			faults = append(faults, fmt.Errorf("%s: unknown section [%s]%s", file, key, didYouMean("["+key+"]", sections(known))))
		default:
			faults = append(faults, fmt.Errorf("%s: unknown setting %q%s", file, key, didYouMean(key, keys(known))))
		}
	}
	return errors.Join(faults...)
}

func (c *Config) applyTOML(s Setting, value any, file string) error {
	origin := "file " + file
	switch v := value.(type) {
	case string:
		return c.apply(s, v, origin)
	case int64, bool, float64:
		return c.apply(s, fmt.Sprint(v), origin)
	case []any:
		if !s.list {
			break
		}
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = fmt.Sprint(v[i])
		}
		return c.apply(s, strings.Join(parts, ","), origin)
	}
	if s.list {
		return fmt.Errorf("%s: %s is a list of strings, like [\"a\", \"b\"]", origin, s.Key)
	}
	return fmt.Errorf("%s: %s is a string, like \"…\"", origin, s.Key)
}

func (c *Config) readFlags(flags map[string]string) error {
	known := c.settings()
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(flags)) {
		if i := slices.IndexFunc(known, func(s Setting) bool { return s.Key == key }); i >= 0 {
			faults = append(faults, c.apply(known[i], flags[key], "flag "+FlagName(key)))
			continue
		}
		faults = append(faults, fmt.Errorf("flag --set: unknown setting %q%s", key, didYouMean(key, keys(known))))
	}
	return errors.Join(faults...)
}

func (c *Config) readEnv(env []string) error {
	known := c.settings()
	names := make([]string, len(known), len(known)+1)
	for i, s := range known {
		names[i] = s.Env()
	}
	var faults []error
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || strings.HasPrefix(name, testPrefix) || name == fileVariable {
			continue
		}
		if i := slices.Index(names, name); i >= 0 {
			faults = append(faults, c.apply(known[i], value, "environment "+name))
			continue
		}
		faults = append(faults, fmt.Errorf("environment: unknown variable %s%s", name, didYouMean(name, append(names, fileVariable))))
	}
	return errors.Join(faults...)
}

func lookup(env []string, name string) string {
	for _, pair := range slices.Backward(env) {
		if k, v, _ := strings.Cut(pair, "="); k == name {
			return v
		}
	}
	return ""
}

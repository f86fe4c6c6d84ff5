// Package config knows every setting of the newsroom: its name, its default,
// what it means, and where its present value came from.
//
// A value is taken from the first of these that has one: a command-line flag,
// an environment variable BROADSHEET_…, the configuration file (TOML), the
// default. A name that no setting has is an error, in the file as in the
// environment, because a misspelt setting that is silently ignored is found
// out on the worst day.
package config

import (
	"path/filepath"
	"strings"
	"time"
)

// A Config is the whole configuration. Read it; do not change it after it was
// handed to the program.
type Config struct {
	Data     string // folder of the database and the media
	Listen   string // address of the paper
	Admin    string // address of metrics, health and profiles
	Database string // "" for SQLite in Data, or postgres://…

	Site   Site
	Wire   Wire
	Mail   Mail
	Log    Log
	Server Server

	origin map[string]string // by key; absent means default
}

// Site is what the paper says of itself.
type Site struct {
	Name        string
	Tagline     string
	URL         string // absolute, without a slash at the end
	Language    string // BCP 47
	Timezone    string // IANA name
	TimeStyle   string // one of TimeStyles
	HouseByline string
}

// Wire is how the newsroom reads and follows its agencies.
type Wire struct {
	Profiles  string   // folder of agency profiles of our own; "" for those that are shipped alone
	OnKill    string   // mark, hold or remove: what a kill does to what is out, where a source does not say otherwise
	AlarmMail []string // who gets a mail when an agency's order concerns what the newsroom uses: roles or addresses
}

// Mail is how mail leaves the newsroom.
type Mail struct {
	SMTP string // smtp://, smtps:// or smtp+plain:// URL; "" means that mail is only kept for the operator to see
	From string // the sender, as in a From header
}

// Log is what the log looks like.
type Log struct {
	Level  string // debug, info, warn or error
	Format string // text or json
}

// Server is how the server deals with connections.
type Server struct {
	Drain   time.Duration // how long requests and jobs may take to finish when the program is told to stop
	Proxies []string      // addresses or prefixes whose X-Forwarded-For is believed
}

// onKill are the values of wire.on_kill.
var onKill = []string{"mark", "hold", "remove"}

// TimeStyles are the ways of writing a time that site.time_style knows.
var timeStyles = []string{"ap", "us", "24h"}

// DatabaseURL returns the database to open: the configured one, or the SQLite
// file in the data folder.
func (c *Config) DatabaseURL() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite:" + filepath.Join(c.Data, "broadsheet.db")
}

// MediaDir returns the folder that holds the media.
func (c *Config) MediaDir() string { return filepath.Join(c.Data, "media") }

// Location returns the newsroom's time zone. A Config that passed Validate has
// one; of any other it is UTC.
func (c *Config) Location() *time.Location {
	loc, err := time.LoadLocation(c.Site.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Default returns the configuration in which nothing was set. It is valid.
func Default() *Config {
	c := &Config{origin: map[string]string{}}
	for _, s := range c.settings() {
		// A default that its own setting refuses is caught by the tests.
		_ = s.set(s.Default)
	}
	c.derive()
	return c
}

// derive fills in the settings whose default follows from another setting.
func (c *Config) derive() {
	if c.Site.URL == "" {
		c.Site.URL = "http://" + c.Listen
		if strings.HasPrefix(c.Listen, ":") {
			c.Site.URL = "http://localhost" + c.Listen
		}
	}
	c.Site.URL = strings.TrimSuffix(c.Site.URL, "/")
	if c.Site.HouseByline == "" {
		c.Site.HouseByline = c.Site.Name
	}
}

package main

import "broadsheet/internal/config"

type configCmd struct {
	Explain bool `help:"Print every setting with its meaning, default, environment variable and flag instead."`
}

// Help implements kong.HelpProvider.
func (configCmd) Help() string {
	return `A value is taken from the first of these that has one: a flag, an environment variable, the configuration file, the default. What is printed is a configuration file; only passwords are masked.

Examples:
  broadsheet config
  broadsheet config --explain
  broadsheet config > broadsheet.toml`
}

// Run runs the command.
func (c *configCmd) Run(p *program) error {
	if c.Explain {
		return config.Explain(p.out)
	}
	effective, err := p.config(nil)
	if err != nil {
		return err
	}
	return effective.Print(p.out)
}
